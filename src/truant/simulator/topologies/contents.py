"""The table of contents: every legitimate topology by its number."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from truant.simulator.topologies import (
    built_today,
    changing,
    containers,
    direct,
    endpoints,
    handed_on,
    learned,
    neighbours,
    on_behalf,
    shared_ways,
    translated,
)
from truant.simulator.world import World

TOPOLOGIES: Mapping[str, Callable[[World], None]] = MappingProxyType(
    {
        "T1": direct.public_subnet,
        "T2": translated.nat_gateways,
        "T2-built-today": built_today.built_today,
        "T3": translated.appliances,
        "T4": shared_ways.hub_egress,
        "T5": endpoints.shared_endpoints,
        "T6": endpoints.own_interface_endpoints,
        "T7": endpoints.gateway_endpoints,
        "T8": endpoints.mixed,
        "T9": endpoints.many_regions,
        "T10": shared_ways.office_egress,
        "T10-outpost": shared_ways.outpost,
        "T10-unlisted": learned.office_unlisted,
        "T11": shared_ways.web_proxy,
        "T11-inside": shared_ways.inner_proxy,
        "T11-peered": handed_on.peered_proxy,
        "T12": direct.dual_stack,
        "T13": changing.moving,
        "T14": changing.short_lived,
        "T15": endpoints.overlapping,
        "T16": endpoints.public_looking,
        "T16-secondary-range": endpoints.secondary_range,
        "T17": containers.pods,
        "T18": containers.cluster_logins,
        "T19": containers.vault_logins,
        "T19-same-nat": containers.vault_beside,
        "T20": on_behalf.presigned,
        "T21": on_behalf.forwarded,
        "T22": on_behalf.internal,
        "T23": on_behalf.reserved_roles,
        "T24": neighbours.agents,
        "T25": shared_ways.exported_by_hand,
        "T26": neighbours.own_tooling,
        "T26-broker": handed_on.credential_broker,
        "T27": neighbours.hybrid,
        "T28": neighbours.other_compute,
        "T29": direct.brought_addresses,
        "T30": on_behalf.console_backend,
        "T31": neighbours.refused,
        "T32": neighbours.data_planes,
        "T-shared-subnet": shared_ways.shared_subnet,
    }
)

"""How a call of an instance really travels: by an endpoint, or by the default route out."""

import random
from datetime import datetime
from itertools import chain

from msgspec import Struct

from truant.simulator.network import Endpoint, Instance, Interface, Network, RouteTable, Subnet


class Origin(Struct, frozen=True):
    """Where CloudTrail says that a call came from."""

    address: str
    endpoint: str | None = None
    endpoint_account: str | None = None


def origin_of(
    network: Network,
    instance: Instance,
    service: str,
    region: str,
    time: datetime,
    rng: random.Random,
    interface: Interface | None = None,
    ipv6: bool = False,
) -> Origin:
    """Give the origin that a call of an instance to a service shows at a time.

    Raises LookupError where the instance has no way to the service at all.
    """
    leaving = interface or instance.interface
    endpoint = _endpoint(network, leaving.subnet, service, region, time)
    if endpoint is not None:
        private = rng.choice([leaving.private_at(time), *leaving.pods])
        return Origin(private, endpoint.id, endpoint.account.id)
    if instance.proxy:
        return Origin(rng.choice(instance.proxy))
    if ipv6 and leaving.ipv6:
        return Origin(rng.choice(leaving.ipv6))
    addresses = _egress(network, leaving.subnet.table, leaving, time)
    if not addresses:
        raise LookupError(f"{instance.id} has no way to {service} in {region} at {time}")
    return Origin(rng.choice(addresses))


def _endpoint(
    network: Network, subnet: Subnet, service: str, region: str, time: datetime
) -> Endpoint | None:
    own = (e for e in network.endpoints if e.service == service and e.vpc is subnet.vpc)
    for endpoint in chain(own, subnet.vpc.borrowed):
        if endpoint.service != service or endpoint.region != region:
            continue
        if not endpoint.span.covers(time):
            continue
        if endpoint.kind == "Interface" or subnet.table in endpoint.tables:
            return endpoint
    return None


def _egress(
    network: Network, table: RouteTable, leaving: Interface | None, time: datetime, hops: int = 4
) -> list[str]:
    """Follow the default route to the public addresses behind it."""
    target = next((r.target for r in table.routes if r.destination == "0.0.0.0/0"), None)
    if target is None or hops == 0:
        return []
    kind = target.split("-")[0]
    if kind in ("igw", "cagw", "lgw"):
        holding = leaving.public_at(time) if leaving else None
        return [holding.public] if holding else []
    if kind == "nat":
        return next(n for n in network.nats if n.id == target).addresses_at(time)
    if kind == "vgw":
        return next(g for g in network.gateways if g.id == target).egress
    if kind == "eni":
        appliance = next(i for i in network.interfaces if i.id == target)
        return _egress(network, appliance.subnet.table, appliance, time, hops - 1)
    if kind == "vpce":
        appliance_subnet = next(e for e in network.endpoints if e.id == target).subnets[0]
        return _egress(network, appliance_subnet.table, None, time, hops - 1)
    if kind == "tgw":
        attachment = next(t for t in network.transits if t.id == target).default
        if attachment is None or attachment.subnet is None:
            return attachment.egress if attachment else []
        return _egress(network, attachment.subnet.table, None, time, hops - 1)
    return []

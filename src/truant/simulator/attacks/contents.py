"""The table of contents: every technique of thieves by its number."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from truant.simulator.attacks import after_days, chains, inside, ours, outside, unseen
from truant.simulator.world import World

ATTACKS: Mapping[str, Callable[[World], None]] = MappingProxyType(
    {
        "E1": inside.own_endpoints,
        "E1-unnamed": inside.unnamed_endpoints,
        "E1-affiliated": inside.affiliated_endpoints,
        "E2": inside.spoofed_public,
        "E2-private": inside.spoofed_private,
        "E3": ours.other_instance,
        "E3-same-nat": ours.same_gateway,
        "E3-other-vpc": ours.other_vpc,
        "E4": ours.by_the_hub,
        "E4-unmonitored": ours.by_an_unmonitored_account,
        "E5": unseen.through_the_instance,
        "E6": outside.never_used,
        "E7": outside.twin_key,
        "E8": chains.role_chain,
        "E8-at-home": chains.made_at_home,
        "E9": chains.console_federation,
        "E10": chains.services_as_proxy,
        "E11": unseen.behind_services,
        "E11-asleep": unseen.behind_services_by_night,
        "E12": unseen.unlogged,
        "E13": outside.over_ipv6,
        "E13-inside": inside.over_aws_ipv6,
        "E14": chains.impostor,
        "E15": outside.poisoner,
        "E16": inside.from_ec2,
        "E16-other-cloud": outside.other_cloud,
        "E16-built-today": inside.built_today,
        "E16-after-days": after_days.from_ec2,
        "E17": inside.from_a_service,
        "E18": outside.hidden_network,
        "E18-roaming": outside.roaming,
        "E18-unproved": outside.unproved,
        "E18-past-the-office": after_days.past_the_office,
        "E19": inside.recycled_address,
        "E20": ours.after_the_end,
        "E20-same-nat": ours.after_the_end_same_gateway,
        "E21": ours.own_endpoint,
        "E21-peered": ours.own_endpoint_by_peering,
        "E22": unseen.silenced_trail,
        "E23": outside.smash_and_grab,
        "E24": unseen.presigned_by_thief,
        "E25": chains.web_identity,
        "E26": unseen.function_key,
        "E27": outside.same_client,
        "E28": inside.same_region,
    }
)

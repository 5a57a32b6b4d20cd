"""Stories of addresses that come and go: who held what when, from trail and snapshots together."""

import pytest

from tests.inventories import (
    DAY,
    HOUR,
    HUB,
    NOON,
    OURS,
    Json,
    Taken,
    place,
    surroundings,
    ways,
    write,
)
from truant.detection.inventory import SHUTDOWN_SECONDS, Inventory
from truant.detection.view import View
from truant.model.event_time import iso
from truant.model.fact import Fact
from truant.model.network import Place


def public_site(at: int = NOON, launched: int = NOON - 30 * DAY, **address: str) -> Taken:
    """One instance in a public subnet."""
    taken = Taken(at=at)
    taken.vpc("vpc-1", "10.0.0.0/16")
    taken.subnet("subnet-1", "vpc-1")
    taken.table("rtb-1", "vpc-1", {"10.0.0.0/16": "local", "0.0.0.0/0": "igw-1"}, "subnet-1")
    own = taken.interface("eni-1", "subnet-1", "vpc-1", "10.0.0.5", **address)
    taken.instance("i-1", own, launched=launched)
    return taken


def instances(name: str, at: int, *names: str) -> set[Fact]:
    items = [{"instanceId": one} for one in names]
    return write(name, at, {"instancesSet": {"items": items}}, {"instancesSet": {"items": items}})


def run(at: int, name: str = "i-1", eni: str = "eni-1", asked: Json | None = None) -> set[Fact]:
    interface = {
        "networkInterfaceId": eni,
        "subnetId": "subnet-1",
        "vpcId": "vpc-1",
        "privateIpAddress": "10.0.0.5",
        "privateIpAddressesSet": {"item": [{"privateIpAddress": "10.0.0.5", "primary": True}]},
        "attachment": {"attachmentId": f"eni-attach-{eni}"},
    }
    made = {
        "instanceId": name,
        "launchTime": at * 1000,
        "subnetId": "subnet-1",
        "vpcId": "vpc-1",
        "privateIpAddress": "10.0.0.5",
        "networkInterfaceSet": {"items": [interface]},
    }
    return write("RunInstances", at, asked, {"instancesSet": {"items": [made]}})


# Addresses that EC2 assigns.


def test_before_its_last_start_an_instance_had_another_address_that_nobody_knows() -> None:
    around = surroundings(public_site(launched=NOON - HOUR, assigned="52.0.0.1").facts())
    assert place(around, "i-1", "52.0.0.1").place is Place.OWN_INTERFACE
    before = place(around, "i-1", "52.0.0.77", NOON - 2 * HOUR)
    assert (before.place, before.sure) == (Place.AWS_UNKNOWN, False)
    assert place(around, "i-1", "52.0.0.77").sure


def test_an_address_given_back_at_a_stop_and_used_by_somebody_else_is_not_the_instances() -> None:
    """The recycled address: stopped, started with another, and the old one's next holder."""
    first = public_site(NOON - DAY, NOON - 9 * DAY, assigned="52.0.0.1")
    stop, start = instances("StopInstances", NOON - HOUR, "i-1"), NOON - HOUR + 900
    facts = first.facts() | stop | instances("StartInstances", start, "i-1")
    around = surroundings(facts)
    assert place(around, "i-1", "52.0.0.1", NOON - HOUR - 1).place is Place.OWN_INTERFACE
    assert place(around, "i-1", "52.0.0.1", NOON - HOUR + 60).place is Place.OWN_INTERFACE
    assert place(around, "i-1", "52.0.0.1", NOON).place is Place.AWS_UNKNOWN
    told = surroundings(facts, public_site(NOON, start + 2, assigned="52.0.0.2").facts())
    assert place(told, "i-1", "52.0.0.1", NOON).sure
    assert place(told, "i-1", "52.0.0.2", start + 3).place is Place.OWN_INTERFACE


def test_a_start_is_recorded_a_little_after_the_time_that_ec2_gives_for_it() -> None:
    start = instances("StartInstances", NOON - HOUR, "i-1")
    taken = public_site(NOON, NOON - HOUR - 2, assigned="52.0.0.2")
    around = surroundings(taken.facts(), start)
    assert place(around, "i-1", "52.0.0.77", NOON - 60).sure


def test_two_snapshots_tell_of_a_restart_that_no_record_does() -> None:
    one = public_site(NOON - DAY, NOON - 9 * DAY, assigned="52.0.0.1")
    two = public_site(NOON, NOON - HOUR, assigned="52.0.0.2")
    around = surroundings(one.facts(), two.facts())
    assert place(around, "i-1", "52.0.0.1", NOON - DAY).place is Place.OWN_INTERFACE
    assert place(around, "i-1", "52.0.0.1", NOON).place is Place.AWS_UNKNOWN
    assert place(around, "i-1", "52.0.0.2", NOON - 2 * HOUR).place is not Place.OWN_INTERFACE


def test_a_stopped_instance_had_an_address_that_the_snapshot_no_longer_shows() -> None:
    """The false alarm: it ran until an hour ago, and the inventory shows no public address."""
    taken = public_site()
    stopped = "User initiated (2026-05-28 19:26:40 GMT)"  # an hour before
    reservation: Json = taken.documents["describe-instances"][0]
    reservation["Instances"][0] |= {
        "State": {"Name": "stopped"},
        "StateTransitionReason": stopped,
    }
    around = surroundings(taken.facts())
    for at in (NOON - 2 * HOUR, NOON + HOUR):  # it may have been started again
        found = place(around, "i-1", "52.0.0.77", at)
        assert (found.place, found.sure) == (Place.AWS_UNKNOWN, False)


def test_after_a_stop_the_record_of_the_next_start_may_be_late() -> None:
    """The false alarm of live operation: the first calls come before the start is told."""
    facts = public_site(NOON - DAY, assigned="52.0.0.1").facts()
    facts |= instances("StopInstances", NOON - HOUR, "i-1")
    found = place(surroundings(facts), "i-1", "52.0.0.77")
    assert (found.place, found.sure) == (Place.AWS_UNKNOWN, False)


def test_an_instance_that_never_had_an_address_of_ec2s_is_known_not_to() -> None:
    around = surroundings(public_site(elastic="52.0.0.1").facts())
    assert place(around, "i-1", "52.0.0.77", NOON - DAY).sure


def test_a_launch_that_asks_for_no_public_address_has_none() -> None:
    wish = {"networkInterfaceSet": {"items": [{"associatePublicIpAddress": False}]}}
    site = public_site(NOON - DAY).facts("describe-instances", "describe-network-interfaces")
    for asked, sure in ((wish, True), ({}, False)):
        around = surroundings(site, run(NOON - HOUR, asked=asked))
        assert place(around, "i-1", "52.0.0.77").sure is sure


def test_a_terminated_instances_address_goes_to_somebody_else() -> None:
    facts = public_site(NOON - DAY, assigned="52.0.0.1").facts()
    facts |= instances("TerminateInstances", NOON - HOUR, "i-1")
    around = surroundings(facts)
    assert place(around, "i-1", "52.0.0.1", NOON - HOUR + 60).place is Place.OWN_INTERFACE
    late = NOON - HOUR + SHUTDOWN_SECONDS
    assert place(around, "i-2", "52.0.0.1", late).place is Place.AWS_UNKNOWN


# Elastic addresses.


def test_an_elastic_address_takes_the_place_of_an_assigned_one() -> None:
    facts = public_site(NOON - DAY, assigned="52.0.0.1").facts()
    facts |= write(
        "AllocateAddress", NOON - HOUR, {}, {"publicIp": "52.0.0.9", "allocationId": "eip-9"}
    )
    asked = {"allocationId": "eip-9", "instanceId": "i-1"}
    facts |= write("AssociateAddress", NOON - HOUR, asked, {"associationId": "assoc-9"})
    around = surroundings(facts)
    assert place(around, "i-1", "52.0.0.9", NOON).place is Place.OWN_INTERFACE
    assert place(around, "i-1", "52.0.0.1", NOON).place is Place.AWS_UNKNOWN
    assert place(around, "i-1", "52.0.0.9", NOON - HOUR - 2).place is Place.AWS_UNKNOWN


def test_an_elastic_address_that_moves() -> None:
    taken = public_site(NOON - DAY, elastic="52.0.0.9")
    taken.instance("i-2", taken.interface("eni-2", "subnet-1", "vpc-1", "10.0.0.6"))
    moved = {"allocationId": "eipalloc-52.0.0.9", "networkInterfaceId": "eni-2"}
    around = surroundings(taken.facts(), write("AssociateAddress", NOON, moved, {}))
    assert place(around, "i-1", "52.0.0.9", NOON - 1).place is Place.OWN_INTERFACE
    after = place(around, "i-1", "52.0.0.9", NOON)
    assert (after.place, after.party) == (Place.OTHER_INSTANCE, "i-2")
    assert place(around, "i-2", "52.0.0.9", NOON).place is Place.OWN_INTERFACE


@pytest.mark.parametrize(
    "missing", ["describe-addresses", "describe-network-interfaces", "describe-instances"]
)
def test_an_association_is_known_by_its_id_whichever_file_tells_it(missing: str) -> None:
    taken = public_site(NOON - DAY, elastic="52.0.0.9")
    gone = write("DisassociateAddress", NOON, {"associationId": "eipassoc-52.0.0.9"})
    around = surroundings(taken.facts(missing), gone)
    assert place(around, "i-1", "52.0.0.9", NOON - 1).place is Place.OWN_INTERFACE
    assert place(around, "i-1", "52.0.0.9", NOON).place is not Place.OWN_INTERFACE


def test_a_released_address_is_nobodys_of_ours() -> None:
    """E19: released in the trail, then used from the outside by whoever got it."""
    facts = public_site(NOON - DAY, elastic="52.0.0.9").facts()
    facts |= write("ReleaseAddress", NOON, {"allocationId": "eipalloc-52.0.0.9"})
    around = surroundings(facts)
    assert place(around, "i-1", "52.0.0.9", NOON - 1).place is Place.OWN_INTERFACE
    assert place(around, "i-1", "52.0.0.9", NOON).place is Place.AWS_UNKNOWN


def test_what_was_released_before_the_snapshot_was_ours_until_then() -> None:
    """The false alarm: its release is all that anything tells of the instance's address."""
    facts = public_site(NOON).facts()
    facts |= write("ReleaseAddress", NOON - HOUR, {"publicIp": "52.0.0.9"})
    before = place(surroundings(facts), "i-1", "52.0.0.9", NOON - 2 * HOUR)
    assert (before.place, before.account) == (Place.UNKNOWABLE, OURS)


def test_an_address_that_a_later_list_lacks_was_released_by_then() -> None:
    one = public_site(NOON - DAY, elastic="52.0.0.9")
    around = surroundings(one.facts(), public_site(NOON).facts())
    assert place(around, "i-1", "52.0.0.9", NOON - 1).place is Place.OWN_INTERFACE
    assert place(around, "i-1", "52.0.0.9", NOON).place is Place.AWS_UNKNOWN


def test_an_address_that_another_account_accepts_changes_its_owner() -> None:
    taken = public_site(NOON - DAY, elastic="52.0.0.9")
    accepted = write(
        "AcceptAddressTransfer",
        NOON,
        {"AcceptAddressTransferRequest": {"Address": "52.0.0.9"}},
        {
            "AcceptAddressTransferResponse": {
                "addressTransfer": {"publicIp": "52.0.0.9", "allocationId": "eipalloc-new"}
            }
        },
        account=HUB,
    )
    used = write(
        "AssociateAddress",
        NOON + 60,
        {"allocationId": "eipalloc-new", "networkInterfaceId": "eni-h"},
        account=HUB,
    )
    around = surroundings(taken.facts(), accepted, used, accounts=[OURS, HUB])
    assert place(around, "i-1", "52.0.0.9", NOON - 1).place is Place.OWN_INTERFACE
    found = place(around, "i-1", "52.0.0.9", NOON + 60)
    assert (found.place, found.account) == (Place.AFFILIATED, HUB)


def test_the_same_address_allocated_again_is_not_ours_in_between() -> None:
    facts: set[Fact] = set()
    for at, name in enumerate(("AllocateAddress", "ReleaseAddress", "AllocateAddress")):
        answer = {"publicIp": "52.0.0.9", "allocationId": f"eip-{at}"}
        facts |= write(name, NOON + at * HOUR, {"publicIp": "52.0.0.9"}, answer)
    owners = [
        View(Inventory(facts), at).owner("52.0.0.9")
        for at in (NOON - 1, NOON, NOON + HOUR, NOON + 2 * HOUR)
    ]
    assert owners == [None, OURS, None, OURS]


def test_a_deleted_gateways_address_in_the_same_list_as_its_new_holder() -> None:
    """EC2 still lists a deleted NAT gateway for an hour, with the addresses that it had."""
    taken = public_site(elastic="52.0.0.9")
    held: list[Json] = [{"PublicIp": "52.0.0.9", "Status": "succeeded"}]
    taken.documents["describe-nat-gateways"].append(
        {
            "NatGatewayId": "nat-old",
            "VpcId": "vpc-1",
            "State": "deleted",
            "CreateTime": iso(NOON - DAY),
            "DeleteTime": iso(NOON - HOUR),
            "NatGatewayAddresses": held,
        }
    )
    view = View(Inventory(taken.facts()), NOON)
    assert view.holder("52.0.0.9") == "eni-1"
    assert View(Inventory(taken.facts()), NOON - 2 * HOUR).holder("52.0.0.9") == "nat-old"
    around = surroundings(taken.facts())
    assert place(around, "i-1", "52.0.0.9").place is Place.OWN_INTERFACE


@pytest.mark.parametrize("kind", ["CarrierIp", "CustomerOwnedIp"])
def test_carrier_and_customer_owned_addresses_are_the_instances(kind: str) -> None:
    taken = public_site()
    interface: Json = taken.documents["describe-network-interfaces"][0]
    interface["Association"] = {kind: "155.146.10.9", "IpOwnerId": OURS}
    around = surroundings(taken.facts())
    assert place(around, "i-1", "155.146.10.9").place is Place.OWN_INTERFACE


# Machines and interfaces.


def test_a_machine_that_was_gone_before_the_snapshot_had_its_addresses() -> None:
    facts = public_site(NOON).facts("describe-instances", "describe-network-interfaces")
    facts |= run(NOON - HOUR) | instances("TerminateInstances", NOON - HOUR + 300, "i-1")
    around = surroundings(facts)
    assert place(around, "i-1", "10.0.0.5", NOON - HOUR + 200).place is Place.OWN_INTERFACE


def test_a_private_address_that_a_new_machine_got_is_not_the_former_ones() -> None:
    """Minutes apart, in the same subnet: an auto scaling group's machines."""
    facts = run(NOON) | instances("TerminateInstances", NOON + 300, "i-1")
    facts |= run(NOON + 600 + SHUTDOWN_SECONDS, "i-2", "eni-2")
    view = View(Inventory(facts), NOON + 100)
    named = view.private_holders("eu-west-1/vpc-1", "10.0.0.5")
    assert [view.instance_of(one) for one in named] == ["i-1"]


def test_an_interface_that_was_deleted_between_two_snapshots() -> None:
    one, two = public_site(NOON - DAY), public_site(NOON)
    extra = one.interface("eni-2", "subnet-1", "vpc-1", "10.0.0.77")
    extra["Attachment"] = {"InstanceId": "i-1", "AttachTime": iso(NOON - 9 * DAY)}
    around = surroundings(one.facts(), two.facts())
    assert place(around, "i-1", "10.0.0.77", NOON - 1).place is Place.OWN_INTERFACE
    assert place(around, "i-1", "10.0.0.77", NOON).place is Place.UNKNOWABLE


def test_an_interface_attached_and_detached_while_the_instance_runs() -> None:
    facts = public_site(NOON - DAY).facts()
    made = {"networkInterfaceId": "eni-2", "vpcId": "vpc-1", "subnetId": "subnet-1"}
    made |= {"privateIpAddress": "10.0.0.77"}
    facts |= write("CreateNetworkInterface", NOON, {}, {"networkInterface": made})
    asked = {"networkInterfaceId": "eni-2", "instanceId": "i-1"}
    facts |= write("AttachNetworkInterface", NOON + 10, asked, {"attachmentId": "attach-2"})
    facts |= write("DetachNetworkInterface", NOON + 20, {"attachmentId": "attach-2"})
    around = surroundings(facts)
    own = [place(around, "i-1", "10.0.0.77", NOON + n).place for n in (9, 10, 20)]
    assert own[1] is Place.OWN_INTERFACE
    assert Place.OWN_INTERFACE not in (own[0], own[2])


def test_an_interface_of_which_only_the_attachment_is_known_leaves_much_unknown() -> None:
    """Attached in the trail, the instance itself launched before it: the false alarm."""
    asked = {"networkInterfaceId": "eni-2", "instanceId": "i-1"}
    facts = write("AttachNetworkInterface", NOON - HOUR, asked, {"attachmentId": "attach-2"})
    facts |= write("AssignPrivateIpAddresses", NOON - HOUR, {"networkInterfaceId": "eni-2"}, {
        "assignedPrivateIpAddressesSet": {"items": [{"privateIpAddress": "10.0.0.78"}]}
    })  # fmt: skip
    site = public_site(NOON - DAY)
    site.endpoint("vpce-1", "vpc-1")
    facts |= site.facts("describe-instances", "describe-network-interfaces")
    found = place(surroundings(facts), "i-1", "10.0.0.5", endpoint="vpce-1")
    assert (found.place, found.sure) == (Place.UNKNOWABLE, False)


def attached(at: int, eni: str) -> set[Fact]:
    asked = {"networkInterfaceId": eni, "instanceId": "i-1"}
    return write("AttachNetworkInterface", at, asked, {"attachmentId": f"attach-{eni}"})


def test_a_second_interface_whose_addresses_nobody_tells() -> None:
    """The instance is listed; an interface that is not was attached since."""
    facts = public_site(NOON - DAY).facts() | attached(NOON - HOUR, "eni-x")
    assert ways(NOON - 2 * HOUR, "i-1", facts).interfaces_known
    assert not ways(NOON, "i-1", facts).interfaces_known
    assert not place(surroundings(facts), "i-1", "52.0.0.77").sure


def test_an_instance_of_which_the_trail_tells_one_interface_may_have_others() -> None:
    made = {"networkInterfaceId": "eni-2", "vpcId": "vpc-1", "subnetId": "subnet-1"}
    made |= {"privateIpAddress": "10.0.0.77"}
    facts = write("CreateNetworkInterface", NOON - HOUR, {}, {"networkInterface": made})
    facts |= attached(NOON - HOUR, "eni-2")
    facts |= public_site().facts("describe-instances", "describe-network-interfaces")
    found = place(surroundings(facts), "i-1", "10.0.0.5", endpoint="vpce-x", owner=OURS)
    assert (found.place, found.sure) == (Place.UNKNOWABLE, False)


def test_facts_that_arrive_after_the_calls_that_they_explain() -> None:
    facts = public_site(NOON - DAY).facts()
    around = surroundings(facts)
    assert place(around, "i-1", "52.0.0.9").place is Place.AWS_UNKNOWN
    late = write("AssociateAddress", NOON - 60, {"publicIp": "52.0.0.9", "instanceId": "i-1"})
    assert place(surroundings(facts, late), "i-1", "52.0.0.9").place is Place.OWN_INTERFACE

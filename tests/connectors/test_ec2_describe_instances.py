"""Instances, interfaces and elastic addresses: what EC2 leaves out, and what it says by the way."""

import json

import pytest

from tests.inventories import DAY, HOUR, NOON, OURS, Json, Taken
from truant.detection.inventory import Inventory
from truant.detection.view import View
from truant.model.event_time import iso
from truant.model.fact import Fact


def view(taken: Taken, at: int = NOON, *without: str) -> View:
    return View(Inventory(taken.facts(*without)), at)


def instance(**more: object) -> Taken:
    taken = Taken()
    own = taken.interface("eni-1", "subnet-1", "vpc-1", "10.0.0.5")
    taken.instance("i-1", own, **more)
    return taken


def test_all_addresses_of_an_interface() -> None:
    taken = Taken()
    interface = taken.interface("eni-1", "subnet-1", "vpc-1", "10.0.0.5", "2A05:D018::5")
    interface["PrivateIpAddresses"].append({"PrivateIpAddress": "10.0.0.6", "Primary": False})
    interface["Ipv4Prefixes"] = [{"Ipv4Prefix": "10.0.0.16/28"}]
    interface["Ipv6Prefixes"] = [{"Ipv6Prefix": "2a05:d018:1::/80"}]
    taken.instance("i-1", interface)
    for missing in ("describe-instances", "describe-network-interfaces"):
        (found,) = view(taken, NOON, missing).interfaces("i-1")
        assert found.addresses == ("10.0.0.5", "10.0.0.6", "2a05:d018::5")
        assert found.prefixes == ("10.0.0.16/28", "2a05:d018:1::/80")
        assert found.vpc == "eu-west-1/vpc-1"


def test_an_interface_speaks_for_its_instance_since_its_attachment() -> None:
    taken = Taken()
    taken.instance(
        "i-1", taken.interface("eni-1", "subnet-1", "vpc-1", "10.0.0.5"), launched=NOON - DAY
    )
    assert view(taken, NOON - DAY).interfaces("i-1")
    assert not view(taken, NOON - DAY - 1).interfaces("i-1")


def test_an_instance_without_a_list_of_interfaces_describes_its_primary_one() -> None:
    taken = Taken()
    own = {"PrivateIpAddress": "10.0.0.5", "PublicIpAddress": "52.0.0.5", "Ipv6Address": "2a05::5"}
    taken.instance("i-1", VpcId="vpc-1", SubnetId="subnet-1", **own)
    (found,) = view(taken).interfaces("i-1")
    assert (found.addresses, found.vpc) == (("10.0.0.5", "2a05::5"), "eu-west-1/vpc-1")
    assert view(taken).public_of("i-1/primary") == ["52.0.0.5"]


@pytest.mark.parametrize("state", ["terminated", "shutting-down"])
def test_an_instance_that_has_ended(state: str) -> None:
    reason = "User initiated (2026-05-28 19:26:40 GMT)"
    taken = instance(State={"Name": state}, StateTransitionReason=reason)
    assert Inventory(taken.facts()).ended("i-1") == NOON - HOUR
    assert view(taken, NOON - HOUR).interfaces("i-1")
    assert not view(taken).interfaces("i-1")


@pytest.mark.parametrize(
    "reason", ["", "Server.SpotInstanceTermination", "User initiated (soon GMT)"]
)
def test_an_end_without_a_time_was_by_the_time_of_the_snapshot(reason: str) -> None:
    taken = instance(State={"Name": "terminated"}, StateTransitionReason=reason)
    assert Inventory(taken.facts()).ended("i-1") == NOON


def test_an_instance_belongs_to_its_reservations_owner() -> None:
    taken = instance()
    taken.documents["describe-instances"][0]["OwnerId"] = "333333333333"
    assert Inventory(taken.facts()).always("i-1", "account") == "333333333333"
    del taken.documents["describe-instances"][0]["OwnerId"]
    assert Inventory(taken.facts()).always("i-1", "account") == OURS


@pytest.mark.parametrize("key", ["kubernetes.io/cluster/prod", "eks:cluster-name"])
def test_a_node_of_kubernetes_is_known_by_its_tags(key: str) -> None:
    assert (
        view(instance(Tags=[{"Key": key, "Value": "x"}])).value("i-1", "kubernetes-node") == "yes"
    )
    assert view(instance(Tags=[{"Key": "Name"}])).value("i-1", "kubernetes-node") is None


def test_details_are_kept_for_findings() -> None:
    details = view(instance(InstanceType="t3.nano")).value("i-1", "details")
    assert json.loads(details or "")["instanceType"] == "t3.nano"


def test_an_assigned_address_holds_since_the_last_start() -> None:
    taken = Taken()
    own = taken.interface("eni-1", "subnet-1", "vpc-1", "10.0.0.5", assigned="52.0.0.5")
    taken.instance("i-1", own, launched=NOON - HOUR)
    assert view(taken).public_of("eni-1") == ["52.0.0.5"]
    assert view(taken, NOON - HOUR - 1).owner("52.0.0.5") is None
    assert not view(taken, NOON - HOUR - 1).knows("i-1", "auto-public")
    assert view(taken, NOON - HOUR).knows("i-1", "auto-public")


def test_a_pods_branch_interface_belongs_to_its_trunks_instance() -> None:
    """EKS's security groups for pods: a branch interface bears no attachment, and a tag."""
    taken = Taken()
    trunk = taken.interface("eni-t", "subnet-1", "vpc-1", "10.0.0.5", InterfaceType="trunk")
    taken.instance("i-1", trunk)
    tag = {"Key": "vpcresources.k8s.aws/trunk-eni-id", "Value": "eni-t"}
    branch: Json = {"InterfaceType": "branch", "TagSet": [tag]}
    taken.interface("eni-b", "subnet-1", "vpc-1", "10.0.0.77", **branch)
    assert [one.name for one in view(taken).interfaces("i-1")] == ["eni-b", "eni-t"]


def test_an_address_that_is_attached_to_nothing() -> None:
    taken = Taken()
    taken.address("52.0.0.9")
    now = view(taken)
    assert (now.owner("52.0.0.9"), now.holder("52.0.0.9")) == (OURS, None)


def test_a_brought_address_is_as_good_as_any() -> None:
    taken = Taken()
    taken.interface("eni-1", "subnet-1", "vpc-1", "10.0.0.5")
    taken.address("198.51.100.9", NetworkInterfaceId="eni-1", PublicIpv4Pool="ipv4pool-ec2-1")
    assert view(taken).public_of("eni-1") == ["198.51.100.9"]


def test_a_detached_interface_is_nobodys_and_keeps_its_addresses() -> None:
    taken = Taken()
    taken.interface("eni-1", "subnet-1", "vpc-1", "10.0.0.5")
    now = view(taken)
    assert now.instance_of("eni-1") is None
    assert now.private_holders("eu-west-1/vpc-1", "10.0.0.5") == ["eni-1"]


def test_facts_name_their_operation() -> None:
    sources = {fact.source for fact in instance().facts() if fact.entity == "i-1"}
    assert sources == {
        f"describe-instances of {OURS} eu-west-1",
        f"describe-network-interfaces of {OURS} eu-west-1",
    }


def test_times_of_attachment_may_be_missing() -> None:
    taken = instance()
    for reservation in taken.documents["describe-instances"]:
        for one in reservation["Instances"]:
            one["NetworkInterfaces"][0]["Attachment"] = None
    assert view(taken, NOON - 90 * DAY, "describe-network-interfaces").interfaces("i-1")


def test_every_fact_of_a_snapshot_is_of_its_time_or_of_one_that_it_names() -> None:
    named = {NOON, NOON - 30 * DAY, 0}
    facts: set[Fact] = instance().facts()
    assert {fact.time for fact in facts} <= named
    assert iso(NOON - 30 * DAY) in json.dumps(instance().documents)

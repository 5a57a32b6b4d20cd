"""What EC2's writes tell of gateways, endpoints, VPCs and routes; shapes as CloudTrail has them."""

import pytest

from tests.inventories import HOUR, HUB, NOON, OURS, REGION, Json, Taken, ways, write
from truant.detection.inventory import Inventory
from truant.detection.view import View
from truant.model.fact import Fact

VPC = f"{REGION}/vpc-1"


def view(*facts: set[Fact], at: int = NOON + HOUR) -> View:
    return View(Inventory(fact for some in facts for fact in some), at)


def nat(at: int = NOON, item: object = None, **asked: object) -> set[Fact]:
    """CreateNatGateway as a public example has it (cloud custodian's and reactor's tests)."""
    request = {"AllocationId": "eip-1", "SubnetId": "subnet-2"} | asked
    made = {
        "natGatewayId": "nat-1",
        "vpcId": "vpc-1",
        "subnetId": "subnet-2",
        "state": "pending",
        "natGatewayAddressSet": {
            "item": item or {"allocationId": "eip-1", "networkInterfaceId": "eni-9"}
        },
        "createTime": "2018-07-16T08:47:50.000Z",
    }
    answer = {"xmlns": "http://ec2.amazonaws.com/doc/2016-11-15/", "natGateway": made}
    return write(
        "CreateNatGateway",
        at,
        {"CreateNatGatewayRequest": request},
        {"CreateNatGatewayResponse": answer},
    )


def allocated(number: int = 1, at: int = NOON - 60) -> set[Fact]:
    answer = {"publicIp": f"52.0.0.{number}", "allocationId": f"eip-{number}"}
    return write("AllocateAddress", at, {"domain": "vpc"}, answer)


def test_a_gateways_address_is_its_allocations() -> None:
    facts = allocated() | nat()
    now = view(facts)
    assert now.public_of("nat-1") == ["52.0.0.1"]
    assert now.inventory.always("nat-1", "connectivity") == "public"
    assert now.inventory.always("nat-1", "vpc") == VPC
    assert view(facts, at=NOON - 1).public_of("nat-1") == []
    assert not view(facts, at=NOON - 1).exists("nat-1")


def test_a_gateway_with_several_addresses() -> None:
    second: list[Json] = [{"tag": 1, "content": "eip-2"}, {"tag": 2, "content": "eip-3"}]
    items: list[Json] = [{"allocationId": f"eip-{n}"} for n in (1, 2, 3)]
    facts = allocated(1) | allocated(2) | allocated(3)
    for made in (nat(SecondaryAllocationId=second), nat(item=items)):
        assert view(facts, made).public_of("nat-1") == ["52.0.0.1", "52.0.0.2", "52.0.0.3"]


def test_a_gateway_gets_and_loses_addresses() -> None:
    asked = {"NatGatewayId": "nat-1", "AllocationId": {"tag": 1, "content": "eip-2"}}
    answer = {
        "item": {"allocationId": "eip-2", "associationId": "assoc-2", "privateIp": "10.0.1.8"}
    }
    facts = allocated(1) | allocated(2) | nat()
    facts |= write(
        "AssociateNatGatewayAddress",
        NOON + 10,
        {"AssociateNatGatewayAddressRequest": asked},
        {"AssociateNatGatewayAddressResponse": {"natGatewayAddressSet": answer}},
    )
    assert view(facts).public_of("nat-1") == ["52.0.0.1", "52.0.0.2"]
    assert view(facts).values("nat-1", "private") == ["10.0.1.8"]
    gone = {"NatGatewayId": "nat-1", "AssociationId": {"tag": 1, "content": "assoc-2"}}
    facts |= write(
        "DisassociateNatGatewayAddress", NOON + 20, {"DisassociateNatGatewayAddressRequest": gone}
    )
    assert view(facts).public_of("nat-1") == ["52.0.0.1"]


def test_a_private_gateway_and_a_regional_one() -> None:
    private = nat(ConnectivityType="private", AllocationId=None)
    assert view(private).inventory.always("nat-1", "connectivity") == "private"
    made = {"natGatewayId": "nat-2", "vpcId": "vpc-1", "availabilityMode": "regional"}
    answer = {"CreateNatGatewayResponse": {"natGateway": made}}
    assert view(write("CreateNatGateway", NOON, {}, answer)).value("nat-2", "regional") == "yes"


def test_a_deleted_gateway_is_gone() -> None:
    asked = {"DeleteNatGatewayRequest": {"NatGatewayId": "nat-1"}}
    facts = allocated() | nat() | write("DeleteNatGateway", NOON + 60, asked)
    assert not view(facts, at=NOON + 59).is_gone("nat-1")
    assert view(facts, at=NOON + 60).is_gone("nat-1")


@pytest.mark.parametrize("subnets", [["subnet-1"], "subnet-1", {"content": "subnet-1", "tag": 1}])
def test_an_endpoint_with_its_owner_vpc_type_and_subnets(subnets: object) -> None:
    made = {
        "vpcEndpointId": "vpce-1",
        "vpcId": "vpc-1",
        "vpcEndpointType": "GatewayLoadBalancer",
        "ownerId": HUB,
        "subnetIdSet": {"item": subnets},
        "creationTimestamp": "2026-05-28T20:26:40.000Z",
    }
    facts = write(
        "CreateVpcEndpoint",
        NOON,
        {"CreateVpcEndpointRequest": {"VpcId": "vpc-1"}},
        {"CreateVpcEndpointResponse": {"vpcEndpoint": made}},
    )
    found = view(facts).endpoint("vpce-1")
    assert found is not None
    assert (found.account, found.vpc, found.type) == (HUB, VPC, "GatewayLoadBalancer")
    assert view(facts).values("vpce-1", "subnet") == ["subnet-1"]


def test_deleted_endpoints_but_not_those_that_the_answer_refuses() -> None:
    listed = [{"tag": 1, "content": "vpce-1"}, {"tag": 2, "content": "vpce-2"}]
    refused = {"unsuccessful": {"item": {"resourceId": "vpce-2", "error": {"code": "X"}}}}
    facts = write(
        "DeleteVpcEndpoints",
        NOON,
        {"DeleteVpcEndpointsRequest": {"VpcEndpointId": listed}},
        {"DeleteVpcEndpointsResponse": refused},
    )
    assert (view(facts).is_gone("vpce-1"), view(facts).is_gone("vpce-2")) == (True, False)
    assert view(facts, at=NOON - 1).endpoint("vpce-1") is not None


def test_ranges_of_a_vpc_come_and_go() -> None:
    facts = write(
        "CreateVpc",
        NOON,
        {"cidrBlock": "10.0.0.0/16"},
        {"vpc": {"vpcId": "vpc-1", "cidrBlock": "10.0.0.0/16", "ownerId": OURS}},
    )
    block = {"cidrBlock": "100.64.0.0/16", "associationId": "a", "cidrBlockState": {"state": "x"}}
    answer = {"vpcId": "vpc-1", "cidrBlockAssociation": block}
    added = {"AssociateVpcCidrBlockResponse": answer}
    facts |= write("AssociateVpcCidrBlock", NOON + 10, {}, added)
    assert view(facts).values(VPC, "cidr") == ["10.0.0.0/16", "100.64.0.0/16"]
    removed = {"DisassociateVpcCidrBlockResponse": answer}
    facts |= write("DisassociateVpcCidrBlock", NOON + 20, {}, removed)
    assert view(facts).values(VPC, "cidr") == ["10.0.0.0/16"]


# Routes.


def table(name: str = "rtb-1", at: int = NOON) -> set[Fact]:
    local = {"destinationCidrBlock": "10.0.0.0/16", "gatewayId": "local", "state": "active"}
    made = {"routeTableId": name, "vpcId": "vpc-1", "routeSet": {"items": [local]}}
    return write("CreateRouteTable", at, {"vpcId": "vpc-1"}, {"routeTable": made})


def routed(at: int, target: Json, name: str = "CreateRoute", rtb: str = "rtb-1") -> set[Fact]:
    asked = {"routeTableId": rtb, "destinationCidrBlock": "0.0.0.0/0"} | target
    return write(name, at, asked, {"_return": True})


def associated(at: int, rtb: str = "rtb-1") -> set[Fact]:
    asked = {"routeTableId": rtb, "subnetId": "subnet-1"}
    return write("AssociateRouteTable", at, asked, {"associationId": f"assoc-{rtb}"})


def launched(at: int = NOON) -> set[Fact]:
    made = {"instanceId": "i-1", "privateIpAddress": "10.0.0.5"}
    made |= {"subnetId": "subnet-1", "vpcId": "vpc-1"}
    return write("RunInstances", at, {}, {"instancesSet": {"items": [made]}})


def test_a_network_that_was_built_within_the_trail_is_known() -> None:
    facts = (table(), associated(NOON), allocated(), nat(), routed(NOON, {"natGatewayId": "nat-1"}))
    found = ways(NOON + 60, "i-1", *facts, launched(NOON + 30))
    assert set(found.out) == {"52.0.0.1"}
    assert found.known


def test_a_table_that_was_there_before_the_trail_has_routes_that_nobody_tells() -> None:
    """The false alarm of log-only mode: one association seen, and the routes are older."""
    found = ways(NOON + 60, "i-1", associated(NOON), launched(NOON + 30))
    assert not found.known
    added = ways(
        NOON + 60, "i-1", associated(NOON), launched(NOON), routed(NOON, {"gatewayId": "vpce-1"})
    )
    assert not added.known


def test_a_route_to_a_gateway_that_was_there_before_the_trail() -> None:
    facts = (table(), associated(NOON), routed(NOON, {"natGatewayId": "nat-old"}))
    found = ways(NOON + 60, "i-1", *facts, launched(NOON + 30))
    assert not found.known
    assert "nat-old" in (found.beyond or "")


@pytest.mark.parametrize(
    ("member", "target"),
    [
        ("gatewayId", "vgw-1"),
        ("natGatewayId", "nat-1"),
        ("transitGatewayId", "tgw-1"),
        ("vpcPeeringConnectionId", "pcx-1"),
        ("networkInterfaceId", "eni-1"),
        ("instanceId", "i-1"),
        ("egressOnlyInternetGatewayId", "eigw-1"),
        ("localGatewayId", "lgw-1"),
        ("carrierGatewayId", "cagw-1"),
        ("coreNetworkArn", "arn:aws:networkmanager::1:core-network/x"),
        ("vpcEndpointId", "vpce-1"),
    ],
)
def test_every_kind_of_target(member: str, target: str) -> None:
    now = view(table(), routed(NOON, {member: target}))
    assert now.value("rtb-1 0.0.0.0/0", "target") == target


def test_a_route_set_back_to_a_target_that_is_not_said() -> None:
    facts = table() | routed(NOON, {"natGatewayId": "nat-1"})
    facts |= routed(NOON + 10, {"localTarget": True}, "ReplaceRoute")
    assert set(view(facts).values("rtb-1", "route")) == {"0.0.0.0/0", "10.0.0.0/16"}
    assert view(facts).value("rtb-1 0.0.0.0/0", "target") is None


def test_a_subnet_moves_to_another_table_and_back_to_the_main_one() -> None:
    replaced = {"associationId": "assoc-rtb-1", "routeTableId": "rtb-2"}
    facts = associated(NOON) | write(
        "ReplaceRouteTableAssociation", NOON + 10, replaced, {"newAssociationId": "assoc-2"}
    )
    facts |= write("DisassociateRouteTable", NOON + 20, {"associationId": "assoc-2"})
    tables = [view(facts, at=NOON + n).value("subnet-1", "route-table") for n in (0, 10, 20)]
    assert tables == ["rtb-1", "rtb-2", None]


def test_the_main_table_of_a_vpc_is_replaced() -> None:
    taken = Taken(at=NOON - HOUR)
    taken.table("rtb-0", "vpc-1", {"10.0.0.0/16": "local"}, main=True)
    asked = {"associationId": "rtbassoc-vpc-1", "routeTableId": "rtb-2"}
    facts = taken.facts() | write("ReplaceRouteTableAssociation", NOON, asked)
    assert view(facts, at=NOON - 1).value(VPC, "route-table") == "rtb-0"
    assert view(facts, at=NOON).value(VPC, "route-table") == "rtb-2"


def test_before_a_replacement_the_table_is_not_known() -> None:
    asked = {"associationId": "rtbassoc-9", "routeTableId": "rtb-2"}
    taken = Taken(at=NOON + HOUR)
    association = {"RouteTableAssociationId": "rtbassoc-9", "SubnetId": "subnet-1"}
    taken.table("rtb-2", "vpc-1", {"10.0.0.0/16": "local"})["Associations"] = [association]
    taken.table("rtb-0", "vpc-1", {"10.0.0.0/16": "local"}, main=True)
    taken.subnet("subnet-1", "vpc-1")
    facts = taken.facts() | write("ReplaceRouteTableAssociation", NOON, asked)
    taken.instance("i-1", taken.interface("eni-1", "subnet-1", "vpc-1", "10.0.0.5"))
    facts |= taken.facts()
    assert not ways(NOON - 1, "i-1", facts).tables_known
    assert ways(NOON, "i-1", facts).tables_known


# Other networks.


def peered(name: str) -> set[Fact]:
    sides = {
        "requesterVpcInfo": {"vpcId": "vpc-1", "ownerId": OURS, "region": REGION},
        "accepterVpcInfo": {"vpcId": "vpc-9", "ownerId": HUB, "region": "us-east-1"},
    }
    made = sides | {"vpcPeeringConnectionId": "pcx-1", "status": {"code": "active"}}
    return write(name, NOON, {}, {"vpcPeeringConnection": made})


@pytest.mark.parametrize("name", ["CreateVpcPeeringConnection", "AcceptVpcPeeringConnection"])
def test_a_peering_across_regions(name: str) -> None:
    assert view(peered(name)).values("pcx-1", "vpc") == ["eu-west-1/vpc-1", "us-east-1/vpc-9"]


@pytest.mark.parametrize("name", ["DeleteVpcPeeringConnection", "RejectVpcPeeringConnection"])
def test_a_peering_ends(name: str) -> None:
    asked = {"vpcPeeringConnectionId": "pcx-1"}
    facts = peered("CreateVpcPeeringConnection") | write(name, NOON + 60, asked)
    assert view(facts).values("pcx-1", "vpc") == []


def test_a_vpc_is_attached_to_a_transit_gateway() -> None:
    made = {
        "transitGatewayAttachmentId": "tgw-attach-1",
        "transitGatewayId": "tgw-1",
        "vpcId": "vpc-1",
        "vpcOwnerId": HUB,
    }
    answer = {"CreateTransitGatewayVpcAttachmentResponse": {"transitGatewayVpcAttachment": made}}
    now = view(write("CreateTransitGatewayVpcAttachment", NOON, {}, answer))
    assert now.values("tgw-attach-1", "vpc") == [VPC]
    assert now.values("tgw-attach-1", "transit-gateway") == ["tgw-1"]
    assert now.inventory.always("tgw-attach-1", "account") == HUB

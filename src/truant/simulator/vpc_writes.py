"""The EC2 actions that build a VPC, in the shapes in which CloudTrail records them."""

from truant.simulator.actions import Action, Json
from truant.simulator.network import Gateway, Route, RouteTable, Subnet, Vpc

# The request's field for each kind of target.
TARGET_FIELD = {
    "igw": "gatewayId",
    "vgw": "gatewayId",
    "nat": "natGatewayId",
    "tgw": "transitGatewayId",
    "pcx": "vpcPeeringConnectionId",
    "eni": "networkInterfaceId",
    "eigw": "egressOnlyInternetGatewayId",
}


def _write(name: str, parameters: Json | None, response: Json) -> Action:
    return Action("ec2", name, read_only=False, parameters=parameters, response=response)


def create_vpc(one: Vpc, request_id: str) -> Action:
    """CreateVpc."""
    block: Json = {"cidrBlock": one.cidrs[0], "cidrBlockState": {"state": "associated"}}
    made: Json = {
        "vpcId": one.id,
        "state": "pending",
        "ownerId": one.account.id,
        "cidrBlock": one.cidrs[0],
        "cidrBlockAssociationSet": {"items": [block]},
        "dhcpOptionsId": "dopt-" + one.id[4:],
        "instanceTenancy": "default",
        "isDefault": False,
    }
    asked: Json = {"cidrBlock": one.cidrs[0], "instanceTenancy": "default"}
    return _write("CreateVpc", asked, {"requestId": request_id, "vpc": made})


def create_subnet(one: Subnet, request_id: str) -> Action:
    """CreateSubnet."""
    made: Json = {
        "subnetId": one.id,
        "state": "available",
        "ownerId": one.vpc.account.id,
        "vpcId": one.vpc.id,
        "cidrBlock": one.cidr,
        "availabilityZone": one.zone,
        "mapPublicIpOnLaunch": False,
    }
    asked: Json = {"vpcId": one.vpc.id, "cidrBlock": one.cidr, "availabilityZone": one.zone}
    return _write("CreateSubnet", asked, {"requestId": request_id, "subnet": made})


def map_public(one: Subnet) -> Action:
    """ModifySubnetAttribute that makes a subnet hand out public addresses."""
    asked: Json = {"subnetId": one.id, "mapPublicIpOnLaunch": {"value": True}}
    return _write("ModifySubnetAttribute", asked, {"_return": True})


def create_internet_gateway(one: Gateway, request_id: str) -> Action:
    """CreateInternetGateway."""
    made: Json = {
        "internetGatewayId": one.id,
        "ownerId": one.account.id,
        "attachmentSet": {},
        "tagSet": {},
    }
    return _write("CreateInternetGateway", {}, {"requestId": request_id, "internetGateway": made})


def attach_internet_gateway(one: Gateway) -> Action:
    """AttachInternetGateway to its VPC."""
    asked: Json = {"internetGatewayId": one.id, "vpcId": one.vpc.id}
    return _write("AttachInternetGateway", asked, {"_return": True})


def create_route_table(one: RouteTable, request_id: str) -> Action:
    """CreateRouteTable, which comes with its local route."""
    local: Json = {
        "destinationCidrBlock": one.vpc.cidrs[0],
        "gatewayId": "local",
        "state": "active",
        "origin": "CreateRouteTable",
    }
    made: Json = {
        "routeTableId": one.id,
        "vpcId": one.vpc.id,
        "ownerId": one.vpc.account.id,
        "routeSet": {"items": [local]},
        "associationSet": {},
        "propagatingVgwSet": {},
    }
    return _write(
        "CreateRouteTable", {"vpcId": one.vpc.id}, {"requestId": request_id, "routeTable": made}
    )


def associate_route_table(one: Subnet) -> Action:
    """AssociateRouteTable with a subnet."""
    asked: Json = {"routeTableId": one.table.id, "subnetId": one.id}
    state: Json = {"state": "associated"}
    response: Json = {"associationId": "rtbassoc-" + one.id[7:], "associationState": state}
    return _write("AssociateRouteTable", asked, response)


def create_route(table: RouteTable, route: Route) -> Action:
    """CreateRoute."""
    destination = "destinationIpv6CidrBlock" if ":" in route.destination else "destinationCidrBlock"
    asked: Json = {
        "routeTableId": table.id,
        destination: route.destination,
        TARGET_FIELD[route.target.split("-")[0]]: route.target,
    }
    return _write("CreateRoute", asked, {"_return": True})

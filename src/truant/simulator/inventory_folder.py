"""The inventory folder: what the AWS CLI's describe commands print of a world at one moment.

All pages merged, one file for each operation, account and region. Shapes follow the EC2 API
(https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Operations.html).
"""

import json
from collections.abc import Callable, Sequence
from datetime import datetime

from truant.simulator import describe_instances, describe_network
from truant.simulator.actions import Json
from truant.simulator.estate import Estate
from truant.simulator.network import Account, Network

Describe = Callable[[Network, Account, str, datetime], list[Json]]

OPERATIONS: tuple[tuple[str, str, Describe], ...] = (
    ("describe-instances", "Reservations", describe_instances.reservations),
    ("describe-network-interfaces", "NetworkInterfaces", describe_instances.interfaces),
    ("describe-addresses", "Addresses", describe_instances.addresses),
    ("describe-nat-gateways", "NatGateways", describe_network.nat_gateways),
    ("describe-vpc-endpoints", "VpcEndpoints", describe_network.endpoints),
    ("describe-vpcs", "Vpcs", describe_network.vpcs),
    ("describe-subnets", "Subnets", describe_network.subnets),
    ("describe-route-tables", "RouteTables", describe_network.route_tables),
    ("describe-internet-gateways", "InternetGateways", describe_network.internet_gateways),
    ("describe-vpc-peering-connections", "VpcPeeringConnections", describe_network.peerings),
    ("describe-transit-gateways", "TransitGateways", describe_network.transit_gateways),
    (
        "describe-transit-gateway-attachments",
        "TransitGatewayAttachments",
        describe_network.attachments,
    ),
)


def inventory(estate: Estate, networks: Sequence[Network]) -> dict[str, bytes]:
    """Give the folder of all our accounts and their regions, as path to file bytes."""
    files: dict[str, bytes] = {}
    for network in networks:
        for account in [account for account in network.accounts if account.ours]:
            for region in sorted({vpc.region for vpc in network.vpcs}):
                files |= _region(estate, network, account, region)
    files[f"{estate.administrator.id}/list-accounts.json"] = _print(_accounts(estate))
    return files


def _region(estate: Estate, network: Network, account: Account, region: str) -> dict[str, bytes]:
    folder = f"{account.id}/{region}"
    files = {
        f"{folder}/{operation}.json": _print(
            {key: describe(network, account, region, estate.collected)}
        )
        for operation, key, describe in OPERATIONS
    }
    files[f"{folder}/collected.json"] = _print(
        {"collectedAt": f"{estate.collected:%Y-%m-%dT%H:%M:%SZ}"}
    )
    return files


def _accounts(estate: Estate) -> Json:
    management = estate.administrator.id
    prefix = f"arn:aws:organizations::{management}:account/{estate.organization}"
    members = [account for account in estate.accounts if account.in_organization]
    return {
        "Accounts": [
            {
                "Id": account.id,
                "Arn": f"{prefix}/{account.id}",
                "Email": f"aws+{account.name}@example.com",
                "Name": account.name,
                "Status": "ACTIVE",
                "JoinedMethod": "CREATED",
                "JoinedTimestamp": "2021-03-04T10:11:12.345000+00:00",
            }
            for account in sorted(members, key=lambda account: account.id)
        ]
    }


def _print(document: Json) -> bytes:
    return (json.dumps(document, indent=4) + "\n").encode()

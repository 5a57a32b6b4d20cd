"""AWS for tests: moto's server, real HTTP on loopback, with as many accounts as are asked for."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import boto3
import httpx
from botocore.config import Config
from moto.server import ThreadedMotoServer

CENTRAL = "123456789012"  # whoever uses keys that moto did not make
MEMBER, OTHER = "222222222222", "333333333333"
REGION = "eu-west-1"
Json = dict[str, Any]


class Moto:
    """A running server: clients of any account, and what a process of ours needs to find it."""

    def __init__(self, url: str) -> None:
        """Hold its address."""
        self.url = url
        self.own = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing"}

    def environment(self, keys: Json | None = None) -> dict[str, str]:
        """The variables by which any AWS client asks this server, with keys of an IAM user."""
        own = self.own
        if keys is not None:
            own = {
                "AWS_ACCESS_KEY_ID": keys["AccessKeyId"],
                "AWS_SECRET_ACCESS_KEY": keys["SecretAccessKey"],
            }
        nowhere = {"AWS_CONFIG_FILE": "/nonexistent", "AWS_SHARED_CREDENTIALS_FILE": "/nonexistent"}
        metadata = {"AWS_EC2_METADATA_DISABLED": "true"}
        return (
            {"AWS_ENDPOINT_URL": self.url, "AWS_DEFAULT_REGION": REGION} | own | nowhere | metadata
        )

    def client(self, service: str, account: str = CENTRAL, region: str = REGION) -> Any:
        """A client of a service, as an account."""
        keys = {"aws_access_key_id": "testing", "aws_secret_access_key": "testing"}
        if account != CENTRAL:
            found = self.client("sts").assume_role(
                RoleArn=f"arn:aws:iam::{account}:role/tests", RoleSessionName="tests"
            )["Credentials"]
            keys = {
                "aws_access_key_id": found["AccessKeyId"],
                "aws_secret_access_key": found["SecretAccessKey"],
                "aws_session_token": found["SessionToken"],
            }
        once = Config(retries={"total_max_attempts": 1})
        return boto3.client(service, endpoint_url=self.url, region_name=region, config=once, **keys)

    def reset(self) -> None:
        """Forget everything; whoever asks may do anything."""
        self.enforce(None)
        httpx.post(f"{self.url}/moto-api/reset", timeout=60).raise_for_status()

    def enforce(self, after: int | None = 0) -> None:
        """From so many requests on, ask IAM about each; None: never."""
        count = "inf" if after is None else str(after)
        httpx.post(f"{self.url}/moto-api/reset-auth", content=count, timeout=60).raise_for_status()

    def role(self, name: str, account: str, *policies: str) -> None:
        """A role in an account that anybody may assume, with policies of its own."""
        iam = self.client("iam", account)
        trust: Json = {
            "Version": "2012-10-17",
            "Statement": [
                {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}
            ],
        }
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust))
        for number, policy in enumerate(policies):
            iam.put_role_policy(RoleName=name, PolicyName=f"p{number}", PolicyDocument=policy)

    def user(self, name: str, *policies: str) -> Json:
        """A user of the central account with policies of its own; gives its access key."""
        iam = self.client("iam")
        iam.create_user(UserName=name)
        for number, policy in enumerate(policies):
            iam.put_user_policy(UserName=name, PolicyName=f"p{number}", PolicyDocument=policy)
        key: Json = iam.create_access_key(UserName=name)["AccessKey"]
        return key


@cache
def _images() -> list[str]:
    return []


def an_image(ec2: Any) -> str:
    """Some image to launch; asked for once, because moto has hundreds of them."""
    if not _images():
        _images().append(ec2.describe_images()["Images"][0]["ImageId"])
    return _images()[0]


@contextmanager
def moto() -> Iterator[Moto]:
    """A server for as long as the context lasts, with nothing in it."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    running = Moto(f"http://{host}:{port}")
    running.reset()
    try:
        yield running
    finally:
        running.enforce(None)
        server.stop()


class Estate:
    """A small network of one account and region: a private instance behind a NAT gateway, and more.

    `ids` names what was made.
    """

    def __init__(self, ec2: Any) -> None:
        """Make it."""
        self.ec2 = ec2
        self.ids: dict[str, str] = {}
        self._network()
        self._instances()
        self._ways()

    def _network(self) -> None:
        ec2, ids = self.ec2, self.ids
        ids["vpc"] = ec2.create_vpc(CidrBlock="10.20.0.0/16")["Vpc"]["VpcId"]
        for name, block in (("public", "10.20.1.0/24"), ("private", "10.20.2.0/24")):
            made = ec2.create_subnet(VpcId=ids["vpc"], CidrBlock=block)["Subnet"]
            ids[name] = made["SubnetId"]
            table = ec2.create_route_table(VpcId=ids["vpc"])["RouteTable"]["RouteTableId"]
            ids[f"{name} table"] = table
            ec2.associate_route_table(RouteTableId=table, SubnetId=ids[name])
        gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
        ids["igw"] = gateway
        ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=ids["vpc"])
        ec2.create_route(
            RouteTableId=ids["public table"], DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway
        )

    def _instances(self) -> None:
        image = an_image(self.ec2)
        for name in ("public", "private"):
            made = self.ec2.run_instances(
                ImageId=image,
                MinCount=1,
                MaxCount=1,
                SubnetId=self.ids[name],
                InstanceType="t3.micro",
                UserData="#!/bin/sh\nexport PASSWORD=hunter2\n",
            )["Instances"][0]
            self.ids[f"{name} instance"] = made["InstanceId"]
            self.ids[f"{name} address"] = made["PrivateIpAddress"]
        elastic = self.ec2.allocate_address(Domain="vpc")
        self.ids["elastic"] = elastic["PublicIp"]
        self.ec2.associate_address(
            AllocationId=elastic["AllocationId"], InstanceId=self.ids["public instance"]
        )

    def _ways(self) -> None:
        ec2, ids = self.ec2, self.ids
        elastic = ec2.allocate_address(Domain="vpc")
        ids["nat address"] = elastic["PublicIp"]
        made = ec2.create_nat_gateway(SubnetId=ids["public"], AllocationId=elastic["AllocationId"])
        ids["nat"] = made["NatGateway"]["NatGatewayId"]
        ec2.create_route(
            RouteTableId=ids["private table"],
            DestinationCidrBlock="0.0.0.0/0",
            NatGatewayId=ids["nat"],
        )
        endpoint = ec2.create_vpc_endpoint(
            VpcId=ids["vpc"],
            ServiceName=f"com.amazonaws.{REGION}.s3",
            RouteTableIds=[ids["private table"]],
        )["VpcEndpoint"]
        ids["endpoint"] = endpoint["VpcEndpointId"]
        gateway = ec2.create_transit_gateway()["TransitGateway"]["TransitGatewayId"]
        ids["transit gateway"] = gateway
        attached = ec2.create_transit_gateway_vpc_attachment(
            TransitGatewayId=gateway, VpcId=ids["vpc"], SubnetIds=[ids["private"]]
        )["TransitGatewayVpcAttachment"]
        ids["attachment"] = attached["TransitGatewayAttachmentId"]
        other = ec2.create_vpc(CidrBlock="10.30.0.0/16")["Vpc"]["VpcId"]
        peering = ec2.create_vpc_peering_connection(VpcId=ids["vpc"], PeerVpcId=other)
        ids["peering"] = peering["VpcPeeringConnection"]["VpcPeeringConnectionId"]
        ec2.accept_vpc_peering_connection(VpcPeeringConnectionId=ids["peering"])

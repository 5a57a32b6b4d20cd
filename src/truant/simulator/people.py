"""People who run an estate: who they are, where they sit, and what they change in the network."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from truant.simulator import actions, clients, construction, ec2_writes, identity
from truant.simulator.actions import Action, Json
from truant.simulator.cloudtrail import Delivered
from truant.simulator.identity import Credential
from truant.simulator.network import Account, ElasticAddress, Endpoint, Instance, NatGateway
from truant.simulator.way_out import Origin
from truant.simulator.world import World

NAMES = ("j.okafor", "m.lindqvist", "a.tanaka", "r.silva", "deploy", "k.novak")


@dataclass(frozen=True)
class Person:
    """An IAM user or a signed-on role session of an account, at one desk with one tool."""

    account: Account
    region: str
    who: Json
    origin: Origin
    agent: str
    tls: bool = True

    def does(self, world: World, action: Action, time: datetime) -> Delivered:
        """Make one call."""
        return world.call(
            self.who,
            action,
            self.origin,
            self.agent,
            time,
            account=self.account.id,
            region=self.region,
            tls=self.tls,
        )


def person(world: World, account: Account, region: str, address: str | None = None) -> Person:
    """Hire somebody; he sits in an office outside AWS unless an address is given."""
    name = world.rng.choice(NAMES)
    who = _user(world, account, name)
    if world.rng.random() < 0.5:
        who = _signed_on(world, account, name, region)
    origin = Origin(address or world.estate.book.outside(world.rng, "corporate"))
    return Person(account, region, who, origin, clients.operator(world.rng))


def _user(world: World, account: Account, name: str) -> Json:
    principal = world.ids.principal("AIDA", account.id)
    return identity.of_user(account.id, name, principal, world.ids.user_key(account.id))


def _signed_on(world: World, account: Account, name: str, region: str) -> Json:
    """Somebody who came by IAM Identity Center: a role session in his own name."""
    title = f"AWSReservedSSO_AdministratorAccess_{world.rng.getrandbits(64):016x}"
    path = f"/aws-reserved/sso.amazonaws.com/{region}/"
    role = replace(construction.role(world, account, title), path=path)
    credential = Credential(
        world.ids.key(account.id), role, f"{name}@example.com", world.start, world.end
    )
    return identity.of_credential(credential, world.estate.habit("ec2"))


def launch(world: World, by: Person, one: Instance) -> None:
    """Record the launch of an instance, if it was on the simulated day."""
    _on_the_day(world, by, ec2_writes.run_instances(one, world.ids.uuid()), one.launched)


def terminate(world: World, by: Person, one: Instance) -> None:
    """Record the end of an instance at the end of its last run."""
    if one.ended is not None:
        _on_the_day(world, by, ec2_writes.terminate_instances(one), one.ended)


def restart(world: World, by: Person, one: Instance) -> None:
    """Record all stops and starts between an instance's runs."""
    for before, after in zip(one.runs, one.runs[1:], strict=False):
        if before.end is not None:
            _on_the_day(world, by, ec2_writes.stop_instances(one), before.end)
        _on_the_day(world, by, ec2_writes.start_instances(one), after.start)


def allocate(world: World, by: Person, address: ElasticAddress) -> None:
    """Record the allocation of an elastic address."""
    action = ec2_writes.allocate_address(address, world.ids.uuid())
    _on_the_day(world, by, action, address.span.start)


def release(world: World, by: Person, address: ElasticAddress) -> None:
    """Record the return of an elastic address to AWS."""
    if address.span.end is not None:
        _on_the_day(world, by, ec2_writes.release_address(address), address.span.end)


def move_addresses(world: World, by: Person, one: Instance) -> None:
    """Record all associations and disassociations of elastic addresses with an instance."""
    by_instance = world.rng.random() < 0.5
    for own in one.interfaces:
        for holding in own.publics:
            if holding.elastic is None:
                continue
            action = ec2_writes.associate_address(holding, own, by_instance)
            _on_the_day(world, by, action, holding.span.start)
            if holding.span.end is not None and not _ends_with(one, holding.span.end):
                action = ec2_writes.disassociate_address(holding)
                _on_the_day(world, by, action, holding.span.end)


def _ends_with(one: Instance, time: datetime) -> bool:
    return one.ended is not None and one.ended <= time


def create_nat(world: World, by: Person, nat: NatGateway) -> None:
    """Record the making of a NAT gateway: its addresses first, then itself."""
    for address in nat.addresses:
        if address.elastic is not None:
            action = ec2_writes.allocate_address(address.elastic, world.ids.uuid())
            _on_the_day(world, by, action, nat.span.start - timedelta(seconds=20))
    action = ec2_writes.create_nat_gateway(nat, world.ids.uuid())
    _on_the_day(world, by, action, nat.span.start)


def create_endpoint(world: World, by: Person, endpoint: Endpoint) -> None:
    """Record the making of a VPC endpoint."""
    action = ec2_writes.create_vpc_endpoint(endpoint, world.ids.uuid())
    _on_the_day(world, by, action, endpoint.span.start)


def _on_the_day(world: World, by: Person, action: Action, time: datetime) -> None:
    if world.start <= time < world.end:
        by.does(world, action, time)


def operator(world: World, account: Account, region: str, calls: int = 40) -> None:
    """Let somebody of the estate look round all day, by console and command line."""
    user = person(world, account, region)
    menu = (
        actions.describe_instances(),
        actions.list_buckets(),
        actions.get_caller_identity(),
        actions.ec2_describe("DescribeSecurityGroups"),
        actions.ec2_describe("DescribeVpcs"),
    )
    for _ in range(calls):
        user.does(world, world.rng.choice(menu), world.between(world.at(7), world.at(19)))

"""A story's world: accounts, a day, machines at work, thieves, and everything that they leave."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random

from tests.stories.gateways import nat
from tests.stories.identifiers import Ids, day
from tests.stories.identity import Key, RoleSession
from tests.stories.instances import Interface, Machine, instance
from tests.stories.inventory import Net, Region
from tests.stories.ranges import OFFICE, REGIONS, Json, outside, rented, within
from tests.stories.records import Scribe, Way
from tests.stories.services import THIEVES, USUAL, Action, action, client, stranger

# A day, and the event version that was current then.
ERAS = {8: "2023-02-14", 9: "2024-02-06", 10: "2024-07-23", 11: "2026-05-12"}
DELIVERED = ("1.0", "2.0")
LIFETIME = 6 * 3600 + 35 * 60


@dataclass(frozen=True)
class Home:
    """The usual layout of a VPC: public and private subnets, an internet and a NAT gateway."""

    region: Region
    vpc: Net
    public: Net
    private: Net
    igw: str
    nat: str
    nat_address: str
    public_table: str
    private_table: str


@dataclass
class World:
    """Accounts, machines and records of one story; the same seed makes the same bytes."""

    rng: Random
    minor: int
    ids: Ids = field(init=False)
    scribe: Scribe = field(init=False)
    midnight: int = field(init=False)
    account: str = field(init=False)
    region: str = field(init=False)
    newer_cli: bool = field(init=False)
    regions: list[Region] = field(default_factory=list)
    records: list[Json] = field(default_factory=list)
    members: list[str] = field(default_factory=list)
    trusted: list[Json] = field(default_factory=list)
    organization: list[str] = field(default_factory=list)
    collected: dict[str, int | None] = field(default_factory=dict)  # by account; "" for all others
    issuances: bool = True  # False: the trail records writes only

    def __post_init__(self) -> None:
        self.ids = Ids(self.rng)
        self.scribe = Scribe(self.rng, self.ids, self.minor)
        self.midnight = day(ERAS[self.minor])
        self.account = self.ids.account()
        self.region = self.rng.choice(REGIONS)
        self.newer_cli = self.rng.random() < 0.5
        self.collected[""] = self.midnight + 24 * 3600

    # Times and addresses

    def at(self, clock: str, days: int = 0) -> int:
        """Seconds since 1970 of a time of the story's day, as `09:30`."""
        hours, minutes = clock.split(":")
        return self.midnight + days * 86400 + int(hours) * 3600 + int(minutes) * 60

    def rented(self, region: str = "") -> str:
        """A public address in EC2's ranges."""
        return self.ids.new(lambda: rented(self.rng, region or self.region))

    def outside(self, network: int | None = None) -> str:
        """An address outside AWS."""
        return self.ids.new(lambda: outside(self.rng, network))

    def time(self, clock: str | int) -> int:
        """Seconds since 1970, from themselves or from `09:30` of the story's day."""
        return clock if isinstance(clock, int) else self.at(clock)

    # Building

    def add_account(self, *, monitored: bool = True) -> str:
        """Another account; `monitored` ones stand in truant.toml."""
        account = self.ids.account()
        if monitored:
            self.members.append(account)
        return account

    def land(self, account: str = "", region: str = "") -> Region:
        """A region of an account, in the inventory; empty when first asked for."""
        account, region = account or self.account, region or self.region
        for known in self.regions:
            if (known.account, known.name) == (account, region):
                return known
        made = Region(account, region, self.ids, self.midnight - 90 * 86400, self.newer_cli)
        self.regions.append(made)
        return made

    def home(self, cidr: str = "10.20.0.0/16", land: Region | None = None) -> Home:
        """A VPC with a public and a private subnet behind a NAT gateway."""
        land = land or self.land()
        first = cidr.split(".0.0/")[0]
        vpc = land.vpc(cidr)
        public, private = (land.subnet(vpc, f"{first}.{n}.0/24") for n in (0, 1))
        igw, address = land.internet_gateway(vpc), self.rented(land.name)
        gateway = nat(land, public, address)
        table = land.routes(vpc, {"0.0.0.0/0": igw}, public)
        inner = land.routes(vpc, {"0.0.0.0/0": gateway}, private, main=True)
        return Home(land, vpc, public, private, igw, gateway, address, table, inner)

    def machine(
        self,
        region: Region,
        subnet: Net,
        interface: Interface,
        role: str = "web",
        state: str = "running",
    ) -> Machine:
        """An instance with a role, launched a week before."""
        session = RoleSession(
            region.account, region.name, role, self.ids.principal(), self.ids.resource("i")
        )
        launched = self.midnight - 7 * 86400
        made = instance(region, subnet, interface, session, launched, state)
        made.agents = [client(self.rng) for _ in range(self.rng.randrange(1, 3))]
        return made

    def inside(self, home: Home, role: str = "web", number: int = 0) -> tuple[Machine, Way]:
        """A machine in the private subnet, and its way out by the NAT gateway."""
        private = home.private.cidr.replace(".0/24", f".{number or self.rng.randrange(10, 190)}")
        made = self.machine(home.region, home.private, Interface(private), role)
        return made, Way(home.nat_address)

    # What machines do

    def key(self, machine: Machine, clock: str | int, delivery: str = "2.0") -> Key:
        """The key that the instance has at that time; new pairs come about every six hours."""
        at = self.time(clock)
        fresh = [one for one in machine.keys if 0 <= at - one.issued < 6 * 3600]
        if not fresh:
            fresh = self._issue(machine, at - 120)
        return max((one for one in fresh if one.delivery == delivery), key=lambda one: one.issued)

    def _issue(self, machine: Machine, at: int) -> list[Key]:
        """EC2 takes keys for the instance, one for each version of IMDS, in one second."""
        pair = [Key(self.ids.key(), machine.session, at, version) for version in DELIVERED]
        machine.keys += pair
        lifetime = LIFETIME + self.rng.randrange(-600, 600)
        if self.issuances:
            self.records += [self.scribe.issuance(one, lifetime) for one in pair]
        return pair

    def works(
        self, machine: Machine, *ways: Way, start: str = "06:00", hours: int = 14, calls: int = 24,
        actions: Sequence[str] = USUAL, delivery: str = "2.0", days: int = 0,
    ) -> None:  # fmt: skip
        """Normal work by all these ways in turn, with keys renewed every six hours."""
        begin = self.at(start, days)
        for number in range(calls):
            at = begin + number * hours * 3600 // calls + self.rng.randrange(60)
            way = ways[number % len(ways)]
            self.call(self.key(machine, at, delivery), at, way, actions, machine.agents)

    def call(
        self, key: Key, clock: str | int, way: Way, actions: Sequence[str] = USUAL,
        agents: Sequence[str] = (), region: str = "", **members: object,
    ) -> Json:  # fmt: skip
        """One call; through an endpoint it is one to the endpoint's service."""
        fitting = [a for a in map(action, actions) if way.service in ("", a.service)]
        act = self.rng.choice(fitting or [Action(way.service, "DescribeTags")])
        agent = self.rng.choice(agents or [client(self.rng)])
        where = region or key.session.region
        record = self.scribe.call(key, self.time(clock), act, way, agent, where, **members)
        self.records.append(record)
        return record

    def steals(
        self, key: Key, clock: str | int, *ways: Way, calls: int = 5,
        actions: Sequence[str] = THIEVES, agent: str = "", apart: int = 47, **members: object,
    ) -> int:  # fmt: skip
        """Calls of a thief, one after another; answers how many."""
        at = self.time(clock)
        agent = agent or stranger(self.rng)
        for number in range(calls):
            way = ways[number % len(ways)]
            self.call(key, at + number * apart, way, actions, [agent]).update(members)
        return calls

    # What else stands in every trail

    def bystanders(self, land: Region) -> None:
        """People, services and roles that are nobody's instance: never a finding."""
        office = within(self.rng, OFFICE)
        self.records.append(
            self.scribe.by_user(
                land.account, self.at("08:10"), Action("ec2", "DescribeVpcs"), office, land.name
            )
        )
        worker = RoleSession(
            land.account, land.name, "resize", self.ids.principal(), "resize-images"
        )
        key = Key(self.ids.key(), worker, self.at("08:00"))
        for minute in ("08:15", "11:40"):
            self.call(key, self.at(minute), Way(self.rented(land.name)), ("s3:GetObject",))
        self.records.append(
            self.scribe.by_service(
                land.account,
                self.at("09:00"),
                Action("s3", "GetBucketAcl"),
                "cloudtrail.amazonaws.com",
                land.name,
            )
        )

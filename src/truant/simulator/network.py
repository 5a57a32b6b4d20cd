"""The network as it really is in a simulated world: who holds which address and route, and when.

Ground truth, with time in it; the inventory folder shows only one moment of it. Times are aware
UTC datetimes; an end of None means "still so".
"""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass
class Span:
    """A stretch of time, its end not included."""

    start: datetime
    end: datetime | None = None

    def covers(self, time: datetime) -> bool:
        """Say whether a moment lies in this stretch."""
        return self.start <= time and (self.end is None or time < self.end)


@dataclass
class Account:
    """An AWS account; `ours` means that its trail and inventory are in our hands."""

    id: str
    name: str
    ours: bool = True
    monitored: bool = True
    in_organization: bool = True


@dataclass
class Route:
    """One line of a route table: a destination and the id of what it leads to."""

    destination: str
    target: str
    origin: str = "CreateRoute"


@dataclass
class RouteTable:
    """A route table of a VPC."""

    id: str
    vpc: "Vpc"
    main: bool
    routes: list[Route]


@dataclass
class Vpc:
    """A VPC; `borrowed` are endpoints of other VPCs that its private DNS leads to."""

    id: str
    account: Account
    region: str
    cidrs: list[str]
    created: datetime
    ipv6: str | None = None
    borrowed: list["Endpoint"] = field(default_factory=list)
    is_default: bool = False


@dataclass
class Subnet:
    """A subnet; its owner is its VPC's account, also when other accounts use it by sharing."""

    id: str
    vpc: Vpc
    cidr: str
    zone: str
    table: RouteTable
    maps_public: bool
    ipv6: str | None = None
    outpost: str | None = None
    handed_out: set[str] = field(default_factory=set)


@dataclass
class ElasticAddress:
    """A public address allocated to an account; `shown_as` is its field in printouts."""

    public: str
    allocation: str
    account: Account
    region: str
    span: Span
    pool: str = "amazon"
    border_group: str | None = None
    shown_as: str = "PublicIp"
    service_managed: str | None = None


@dataclass
class PublicHolding:
    """A public address bound to a private address of an interface for some time."""

    public: str
    private: str
    span: Span
    elastic: ElasticAddress | None = None
    association: str | None = None


@dataclass
class PrivateHolding:
    """A private address (IPv4) of an interface for some time."""

    address: str
    primary: bool
    span: Span


@dataclass
class Interface:
    """An elastic network interface with everything it ever held; pods speak from `pods` too."""

    id: str
    subnet: Subnet
    account: Account
    span: Span
    privates: list[PrivateHolding]
    publics: list[PublicHolding] = field(default_factory=list)
    ipv6: list[str] = field(default_factory=list)
    prefixes: list[str] = field(default_factory=list)
    pods: list[str] = field(default_factory=list)
    kind: str = "interface"
    description: str = ""
    requester: str | None = None
    instance_id: str | None = None
    device_index: int = 0
    attachment: str | None = None
    attached: datetime | None = None

    def private_at(self, time: datetime) -> str:
        """The primary private address at a time."""
        return next(p.address for p in self.privates if p.primary and p.span.covers(time))

    def public_at(self, time: datetime) -> PublicHolding | None:
        """The public address bound to the interface at a time, if any."""
        return next((h for h in self.publics if h.span.covers(time)), None)


@dataclass
class NatGateway:
    """A NAT gateway; each address has its elastic address and its private one."""

    id: str
    account: Account
    vpc: Vpc
    subnet: Subnet | None
    interface: Interface | None
    addresses: list[PublicHolding]
    span: Span
    regional: bool = False

    def addresses_at(self, time: datetime) -> list[str]:
        """All public addresses that the gateway speaks from at a time."""
        return [a.public for a in self.addresses if a.span.covers(time)]


@dataclass
class Endpoint:
    """A VPC endpoint of one service in one region."""

    id: str
    account: Account
    vpc: Vpc
    service: str
    region: str
    kind: str
    span: Span
    subnets: list[Subnet] = field(default_factory=list)
    tables: list[RouteTable] = field(default_factory=list)
    interfaces: list[Interface] = field(default_factory=list)


@dataclass
class Gateway:
    """An internet (igw), egress-only (eigw), virtual private (vgw), carrier or local gateway.

    `egress` holds the public addresses that the world sees behind it where the AWS inventory does
    not tell: the corporate ones behind a virtual private gateway.
    """

    id: str
    account: Account
    vpc: Vpc
    created: datetime
    egress: list[str] = field(default_factory=list)


@dataclass
class TransitGateway:
    """A transit gateway; `default` is the attachment that its default route leads to."""

    id: str
    account: Account
    region: str
    created: datetime
    attachments: list["Attachment"] = field(default_factory=list)
    default: "Attachment | None" = None


@dataclass
class Attachment:
    """What hangs on a transit gateway: a VPC by one of its subnets, or a VPN with its egress."""

    id: str
    gateway: TransitGateway
    account: Account
    kind: str
    resource: str
    created: datetime
    subnet: Subnet | None = None
    egress: list[str] = field(default_factory=list)


@dataclass
class Peering:
    """A VPC peering connection."""

    id: str
    requester: Vpc
    accepter: Vpc
    created: datetime


@dataclass
class Role:
    """An IAM role with its instance profile."""

    name: str
    id: str
    account: Account
    profile_id: str
    path: str = "/"

    @property
    def arn(self) -> str:
        """The role's ARN."""
        return f"arn:aws:iam::{self.account.id}:role{self.path}{self.name}"

    @property
    def profile_arn(self) -> str:
        """The ARN of the instance profile of the same name."""
        return f"arn:aws:iam::{self.account.id}:instance-profile{self.path}{self.name}"


@dataclass
class Instance:
    """An EC2 instance: its interfaces, the times it ran, and how its software gets its keys.

    `proxy` holds the addresses that the world sees behind the proxy that its software is told to
    use, `proxy_host` the proxy's own address where that is another.
    """

    id: str
    name: str
    account: Account
    role: Role | None
    interfaces: list[Interface]
    runs: list[Span]
    launched: datetime
    delivery: str = "2.0"
    tokens_required: bool = False
    instance_type: str = "t3.medium"
    image: str = "ami-0abcdef0123456789"
    proxy: list[str] = field(default_factory=list)
    proxy_host: str | None = None
    outpost: str | None = None
    tags: dict[str, str] = field(default_factory=dict)

    @property
    def interface(self) -> Interface:
        """The primary interface."""
        return self.interfaces[0]

    @property
    def vpc(self) -> Vpc:
        """The VPC of the primary interface."""
        return self.interface.subnet.vpc

    @property
    def region(self) -> str:
        """The region the instance runs in."""
        return self.vpc.region

    @property
    def ended(self) -> datetime | None:
        """When the instance was terminated, if it was: the end of its last run."""
        return self.runs[-1].end

    def runs_at(self, time: datetime) -> bool:
        """Say whether the instance was running at a time."""
        return any(run.covers(time) for run in self.runs)


@dataclass
class Network:
    """Everything that stands in one simulated world."""

    accounts: list[Account] = field(default_factory=list)
    vpcs: list[Vpc] = field(default_factory=list)
    subnets: list[Subnet] = field(default_factory=list)
    tables: list[RouteTable] = field(default_factory=list)
    addresses: list[ElasticAddress] = field(default_factory=list)
    interfaces: list[Interface] = field(default_factory=list)
    nats: list[NatGateway] = field(default_factory=list)
    endpoints: list[Endpoint] = field(default_factory=list)
    gateways: list[Gateway] = field(default_factory=list)
    transits: list[TransitGateway] = field(default_factory=list)
    peerings: list[Peering] = field(default_factory=list)
    instances: list[Instance] = field(default_factory=list)

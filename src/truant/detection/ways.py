"""Ways: where an instance can speak from at a time, and how completely that is known."""

from msgspec import Struct, field


class Ways(Struct, gc=False):
    """Where an instance can speak from. Addresses map to a sentence that says why."""

    own: dict[str, str] = field(default_factory=dict)
    prefixes: list[str] = field(default_factory=list)  # delegated to its interfaces
    out: dict[str, str] = field(default_factory=dict)
    private_out: dict[str, str] = field(default_factory=dict)  # VPC-side addresses on its ways
    unproven: dict[str, str] = field(default_factory=dict)
    home: set[str] = field(default_factory=set)  # VPCs of its own interfaces
    vpcs: dict[str, str] = field(default_factory=dict)  # VPCs whose endpoints it can reach
    corporate: str | None = None  # why traffic leaves by a network that is not AWS's
    changing: str | None = None  # why the public addresses change by themselves
    beyond: str | None = None  # a way to the internet whose end no inventory lists
    aside: str | None = None  # a way to other networks that no inventory lists
    shows_public: bool = False  # a route to an internet gateway
    interfaces_known: bool = False
    tables_known: bool = False  # the route tables of all its subnets, with all their routes
    public_known: bool = False

    exits_listed: bool = False  # where routes are not known: some exits are, and all are listed
    has_public: bool = False

    @property
    def routes_known(self) -> bool:
        """Whether every route to the internet was followed to its end."""
        return self.tables_known and self.beyond is None

    @property
    def reach_known(self) -> bool:
        """Whether every route, to other VPCs too, was followed to its end."""
        return self.routes_known and self.aside is None

    @property
    def partly_known(self) -> bool:
        """Whether the likely ways out are known, though no route proves them."""
        exits = self.exits_listed or self.has_public
        return self.interfaces_known and self.public_known and exits and self.beyond is None

    @property
    def known(self) -> bool:
        """Whether an address that is not listed here is known not to be the instance's."""
        return self.interfaces_known and self.routes_known and self.public_known

    def lose(self, why: str, *, out: bool, aside: bool = True) -> None:
        """Note a way whose end is not known. `out`: it may lead to the internet.

        `aside`: it may lead to other networks, to their endpoints.
        """
        if out:
            self.beyond = self.beyond or why
        if aside:
            self.aside = self.aside or why

"""What the configuration says: accounts that belong together, ways out that no inventory shows."""

from collections.abc import Callable, Iterable

from msgspec import Struct

from truant.model.address_lists import AddressList
from truant.model.network import Origin, within


class Rule(Struct, frozen=True):
    """One `[[network.trusted]]` of truant.toml. Exactly one of the first three is given.

    `accounts` limits the rule to instances of these accounts; `expires` (epoch seconds) is
    compared with the time of the call.
    """

    reason: str
    cidr: str | None = None
    account: str | None = None
    vpc_endpoint: str | None = None
    accounts: tuple[str, ...] = ()
    expires: int | None = None

    def __str__(self) -> str:
        """Name the rule as a person finds it in truant.toml."""
        what = self.cidr or self.vpc_endpoint or f"account {self.account}"
        return f"network.trusted {what} ({self.reason})"

    def holds(self, account: str | None, at: int) -> bool:
        """Whether the rule speaks of instances of this account at this time."""
        in_time = self.expires is None or at < self.expires
        return in_time and (not self.accounts or account in self.accounts)


class Trust(Struct, frozen=True):
    """The whole of it. `administrator` and `members` are monitored together: affiliated.

    `lists` are trusted lists in GuardDuty's formats: they trust addresses, for all accounts.
    `threats` are threat lists: evidence, where a stray comes from one of their addresses.
    """

    administrator: str | None = None
    members: frozenset[str] = frozenset()
    rules: tuple[Rule, ...] = ()
    lists: tuple[AddressList, ...] = ()
    threats: tuple[AddressList, ...] = ()

    def monitored(self, watched: Iterable[str]) -> frozenset[str]:
        """The accounts monitored by the same administrator.

        Where the configuration names none, those of which there is an inventory or a trail: who
        can read an account's trail watches over it.
        """
        named = self.members | ({self.administrator} if self.administrator else frozenset())
        return named or frozenset(watched)

    @property
    def changes(self) -> tuple[int, ...]:
        """The times at which rules expire."""
        return tuple(rule.expires for rule in self.rules if rule.expires is not None)

    def by_address(self, address: str, account: str | None, at: int) -> Rule | None:
        """The first rule that trusts a public or corporate address, or a trusted list's entry."""
        rule = self._first(at, account, lambda rule: rule.cidr and within(address, rule.cidr))
        return rule or self._listed(address)

    def _listed(self, address: str) -> Rule | None:
        matches = ((one.name, match) for one in self.lists if (match := one.match(address)))
        name, match = next(matches, (None, None))
        if match is None:
            return None
        return Rule(reason=f"trusted list {name}, line {match.value}", cidr=match.prefix)

    def by_endpoint(self, origin: Origin, account: str | None, at: int) -> Rule | None:
        """The first rule that trusts an endpoint by its id."""
        return self._first(
            at, account, lambda rule: rule.vpc_endpoint and rule.vpc_endpoint == origin.endpoint
        )

    def by_account(self, remote: str | None, account: str | None, at: int) -> Rule | None:
        """The first rule that trusts everything of an account."""
        return self._first(at, account, lambda rule: rule.account and rule.account == remote)

    def _first(self, at: int, account: str | None, fits: Callable[[Rule], object]) -> Rule | None:
        return next((rule for rule in self.rules if rule.holds(account, at) and fits(rule)), None)

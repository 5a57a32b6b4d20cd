"""Case: one origin of one instance at one time, and everything that its place follows from."""

from collections import Counter
from collections.abc import Iterable
from copy import copy

from msgspec import Struct

from truant.detection.flows import Flows
from truant.detection.inventory import Inventory
from truant.detection.routes import ways_of
from truant.detection.trust import Rule, Trust
from truant.detection.view import Span, View
from truant.detection.ways import Ways
from truant.model.aws_ranges import RangesHistory
from truant.model.network import Origin, Place, is_account, within
from truant.model.network_feeds import NetworkFeeds

NO_FEEDS = NetworkFeeds()


class Subject(Struct, frozen=True):
    """Whose home is asked for: an instance, its account, and its region where known."""

    instance: str
    account: str | None
    region: str | None = None


class Placement(Struct, frozen=True, gc=False):
    """The answer: the place, and a sentence that a person can check.

    `party` names the remote party in a finding's key. `account` is the remote account where it is
    known. `sure` is False where the instance's own ways out are not fully known, so that the
    origin could still be one of them; `likely` then says that the likely ways out are known.
    """

    place: Place
    reason: str
    party: str
    account: str | None = None
    affiliated: bool = False
    sure: bool = True
    likely: bool = False
    rule: Rule | None = None
    network: str | None = None  # the published range: prefix, services, region


class Surroundings:
    """Everything that places are worked out from, with the ways out kept once worked out."""

    def __init__(
        self,
        inventory: Inventory,
        trust: Trust,
        ranges: RangesHistory,
        accounts: Iterable[str] = (),
        feeds: NetworkFeeds = NO_FEEDS,
        flows: Flows | None = None,
    ) -> None:
        """Hold an inventory, the configuration and the published ranges together.

        `accounts` are those whose trail is read. `feeds` say what networks outside are, `flows`
        what flow logs tell, where some were given.
        """
        self.feeds, self.flows = feeds, flows
        self.inventory, self.trust, self.ranges = inventory, trust, ranges
        self.monitored = trust.monitored(inventory.accounts.union(filter(is_account, accounts)))
        self.changes = (*trust.changes, *(one.created_at for one in ranges.snapshots))
        self.used: Counter[str] = Counter()  # trusted rules, by how many origins they excused
        self.excused: set[tuple[str, str, Origin]] = set()  # rule, instance and what it excused
        self._ways: dict[str, list[tuple[Span, Ways]]] = {}

    def listening(self, flows: Flows) -> "Surroundings":
        """The same surroundings with other flow logs; what is worked out serves both."""
        found = copy(self)
        found.flows = flows
        return found

    def ways(self, instance: str, view: View) -> Ways:
        """The instance's ways out at the view's time."""
        known = self._ways.setdefault(instance, [])
        fitting = (one for one in known if one[0].since <= view.at < one[0].until)
        found = next(fitting, None)
        if found is None:
            fresh = View(self.inventory, view.at)
            found = (fresh.span, ways_of(fresh, instance))
            known.append(found)
        view.span.narrow(view.at, found[0].since, found[0].until)
        return found[1]

    def ways_at(self, instance: str, at: int) -> Ways:
        """The instance's ways out at a time (epoch seconds)."""
        return self.ways(instance, View(self.inventory, at))

    def excuse(self, rule: Rule, instance: str, origin: Origin) -> None:
        """Note that a trusted rule was used for an origin of an instance."""
        if (excused := (str(rule), instance, origin)) not in self.excused:
            self.excused.add(excused)
            self.used[str(rule)] += 1

    def is_ours(self, account: str | None) -> bool:
        """Whether an account is monitored, or of the organization."""
        return account in self.monitored or account in self.inventory.organization

    def is_affiliated(self, account: str | None) -> bool:
        """Whether an account is monitored by the same administrator."""
        return account in self.monitored


class Case(Struct, frozen=True):
    """One question: what this origin was to this instance, at the view's time."""

    origin: Origin
    subject: Subject
    around: Surroundings
    view: View

    @property
    def ways(self) -> Ways:
        """The instance's ways out."""
        return self.around.ways(self.subject.instance, self.view)


def is_own(address: str, ways: Ways) -> bool:
    """Whether an address is one of the instance's interfaces', or of a prefix delegated to them."""
    return address in ways.own or any(within(address, prefix) for prefix in ways.prefixes)


def may_be_its_branch(case: Case, holder: str) -> bool:
    """Whether an interface is a pod's branch of nobody knows which trunk, and may be its own.

    No describe operation links a branch interface to its trunk; EKS's controller tags it.
    """
    inventory, view = case.around.inventory, case.view
    if inventory.always(holder, "type") != "branch" or view.value(holder, "instance") is not None:
        return False
    own = view.interfaces(case.subject.instance)
    return any(inventory.always(one.name, "type") == "trunk" for one in own)


def branch_placement(case: Case, holder: str, why: str) -> Placement:
    """The place of a branch interface that may be its own."""
    reason = f"{why}, a branch interface of a trunk that is not known; the instance has a trunk"
    return Placement(Place.UNKNOWABLE, reason, holder, case.subject.account, sure=False)


def of_account(case: Case, account: str, why: str, *, sure: bool = True) -> Placement:
    """In another account: trusted, affiliated, or foreign."""
    around = case.around
    rule = around.trust.by_account(account, case.subject.account, case.view.at)
    if rule is not None:
        return trusted(rule, account)
    if around.is_affiliated(account):
        return Placement(
            Place.AFFILIATED, f"{why}, an affiliated account", account, account, True, sure
        )
    kind = "an account of the organization that is not monitored with it"
    known = kind if account in around.inventory.organization else "no account of ours"
    return Placement(Place.FOREIGN_ACCOUNT, f"{why}, {known}", account, account, sure=sure)


def trusted(rule: Rule, party: str) -> Placement:
    """Trusted by a rule of the configuration."""
    return Placement(Place.TRUSTED, f"trusted by {rule}", party, rule=rule)

"""What places are worked out from, and what a place is: the nouns of `place.py`."""

from collections import Counter
from collections.abc import Iterable

from msgspec import Struct

from truant.detection.flows import Flows
from truant.detection.inventory import Inventory
from truant.detection.routes import ways_of
from truant.detection.trust import Rule, Trust
from truant.detection.view import Span, View
from truant.detection.ways import Ways
from truant.model.aws_ranges import RangesHistory
from truant.model.network import Origin, Place, is_account
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
        self._excused: set[tuple[str, str, Origin]] = set()
        self._ways: dict[str, list[tuple[Span, Ways]]] = {}

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
        if (excused := (str(rule), instance, origin)) not in self._excused:
            self._excused.add(excused)
            self.used[str(rule)] += 1

    def is_ours(self, account: str | None) -> bool:
        """Whether an account is monitored, or of the organization."""
        return account in self.monitored or account in self.inventory.organization

    def is_affiliated(self, account: str | None) -> bool:
        """Whether an account is monitored by the same administrator."""
        return account in self.monitored

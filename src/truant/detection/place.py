"""Place: what an origin is to an instance at a time. The order of reasoning, and nothing else.

The endpoint comes before the address: "CloudTrail does not distinguish between public and private
IPs in the sourceIPAddress field", so that whoever owns an endpoint's VPC chooses the address that
is seen through it, the victim's own included. The inventory comes before published ranges: VPCs
may use public-looking ranges, and addresses brought to AWS are in no list.
"""

from collections import Counter
from collections.abc import Iterable

import msgspec
from msgspec import Struct

from truant.detection.flows import Flows
from truant.detection.inventory import Inventory
from truant.detection.routes import Ways, ways_of
from truant.detection.trust import Rule, Trust
from truant.detection.view import Endpoint, Span, View
from truant.model.aws_ranges import RangesHistory
from truant.model.event_time import iso
from truant.model.network import (
    Origin,
    Place,
    Via,
    is_account,
    is_private,
    neighbourhood,
    within,
)
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


def place_of(
    origin: Origin, subject: Subject, at: int, around: Surroundings
) -> tuple[Placement, Span]:
    """What `origin` was to the subject's instance at a time (epoch seconds), and for how long."""
    view = View(around.inventory, at)
    view.span.narrow(at, *around.changes)
    case = Case(origin, subject, around, view)
    if origin.via is Via.SERVICE or origin.address is None:
        reason = f"{origin.address or 'no address'} stands for AWS's own network or a service"
        return Placement(Place.AWS_SERVICE, reason, "aws"), view.span
    if origin.endpoint is not None:
        placement = _through_endpoint(case, origin.endpoint, origin.address)
    else:
        placement = _by_address(case, origin.address)
    if placement.rule is not None:
        around.excuse(placement.rule, subject.instance, origin)
    if not placement.sure and case.ways.partly_known:
        placement = msgspec.structs.replace(placement, likely=True)
    return placement, view.span


def _through_endpoint(case: Case, name: str, address: str) -> Placement:
    rule = case.around.trust.by_endpoint(case.origin, case.subject.account, case.view.at)
    if rule is not None:
        return _trusted(rule, name)
    endpoint = case.view.endpoint(name)
    if endpoint is None:
        return _unknown_endpoint(case, name, address)
    ways = case.ways
    reach = ways.vpcs.get(endpoint.vpc or "")
    if reach is not None:
        if _is_own(address, ways):
            why = f"{address} is its own address, and endpoint {name} is within reach: {reach}"
            return Placement(Place.OWN_INTERFACE, why, "home")
        if address in ways.private_out:
            return Placement(Place.OWN_WAY_OUT, ways.private_out[address], "home")
    return _elsewhere_of_ours(case, endpoint, address)


def _is_own(address: str, ways: Ways) -> bool:
    return address in ways.own or any(within(address, prefix) for prefix in ways.prefixes)


def _elsewhere_of_ours(case: Case, endpoint: Endpoint, address: str) -> Placement:
    """Through an endpoint of ours, from an address not the instance's own, or out of its reach."""
    subject, ways = case.subject, case.ways
    holders = case.view.reachers(endpoint.vpc or "", address)
    other = next((i for h in holders if (i := case.view.instance_of(h))), None)
    speaker = case.around.inventory.always(holders[0], "account") if holders else None
    account = speaker or endpoint.account
    who = f"instance {other}" if other else holders[0] if holders else "nothing known"
    where = f"endpoint {endpoint.name} of {endpoint.vpc or 'an unknown VPC'}"
    own = _is_own(address, ways)
    sure = ways.routes_known if own else ways.interfaces_known
    if own and not sure and subject.instance == other:
        why = f"{address} is its own address; no inventory lists routes from it to {where}"
        return Placement(Place.OWN_WAY_OUT, why, "home")
    if account is not None and account != subject.account:
        why = f"{address} came through {where}, held by {who} of account {account}"
        return _of_account(case, account, why, sure=sure)
    if not sure and _is_unheld(other, endpoint, ways):
        why = f"{address} came through {where}, and which addresses the instance had is not known"
        return Placement(Place.UNKNOWABLE, why, endpoint.name, subject.account, sure=False)
    why = f"{address} came through {where}, where it was held by {who}, not by {subject.instance}"
    return Placement(
        Place.OTHER_INSTANCE, why, other or f"{endpoint.name}/{address}", subject.account, sure=sure
    )


def _is_unheld(other: str | None, endpoint: Endpoint, ways: Ways) -> bool:
    return other is None and (not ways.vpcs or endpoint.vpc in ways.vpcs)


def _unknown_endpoint(case: Case, name: str, address: str) -> Placement:
    """An endpoint that no inventory lists: its owner's account decides, if the record names it."""
    subject, ways, inventory = case.subject, case.ways, case.around.inventory
    owner = case.origin.endpoint_account
    if is_account(owner) and owner == subject.account:
        if _is_own(address, ways) or not ways.interfaces_known:
            why = f"endpoint {name} belongs to its own account {owner}"
            place = Place.OWN_INTERFACE if _is_own(address, ways) else Place.UNKNOWABLE
            return Placement(place, why, "home" if place is Place.OWN_INTERFACE else name, owner)
        why = f"{address} came through {name} of the same account and is not the instance's own"
        return Placement(Place.OTHER_INSTANCE, why, f"{name}/{address}", owner)
    if is_account(owner) and owner is not None:
        why = f"{address} came through VPC endpoint {name}, which account {owner} owns"
        return _of_account(case, owner, why, sure=ways.known)
    listed = inventory.covers(subject.account, subject.region, "endpoints") or (
        subject.region is None and inventory.covers_account(subject.account, "endpoints")
    )
    if listed:
        why = f"{address} came through VPC endpoint {name}, which is none of ours"
        return Placement(Place.FOREIGN_ACCOUNT, why, name)
    why = f"{address} came through VPC endpoint {name}, whose owner no record or inventory names"
    return Placement(Place.UNKNOWABLE, why, name, sure=False)


def _of_account(case: Case, account: str, why: str, *, sure: bool = True) -> Placement:
    """In another account: trusted, affiliated, or foreign."""
    around = case.around
    rule = around.trust.by_account(account, case.subject.account, case.view.at)
    if rule is not None:
        return _trusted(rule, account)
    if around.is_affiliated(account):
        return Placement(
            Place.AFFILIATED, f"{why}, an affiliated account", account, account, True, sure
        )
    kind = "an account of the organization that is not monitored with it"
    known = kind if account in around.inventory.organization else "no account of ours"
    return Placement(Place.FOREIGN_ACCOUNT, f"{why}, {known}", account, account, sure=sure)


def _trusted(rule: Rule, party: str) -> Placement:
    return Placement(Place.TRUSTED, f"trusted by {rule}", party, rule=rule)


def _by_address(case: Case, address: str) -> Placement:
    ways = case.ways
    if _is_own(address, ways):
        why = ways.own.get(address, f"{address} lies in a prefix delegated to its interface")
        return Placement(Place.OWN_INTERFACE, why, "home")
    for known in (ways.out, ways.private_out):
        if address in known:
            return Placement(Place.OWN_WAY_OUT, known[address], "home")
    rule = case.around.trust.by_address(address, case.subject.account, case.view.at)
    if rule is not None:
        return _trusted(rule, address)
    ours = _ours(case, address)
    if ours is not None:
        return ours
    if is_private(address):
        return _private_without_endpoint(case, address)
    return _published(case, address)


def _ours(case: Case, address: str) -> Placement | None:
    """A public address that belonged to something of ours at that time."""
    owner, holder = case.view.owner(address), case.view.holder(address)
    if owner is None and holder is None:
        return None
    if holder is None and not case.view.knows(address, "holder"):
        why = f"{address} belonged to account {owner}; what held it at that time is not known"
        return Placement(Place.UNKNOWABLE, why, address, owner, sure=False)
    instance = case.view.instance_of(holder) if holder else None
    name = instance or holder or "nobody"
    sure = case.ways.routes_known
    if owner is not None and owner != case.subject.account:
        hint = case.ways.unproven.get(address)
        why = f"{address} belonged to {name} of account {owner}" + (f" ({hint})" if hint else "")
        return _of_account(case, owner, why, sure=sure)
    why = f"{address} belonged to {name} of the same account, and no route leads there"
    return Placement(Place.OTHER_INSTANCE, why, name, owner, sure=sure)


def _private_without_endpoint(case: Case, address: str) -> Placement:
    """A VPC-side address, and the record names no endpoint: some services leave it out."""
    subject = case.subject
    for vpc in sorted(case.ways.vpcs):
        for holder in case.view.private_holders(vpc, address):
            other = case.view.instance_of(holder) or holder
            why = f"{address} belonged to {other} in {vpc}, not to {subject.instance}"
            return Placement(Place.OTHER_INSTANCE, why, other, subject.account)
    why = f"{address} is a private address, and the record names no VPC endpoint"
    return Placement(Place.UNKNOWABLE, why, address, sure=False)


def _published(case: Case, address: str) -> Placement:
    """Nothing of ours: what the published ranges of that time say."""
    ways, party = case.ways, neighbourhood(address)
    known = case.around.ranges.at(case.view.at)
    if known is None:
        why = f"{address} is none of the instance's, and no list of AWS's ranges is at hand"
        return Placement(Place.AWS_UNKNOWN, why, party, sure=ways.known)
    found = known.ranges.owner(address)
    listed = f"AWS's list of {iso(known.ranges.created_at)[:10]}"
    if known.before_oldest:
        listed += ", the oldest at hand and newer than the call"
    if found is None:
        why = f"{address} lies in no range that AWS publishes ({listed})"
        return Placement(Place.OUTSIDE_AWS, why, party, sure=ways.known)
    network = f"{found.prefix} ({', '.join(found.services)}; {found.region or 'no region'})"
    if ways.changing is not None and found.is_customer_ec2:
        why = f"{address} lies in AWS's {network}; {ways.changing}"
        return Placement(Place.UNKNOWABLE, why, party, sure=False, network=network)
    why = f"{address} lies in AWS's {network}, and belongs to nothing of ours"
    return Placement(Place.AWS_UNKNOWN, why, party, sure=ways.known, network=network)

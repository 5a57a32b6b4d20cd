"""Place: what an origin is to an instance at a time. The order of reasoning, and nothing else.

The endpoint comes before the address: "CloudTrail does not distinguish between public and private
IPs in the sourceIPAddress field", so that whoever owns an endpoint's VPC chooses the address that
is seen through it, the victim's own included. The inventory comes before published ranges: VPCs
may use public-looking ranges, and addresses brought to AWS are in no list.
"""

import msgspec
from msgspec import Struct

from truant.detection.assumed import may_be_linked
from truant.detection.surroundings import Placement as Placement
from truant.detection.surroundings import Subject as Subject
from truant.detection.surroundings import Surroundings as Surroundings
from truant.detection.trust import Rule
from truant.detection.view import Endpoint, Span, View
from truant.detection.ways import Ways
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
    if endpoint is None or endpoint.vpc is None:
        owner = endpoint.account if endpoint else case.origin.endpoint_account
        return _unlisted_endpoint(case, name, address, owner)
    ways = case.ways
    reach = ways.vpcs.get(endpoint.vpc)
    if reach is not None and address in ways.private_out and not _is_own(address, ways):
        return Placement(Place.OWN_WAY_OUT, ways.private_out[address], "home")
    if reach is not None and _is_own(address, ways) and not _is_local(case, endpoint, address):
        why = f"{address} is its own address, and endpoint {name} is within reach: {reach}"
        return Placement(Place.OWN_INTERFACE, why, "home")
    return _elsewhere_of_ours(case, endpoint, address)


def _is_own(address: str, ways: Ways) -> bool:
    return address in ways.own or any(within(address, prefix) for prefix in ways.prefixes)


def _is_local(case: Case, endpoint: Endpoint, address: str) -> bool:
    """Whether only somebody in the endpoint's own VPC can have spoken, and that is not ours.

    A gateway endpoint serves its own VPC alone. And where the address lies in the VPC's own
    ranges, the endpoint's answers stay within them ("local" routes win).
    """
    vpc = endpoint.vpc or ""
    return vpc not in case.ways.home and (endpoint.is_gateway or case.view.in_vpc(address, vpc))


def _elsewhere_of_ours(case: Case, endpoint: Endpoint, address: str) -> Placement:
    """Through an endpoint of ours, from an address not the instance's own, or out of its reach."""
    subject, ways, vpc = case.subject, case.ways, endpoint.vpc or ""
    local = _is_local(case, endpoint, address)
    look = case.view.private_holders if local else case.view.reachers
    holders = look(vpc, address)
    other = next((i for h in holders if (i := case.view.instance_of(h))), None)
    where = f"endpoint {endpoint.name} of {vpc}"
    own = _is_own(address, ways) and not local
    if own and not ways.reach_known and other in (None, subject.instance):
        return _perhaps_own(case, where, address, linked=other is not None)
    if other == subject.instance:  # and no route leads there: somebody borrows its address
        holders, other = [], None
    speaker = case.around.inventory.always(holders[0], "account") if holders else None
    account = speaker or endpoint.account
    who = f"instance {other}" if other else holders[0] if holders else "nothing known"
    followed = ways.routes_known or (ways.tables_known and other is not None)
    sure = ways.interfaces_known and followed
    if account is not None and account != subject.account:
        why = f"{address} came through {where}, held by {who} of account {account}"
        return _of_account(case, account, why, sure=sure)
    if not ways.interfaces_known and other is None and (not ways.vpcs or vpc in ways.vpcs):
        why = f"{address} came through {where}, and which addresses the instance had is not known"
        return Placement(Place.UNKNOWABLE, why, endpoint.name, subject.account, sure=False)
    why = f"{address} came through {where}, where it was held by {who}, not by {subject.instance}"
    party = other or f"{endpoint.name}/{address}"
    return Placement(Place.OTHER_INSTANCE, why, party, subject.account, sure=sure)


def _perhaps_own(case: Case, where: str, address: str, *, linked: bool) -> Placement:
    """Its own address, at an endpoint to which the routes are not fully known."""
    why = f"{address} is its own address; no inventory lists all routes from it to {where}"
    place = Place.OWN_WAY_OUT if linked else Place.UNKNOWABLE
    return Placement(place, why, "home" if linked else where, case.subject.account, sure=False)


def _unlisted_endpoint(case: Case, name: str, address: str, owner: str | None) -> Placement:
    """An endpoint whose VPC no inventory lists: its owner decides, if anything names it."""
    subject, ways = case.subject, case.ways
    if is_account(owner) and owner == subject.account:
        return _own_accounts_endpoint(case, name, address)
    worn = ":" not in address and case.view.owner(address) is not None  # ours on the internet
    if _is_own(address, ways) and not worn and _may_reach(case, owner):
        why = f"{address} is its own address; whether it reaches endpoint {name} is not known"
        return Placement(Place.UNKNOWABLE, why, name, owner, sure=False)
    if is_account(owner) and owner is not None:
        why = f"{address} came through VPC endpoint {name}, which account {owner} owns"
        return _of_account(case, owner, why, sure=ways.known)
    if worn or _lists_endpoints(case):  # no VPC shows an address that it has on the internet
        why = f"{address} came through VPC endpoint {name}, which is none of ours"
        return Placement(Place.FOREIGN_ACCOUNT, why, name)
    why = f"{address} came through VPC endpoint {name}, whose owner no record or inventory names"
    return Placement(Place.UNKNOWABLE, why, name, sure=False)


def _own_accounts_endpoint(case: Case, name: str, address: str) -> Placement:
    ways, owner = case.ways, case.subject.account
    if _is_own(address, ways):
        why = f"{address} is its own address, and endpoint {name} belongs to its account {owner}"
        return Placement(Place.OWN_INTERFACE, why, "home", owner)
    if address in ways.private_out:
        return Placement(Place.OWN_WAY_OUT, ways.private_out[address], "home", owner)
    if not ways.interfaces_known:
        why = f"endpoint {name} belongs to its own account {owner}"
        return Placement(Place.UNKNOWABLE, why, name, owner, sure=False)
    why = f"{address} came through {name} of the same account and is not the instance's own"
    sure = ways.routes_known
    return Placement(Place.OTHER_INSTANCE, why, f"{name}/{address}", owner, sure=sure)


def _may_reach(case: Case, owner: str | None) -> bool:
    """Whether an endpoint of ours that no inventory lists could stand within its reach.

    Its routes may lead where no inventory looks, or to VPCs whose endpoints are not listed.
    """
    ways, around = case.ways, case.around
    if is_account(owner) and not around.is_ours(owner):
        return False
    if ways.aside is not None:
        return True
    subject, inventory = case.subject, around.inventory
    if not ways.tables_known and may_be_linked(
        inventory, subject.account, subject.region, ways.home
    ):
        return True
    hosts = {inventory.always(vpc, "account") for vpc in ways.vpcs.keys() - ways.home}
    unlisted = {host for host in hosts if not inventory.covers_account(host, "endpoints")}
    return owner in unlisted if is_account(owner) else bool(unlisted)


def _lists_endpoints(case: Case) -> bool:
    subject, inventory = case.subject, case.around.inventory
    return inventory.covers(subject.account, subject.region, "endpoints") or (
        subject.region is None and inventory.covers_account(subject.account, "endpoints")
    )


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
    return _ours(case, address) or _within_reach(case, address) or _published(case, address)


def _ours(case: Case, address: str) -> Placement | None:
    """A public address that belonged to something of ours at that time."""
    if ":" in address:
        return _our_ipv6(case, address)
    owner, holder = case.view.owner(address), case.view.holder(address)
    if owner is None and holder is None:
        return None
    if holder is None:  # nobody speaks from an address that nothing holds
        why = f"{address} belonged to account {owner}; what held it at that time is not known"
        return Placement(Place.UNKNOWABLE, why, address, owner, sure=False)
    name = case.view.instance_of(holder) or holder
    return _neighbour(case, address, name, owner, f"{address} belonged to {name}")


def _our_ipv6(case: Case, address: str) -> Placement | None:
    """IPv6 addresses stand in no list of elastic ones, and are unique unless private."""
    if is_private(address):
        return None
    holder = next(iter(case.view.public_holders(address)), None)
    vpc = case.view.vpc_of(address)
    if holder is not None:
        name = case.view.instance_of(holder) or holder
        owner = case.around.inventory.always(holder, "account")
        return _neighbour(case, address, name, owner, f"{address} belonged to {name}")
    if vpc is None:
        return None
    owner = case.around.inventory.always(vpc, "account")
    if not case.ways.interfaces_known:
        why = f"{address} lies in {vpc}, and which addresses the instance had is not known"
        return Placement(Place.UNKNOWABLE, why, address, owner, sure=False)
    return _neighbour(case, address, vpc, owner, f"{address} belonged to something in {vpc}")


def _neighbour(case: Case, address: str, name: str, owner: str | None, who: str) -> Placement:
    """Something of ours that is not on the instance's ways: of another account, or of its own."""
    sure = case.ways.routes_known and case.ways.interfaces_known
    if owner is not None and owner != case.subject.account:
        hint = case.ways.unproven.get(address)
        why = f"{who} of account {owner}" + (f" ({hint})" if hint else "")
        return _of_account(case, owner, why, sure=sure)
    why = f"{who} of the same account, and no route leads there"
    return Placement(Place.OTHER_INSTANCE, why, name, owner, sure=sure)


def _within_reach(case: Case, address: str) -> Placement | None:
    """A VPC-side address, and the record names no endpoint: some services leave it out.

    VPCs use public-looking ranges too, so that ours come before published ones.
    """
    ways, subject = case.ways, case.subject
    for vpc in sorted(ways.vpcs):
        for holder in case.view.private_holders(vpc, address):
            other = case.view.instance_of(holder) or holder
            why = f"{address} belonged to {other} in {vpc}, not to {subject.instance}"
            sure = ways.routes_known and ways.interfaces_known
            return Placement(Place.OTHER_INSTANCE, why, other, subject.account, sure=sure)
    if is_private(address):
        why = f"{address} is a private address, and the record names no VPC endpoint"
        return Placement(Place.UNKNOWABLE, why, address, sure=False)
    vpc = next((vpc for vpc in sorted(ways.vpcs) if case.view.in_vpc(address, vpc)), "")
    if not vpc:
        return None
    why = f"{address} lies in the ranges of {vpc}, and the record names no VPC endpoint"
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

"""Places of what came through a VPC endpoint.

Whoever owns the endpoint's VPC chooses the address that is seen through it, so that the endpoint
decides: whose it is, whether the instance reaches it, and only then whose the address is there.
"""

from truant.detection.assumed import may_be_linked
from truant.detection.case import (
    Case,
    Placement,
    branch_placement,
    is_own,
    may_be_its_branch,
    of_account,
    trusted,
)
from truant.detection.view import Endpoint
from truant.model.network import Place, is_account


def through_endpoint(case: Case, name: str, address: str) -> Placement:
    """The place of an address that was seen through an endpoint."""
    rule = case.around.trust.by_endpoint(case.origin, case.subject.account, case.view.at)
    if rule is not None:
        return trusted(rule, name)
    endpoint = case.view.endpoint(name)
    if endpoint is None or endpoint.vpc is None:
        owner = endpoint.account if endpoint else case.origin.endpoint_account
        return _unlisted_endpoint(case, name, address, owner)
    ways = case.ways
    reach = ways.vpcs.get(endpoint.vpc)
    if reach is not None and address in ways.private_out and not is_own(address, ways):
        return Placement(Place.OWN_WAY_OUT, ways.private_out[address], "home")
    if reach is not None and is_own(address, ways) and not _is_local(case, endpoint, address):
        why = f"{address} is its own address, and endpoint {name} is within reach: {reach}"
        return Placement(Place.OWN_INTERFACE, why, "home")
    return _elsewhere_of_ours(case, endpoint, address)


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
    own = is_own(address, ways) and not local
    if own and not ways.reach_known and other in (None, subject.instance):
        return _perhaps_own(case, where, address, linked=other is not None)
    if other == subject.instance:  # and no route leads there: somebody borrows its address
        holders, other = [], None
    if holders and other is None and may_be_its_branch(case, holders[0]):
        return branch_placement(case, holders[0], f"{address} came through {where}")
    speaker = case.around.inventory.always(holders[0], "account") if holders else None
    account = speaker or endpoint.account
    who = f"instance {other}" if other else holders[0] if holders else "nothing known"
    followed = ways.routes_known or (ways.tables_known and other is not None)
    sure = ways.interfaces_known and followed
    if account is not None and account != subject.account:
        why = f"{address} came through {where}, held by {who} of account {account}"
        return of_account(case, account, why, sure=sure)
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
    if is_own(address, ways) and not worn and _may_reach(case, owner):
        why = f"{address} is its own address; whether it reaches endpoint {name} is not known"
        return Placement(Place.UNKNOWABLE, why, name, owner, sure=False)
    if is_account(owner) and owner is not None:
        why = f"{address} came through VPC endpoint {name}, which account {owner} owns"
        return of_account(case, owner, why, sure=ways.known)
    if worn or _lists_endpoints(case):  # no VPC shows an address that it has on the internet
        why = f"{address} came through VPC endpoint {name}, which is none of ours"
        return Placement(Place.FOREIGN_ACCOUNT, why, name)
    why = f"{address} came through VPC endpoint {name}, whose owner no record or inventory names"
    return Placement(Place.UNKNOWABLE, why, name, sure=False)


def _own_accounts_endpoint(case: Case, name: str, address: str) -> Placement:
    ways, owner = case.ways, case.subject.account
    if is_own(address, ways):
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

    Its routes may lead where no inventory looks, or to VPCs whose endpoints are not listed. Its
    own VPC may be such a one, of an account that shares its subnets (RAM).
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
    hosts = {inventory.always(vpc, "account") for vpc in ways.vpcs}
    unlisted = {host for host in hosts if not inventory.covers_account(host, "endpoints")}
    return owner in unlisted if is_account(owner) else bool(unlisted)


def _lists_endpoints(case: Case) -> bool:
    subject, inventory = case.subject, case.around.inventory
    return inventory.covers(subject.account, subject.region, "endpoints") or (
        subject.region is None and inventory.covers_account(subject.account, "endpoints")
    )

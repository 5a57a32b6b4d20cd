"""Places of addresses that came through no endpoint: own, ways out, ours, published, outside.

The inventory comes before published ranges: VPCs may use public-looking ranges, and addresses
brought to AWS are in no list.
"""

from truant.detection.case import (
    Case,
    Placement,
    branch_placement,
    is_own,
    may_be_its_branch,
    of_account,
    trusted,
)
from truant.model.event_time import iso
from truant.model.network import Place, is_private, neighbourhood


def by_address(case: Case, address: str) -> Placement:
    """The place of an address."""
    ways = case.ways
    if is_own(address, ways):
        why = ways.own.get(address, f"{address} lies in a prefix delegated to its interface")
        return Placement(Place.OWN_INTERFACE, why, "home")
    for known in (ways.out, ways.private_out):
        if address in known:
            return Placement(Place.OWN_WAY_OUT, known[address], "home")
    rule = case.around.trust.by_address(address, case.subject.account, case.view.at)
    if rule is not None:
        return trusted(rule, address)
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
    # The trail names elastic addresses by their allocation, which these lists tell.
    told = case.around.inventory.covers_account(owner, "addresses")
    return _neighbour(case, address, name, owner, f"{address} belonged to {name}", told=told)


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


def _neighbour(
    case: Case, address: str, name: str, owner: str | None, who: str, *, told: bool = True
) -> Placement:
    """Something of ours that is not on the instance's ways: of another account, or of its own."""
    sure = told and case.ways.routes_known and case.ways.interfaces_known
    if owner is not None and owner != case.subject.account:
        hint = case.ways.unproven.get(address)
        why = f"{who} of account {owner}" + (f" ({hint})" if hint else "")
        return of_account(case, owner, why, sure=sure)
    why = f"{who} of the same account, and no route leads there"
    return Placement(Place.OTHER_INSTANCE, why, name, owner, sure=sure)


def _within_reach(case: Case, address: str) -> Placement | None:
    """A VPC-side address, and the record names no endpoint: some services leave it out.

    VPCs use public-looking ranges too, so that ours come before published ones.
    """
    ways, subject = case.ways, case.subject
    for vpc in sorted(ways.vpcs):
        for holder in case.view.private_holders(vpc, address):
            if may_be_its_branch(case, holder):
                return branch_placement(case, holder, f"{address} belonged to {holder} in {vpc}")
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
    if known is None and ways.changing is not None:
        return Placement(Place.UNKNOWABLE, f"{address}: {ways.changing}", party, sure=False)
    if known is None:
        why = f"{address} is none of the instance's, and no list of AWS's ranges is at hand"
        return Placement(Place.UNLISTED, why, party, sure=ways.known)
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

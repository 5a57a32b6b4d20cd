"""The network: the inventory as Truant understands it, proposals, and what is trusted."""

import ipaddress
import re
from datetime import UTC, datetime

from msgspec import Struct
from starlette.responses import Response

from truant.connectors.store import snapshots, trusted_ranges
from truant.connectors.store.columns import key
from truant.connectors.store.trusted_ranges import Refusal
from truant.console.views import networks
from truant.console.visit import Visit, not_there, refused
from truant.detection.proposals import Proposal, rule_of
from truant.detection.trust import Rule
from truant.model.event_time import iso
from truant.model.network import is_account
from truant.runners import surveying

REASON_MIN, VPCS_SHOWN = 5, 200
_ENDPOINT = re.compile(r"vpce-[0-9a-f]{8,17}", re.ASCII)


class TrustedRow(Struct, frozen=True):
    """A trusted range as it is shown. `id` None: it stands in truant.toml and is changed there."""

    id: int | None
    target: str
    reason: str
    accounts: str
    expires: str
    is_over: bool
    used: int | None
    source: str


def show(visit: Visit) -> Response:
    """The page of the network."""
    around = visit.site.around(visit.conn)
    last = surveying.last(visit.conn)
    refusals = trusted_ranges.refusals(visit.conn)
    found = last.proposals if last else []
    open_ = [
        (number, one, rule_of(one))
        for number, one in enumerate(found)
        if (key(one.subnet), key(one.target)) not in refusals and not _is_trusted(visit, one)
    ]
    rows = networks.vpcs(around.inventory)
    return visit.page(
        "network.html",
        places=networks.places(around.inventory, snapshots.times(visit.conn)),
        vpcs=rows[:VPCS_SHOWN],
        vpcs_more=max(0, len(rows) - VPCS_SHOWN),
        trusted=_trusted(visit, last),
        proposals=open_,
        refusals=list(refusals.values()),
        survey=last,
        days=lambda one: (iso(one.days[0] * 86_400)[:10], iso(one.days[-1] * 86_400)[:10]),
    )


def _is_trusted(visit: Visit, one: Proposal) -> bool:
    targets = {(r.rule.cidr, r.rule.vpc_endpoint) for r in trusted_ranges.every(visit.conn)}
    return (one.cidr, one.vpc_endpoint) in targets


def _trusted(visit: Visit, last: surveying.Survey | None) -> list[TrustedRow]:
    used = last.used if last else None
    now = visit.now // 1000
    own = [(one.id, one.rule, f"by {one.actor}") for one in trusted_ranges.every(visit.conn)]
    configured = [(None, rule, "truant.toml") for rule in visit.site.trust.rules]
    return [
        TrustedRow(
            id_,
            rule.cidr or rule.vpc_endpoint or f"account {rule.account}",
            rule.reason,
            ", ".join(rule.accounts) or "all accounts",
            iso(rule.expires)[:10] if rule.expires else "never",
            bool(rule.expires and rule.expires <= now),
            used.get(str(rule), 0) if used is not None else None,
            source,
        )
        for id_, rule, source in (*configured, *own)
    ]


def show_vpc(visit: Visit) -> Response:
    """The page of one VPC, as it is now."""
    inventory = visit.site.around(visit.conn).inventory
    found = networks.vpc(inventory, visit.path["region"], visit.path["id"], visit.now // 1000)
    if found is None:
        raise not_there("VPC in any inventory")
    return visit.page("vpc.html", vpc=found)


def look(visit: Visit) -> Response:
    """Survey the sessions now: proposals, and the use of what is trusted."""
    with visit.store.read() as conn:
        around = visit.site.around(conn, newest=True)
    surveying.survey(visit.store, around, visit.now)
    return visit.go("/network", "looked")


def decide(visit: Visit) -> Response:
    """Accept or refuse a proposal."""
    last = surveying.last(visit.conn)
    subnet, target = visit.sent("subnet"), visit.sent("target")
    one = next(
        (p for p in (last.proposals if last else []) if (p.subnet, p.target) == (subnet, target)),
        None,
    )
    if one is None:
        raise not_there("proposal")
    if visit.sent("what") == "accept":
        trusted_ranges.add(visit.conn, rule_of(one), visit.now, visit.user)
        visit.note("proposal accepted", one.target, {"subnet": one.subnet})
        return visit.go("/network", "trusted")
    reason = _reason(visit)
    refusal = Refusal(one.subnet, one.target, reason, visit.now, visit.user)
    trusted_ranges.refuse(visit.conn, refusal)
    visit.note("proposal refused", one.target, {"subnet": one.subnet, "reason": reason})
    return visit.go("/network", "refused")


def reconsider(visit: Visit) -> Response:
    """Take a refusal back."""
    trusted_ranges.reconsider(visit.conn, visit.sent("subnet"), visit.sent("target"))
    visit.note("refusal taken back", visit.sent("target"))
    return visit.go("/network", "reconsidered")


def _reason(visit: Visit) -> str:
    reason = visit.sent("reason")
    if len(reason) < REASON_MIN:
        raise refused("Give the reason in a few words: who comes after you will need it.")
    return reason[:1000]


def trust(visit: Visit) -> Response:
    """Trust a network, an endpoint or an account from now on."""
    target = visit.sent("target")
    accounts = tuple(one for one in re.split(r"[\s,]+", visit.sent("accounts")) if one)
    if not all(map(is_account, accounts)):
        raise refused("Accounts are ids of 12 digits, with blanks or commas between them.")
    rule = Rule(reason=_reason(visit), accounts=accounts, expires=_end(visit), **_target(target))
    trusted_ranges.add(visit.conn, rule, visit.now, visit.user)
    visit.note("range trusted", target, {"reason": rule.reason, "accounts": ", ".join(accounts)})
    return visit.go("/network", "trusted")


def _target(target: str) -> dict[str, str]:
    if is_account(target):
        return {"account": target}
    if _ENDPOINT.fullmatch(target):
        return {"vpc_endpoint": target}
    try:
        network = ipaddress.ip_network(target, strict=False)
    except ValueError as error:
        raise refused("Give a network as 198.51.100.0/24, an endpoint, or an account.") from error
    if network.prefixlen < (8 if network.version == 4 else 16):
        raise refused("That is most of the internet. Trust as narrowly as you can.")
    return {"cidr": str(network)}


def _end(visit: Visit) -> int | None:
    """The end of the day that was given; None for no day."""
    day = visit.sent("expires")
    if not day:
        return None
    try:
        end = datetime.strptime(day, "%Y-%m-%d").replace(tzinfo=UTC).timestamp() + 86_399
    except ValueError as error:
        raise refused("Give the day as 2027-06-30.") from error
    if end * 1000 <= visit.now:
        raise refused("That day is over.")
    return int(end)


def distrust(visit: Visit) -> Response:
    """Trust a network no longer."""
    id_ = visit.sent("id")
    if not id_.isdigit() or not trusted_ranges.remove(visit.conn, int(id_[:18])):
        raise not_there("trusted range")
    visit.note("range trusted no longer", visit.sent("target"))
    return visit.go("/network", "deleted")

"""Suppress: a rule by GuardDuty's criteria, shown with all that it hides before it is saved."""

import json
import re
from datetime import UTC, datetime

from starlette.responses import Response

from truant.api import filters as api_filters
from truant.connectors.store import filters, finding_pages, findings
from truant.connectors.store.filters import ARCHIVE
from truant.connectors.store.findings import Finding
from truant.console import as_api
from truant.console.findings import row_of, wanted_of
from truant.console.views import selection, words
from truant.console.views.selection import Selection
from truant.console.visit import Visit, refused
from truant.runners import deciding
from truant.terminal.json_view import at

SHOWN, HIDE_MAX, REASON_MIN = 25, 5_000, 10
_NAME = re.compile(r"[A-Za-z0-9._-]{3,64}")


def show(visit: Visit) -> Response:
    """The form, with what the rule would hide."""
    finding = visit.asked("finding")
    query = _of_finding(visit, finding) if finding else visit.query
    return _form(visit, selection.read({**query, "status": ["open"]}), finding)


def _of_finding(visit: Visit, id_: str) -> dict[str, list[str]]:
    """Conditions that mean what a finding is about: type, role, and where it was used from."""
    rows = findings.by_ids(visit.conn, findings.EVERYTHING, [id_])
    if not rows:
        raise refused("The finding is not there any more.")
    document = rows[0].document()
    where = [f"resource.accessKeyDetails.userName|equals|{words.role_of(document)}"]
    remote = at(document, "service", "action", "awsApiCallAction", "remoteAccountDetails")
    address = at(document, "service", "action", "awsApiCallAction", "remoteIpDetails")
    account, prefix = remote.get("accountId"), "service.action.awsApiCallAction"
    if account:
        where.append(f"{prefix}.remoteAccountDetails.accountId|equals|{account}")
    elif address.get("ipAddressV4"):
        where.append(f"{prefix}.remoteIpDetails.ipAddressV4|equals|{address['ipAddressV4']}")
    elif address.get("ipAddressV6"):
        where.append(f"{prefix}.remoteIpDetails.ipAddressV6|equals|{address['ipAddressV6']}")
    return {"where": where, "type": [rows[0].type], "region": [rows[0].region]}


def _form(visit: Visit, chosen: Selection, finding: str, wrong: str = "") -> Response:
    hidden = (
        finding_pages.page(visit.conn, wanted_of(chosen), most=SHOWN) if chosen.criterion else None
    )
    rows = hidden.rows if hidden else []
    return visit.page(
        "suppress.html",
        400 if wrong else 200,
        chosen=chosen,
        wrong=wrong,
        finding=finding,
        rows=[row_of(one) for one in rows],
        others=sum(one.id != finding for one in rows),
        more=bool(hidden and hidden.after),
        regions=as_api.regions(visit) or finding_pages.choices(visit.conn, "region"),
        attributes=selection.ATTRIBUTES,
        operators={name: text for name, (text, _) in selection.OPERATORS.items()},
        in_words=selection.words_of(chosen.criterion),
        given={name: visit.sent(name) for name in ("name", "reason", "expires", "region")},
    )


def save(visit: Visit) -> Response:
    """Save the rule; archive what it hides already, where that is wanted."""
    query = _query(visit.sent("query"))
    chosen = selection.read({**query, "status": ["open"]})
    wrong = _wrong(visit, chosen)
    if wrong:
        return _form(visit, chosen, visit.sent("finding"), wrong)
    name, reason, region = visit.sent("name"), visit.sent("reason"), visit.sent("region")
    given = {
        "Name": name,
        "Action": ARCHIVE,
        "Description": reason[:512],
        "FindingCriteria": {"Criterion": chosen.criterion},
        "Rank": 1,
    }
    as_api.ask(visit, api_filters.create_filter, region, given)
    _expire(visit, region, name, visit.sent("expires"))
    hidden = _archive(visit, chosen, name, region, reason) if visit.sent("now") else 0
    detail = {
        "reason": reason,
        "expires": visit.sent("expires") or "never",
        "criteria": json.dumps(chosen.criterion),
        "archived now": str(hidden),
    }
    visit.note("suppression rule saved", name, detail)
    return visit.go("/settings", "suppressed")


def _query(text: str) -> dict[str, list[str]]:
    from urllib.parse import parse_qs

    return parse_qs(text.removeprefix("?")[:20_000], max_num_fields=100)


def _wrong(visit: Visit, chosen: Selection) -> str:
    """What is wrong with what was given; empty where nothing is."""
    if chosen.text:
        return "A rule cannot search for words: name an attribute."
    if not chosen.criterion:
        return "A rule without any condition would hide everything."
    if _NAME.fullmatch(visit.sent("name")) is None:
        return "A name takes 3 to 64 letters, digits, points, hyphens and underscores."
    if len(visit.sent("reason")) < REASON_MIN:
        return "Give the reason in a sentence: who comes after you will need it."
    day = visit.sent("expires")
    if day and (_end_of(day) or 0) <= visit.now:
        return "The last day must be one to come, written as 2027-06-30."
    return "" if visit.sent("region") else "Choose the region for which the rule holds."


def _end_of(day: str) -> int | None:
    """The end of a day, in milliseconds."""
    try:
        return (
            int(datetime.strptime(day, "%Y-%m-%d").replace(tzinfo=UTC).timestamp() + 86_400) * 1000
        )
    except ValueError:
        return None


def _expire(visit: Visit, region: str, name: str, day: str) -> None:
    own = filters.get(visit.conn, as_api.detector(visit, region).id, name)
    if own is not None and day:
        own.expires_at = _end_of(day)
        filters.keep(visit.conn, own)


def _archive(visit: Visit, chosen: Selection, name: str, region: str, reason: str) -> int:
    """Archive the open findings of the region that the rule means; gives how many."""
    wanted, after, ids = wanted_of(chosen), "", list[str]()
    while len(ids) < HIDE_MAX:
        found = finding_pages.page(visit.conn, wanted, after, most=200)
        ids += [one.id for one in found.rows if one.region == region]
        if not found.after:
            break
        after = found.after
    rows: list[Finding] = findings.by_ids(visit.conn, findings.EVERYTHING, ids, lock=True)
    rule = f"filter {name}"
    return deciding.set_archived(
        visit.conn, rows, visit.now, visit.user, reason, archived=True, rule=rule
    )

"""Members, as their administrator handles them: this decides whose accounts are affiliated."""

import re
import uuid
from collections.abc import Callable

from truant.api.call import Call, Given, Output
from truant.api.detectors import data_sources
from truant.api.errors import BadRequest
from truant.api.paging import by_name
from truant.connectors.store import batch, detectors, members
from truant.connectors.store.members import ASSOCIATED, Member, Status
from truant.detection.findings import detector_id
from truant.model.event_time import iso_milliseconds

MEMBERS_MAX = 50_000
_ACCOUNT = re.compile(r"\d{12}", re.ASCII)
_STAYS = (Status.ENABLED, Status.DISABLED, Status.INVITED)

NOT_MEMBER = "The request is rejected because the given account ID is not a member."
STILL_ASSOCIATED = (
    "The request is rejected because the member is still associated. Disassociate it."
)


def create_members(call: Call, given: Given) -> Output:
    """Name members. One whose trail is read is monitored at once, as in an organization."""
    _become_administrator(call, given)
    wanted = {one["AccountId"]: one["Email"] for one in given["AccountDetails"]}
    known = members.of_accounts(call.conn, wanted)
    if members.count(call.conn) + len(wanted.keys() - known.keys()) > MEMBERS_MAX:
        raise BadRequest(f"The request is rejected because there are {MEMBERS_MAX} members.")
    watched = batch.accounts(call.conn)
    fresh, unprocessed = [], []
    for account, email in wanted.items():
        if _ACCOUNT.fullmatch(account) is None or account == call.account:
            why = "is the administrator's own" if account == call.account else "is no account ID"
            unprocessed.append(_unprocessed(account, f"The request is rejected: this {why}."))
            continue
        status = Status.ENABLED if account in watched else Status.CREATED
        old = known.get(account)
        if old is not None and old.status in _STAYS:
            status = old.status
        fresh.append(Member(account, call.account, email, status, call.now))
    members.keep(call.conn, fresh)
    return {"UnprocessedAccounts": unprocessed}


def _become_administrator(call: Call, given: Given) -> None:
    """Whoever names the first members is their administrator; another account cannot be."""
    call.detector(given)
    chief = members.administrator(call.conn)
    if chief is None:
        members.appoint(call.conn, call.account)
    elif chief != call.account:
        raise BadRequest(
            "The request is rejected because another account is the administrator of this service."
        )


def _unprocessed(account: str, why: str) -> dict[str, str]:
    return {"AccountId": account, "Result": why}


def list_members(call: Call, given: Given) -> Output:
    """Members, those that are associated or all."""
    call.detector(given)
    wants_all = given.get("OnlyAssociated", "true").lower() == "false"
    statuses: tuple[Status, ...] = tuple(Status) if wants_all else ASSOCIATED
    if not call.is_administrator:
        statuses = ()
    page, next_token = by_name(
        given,
        lambda after, most: members.page(call.conn, statuses, after, most),
        lambda one: one.account,
    )
    return {"Members": [_shown(call, one) for one in page], "NextToken": next_token}


def _shown(call: Call, one: Member) -> dict[str, object]:
    there = detectors.find(call.conn, one.account, call.region) is not None
    invited = iso_milliseconds(one.invited_at) if one.invited_at is not None else None
    return {
        "AccountId": one.account,
        "DetectorId": detector_id(one.account, call.region) if there else None,
        "MasterId": one.administrator,
        "AdministratorId": one.administrator,
        "Email": one.email,
        "RelationshipStatus": one.status.value,
        "InvitedAt": invited,
        "UpdatedAt": iso_milliseconds(one.updated_at),
    }


def get_members(call: Call, given: Given) -> Output:
    """Members by their account."""
    found, unprocessed = _named(call, given)
    return {"Members": [_shown(call, one) for one in found], "UnprocessedAccounts": unprocessed}


def _named(call: Call, given: Given) -> tuple[list[Member], list[dict[str, str]]]:
    call.detector(given)
    wanted = list(dict.fromkeys(given["AccountIds"]))
    known = members.of_accounts(call.conn, wanted) if call.is_administrator else {}
    missing = [_unprocessed(account, NOT_MEMBER) for account in wanted if account not in known]
    return [known[account] for account in wanted if account in known], missing


def _change(call: Call, given: Given, change: Callable[[Member], str | None]) -> Output:
    """Change members one by one; `change` gives the reason why it did not."""
    call.only_administrator()
    found, unprocessed = _named(call, given)
    changed = []
    for one in found:
        why = change(one)
        if why is None:
            one.updated_at = call.now
            changed.append(one)
        else:
            unprocessed.append(_unprocessed(one.account, why))
    members.keep(call.conn, changed)
    return {"UnprocessedAccounts": unprocessed}


def invite_members(call: Call, given: Given) -> Output:
    """Invite members that are named. No mail is sent: the member sees it in its own API."""

    def invite(one: Member) -> str | None:
        if one.status in ASSOCIATED:
            return "The request is rejected because the account is a member already."
        one.status, one.invitation_id, one.invited_at = Status.INVITED, uuid.uuid4().hex, call.now
        return None

    return _change(call, given, invite)


def start_monitoring_members(call: Call, given: Given) -> Output:
    """Monitor members again."""
    return _change(call, given, _switch(Status.DISABLED, Status.ENABLED))


def stop_monitoring_members(call: Call, given: Given) -> Output:
    """Stop monitoring members: they are affiliated no longer."""
    return _change(call, given, _switch(Status.ENABLED, Status.DISABLED))


def _switch(off: Status, on: Status) -> Callable[[Member], str | None]:
    def switch(one: Member) -> str | None:
        if one.status not in (off, on):
            return "The request is rejected because the account is not an associated member."
        one.status = on
        return None

    return switch


def disassociate_members(call: Call, given: Given) -> Output:
    """Part with members; they stay known."""

    def part(one: Member) -> str | None:
        one.status, one.invitation_id = Status.REMOVED, None
        return None

    return _change(call, given, part)


def delete_members(call: Call, given: Given) -> Output:
    """Forget members that are not associated."""
    call.only_administrator()
    found, unprocessed = _named(call, given)
    gone = {one.account for one in found if one.status not in ASSOCIATED}
    unprocessed += [
        _unprocessed(one.account, STILL_ASSOCIATED) for one in found if one.account not in gone
    ]
    if gone:
        members.remove(call.conn, gone)
    return {"UnprocessedAccounts": unprocessed}


def get_member_detectors(call: Call, given: Given) -> Output:
    """What is read of members: what Truant reads of all."""
    found, unprocessed = _named(call, given)
    shown = [
        {
            "AccountId": one.account,
            "DataSources": data_sources(is_on=one.status is Status.ENABLED),
        }
        for one in found
    ]
    return {"MemberDataSourceConfigurations": shown, "UnprocessedAccounts": unprocessed}

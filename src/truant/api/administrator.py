"""The administrator, as a member sees it: invitations, accepting, resigning."""

from truant.api.call import Call, Given, Output
from truant.api.errors import NO_SUCH, BadRequest
from truant.api.paging import of_list
from truant.connectors.store import members
from truant.connectors.store.members import ASSOCIATED, Member, Status
from truant.model.event_time import iso_milliseconds


def _own(call: Call) -> Member | None:
    """The caller's own membership."""
    return members.of_accounts(call.conn, [call.account]).get(call.account)


def _shown(one: Member) -> dict[str, object]:
    return {
        "AccountId": one.administrator,
        "InvitationId": one.invitation_id,
        "RelationshipStatus": one.status.value,
        "InvitedAt": iso_milliseconds(one.invited_at) if one.invited_at is not None else None,
    }


def get_administrator_account(call: Call, given: Given) -> Output:
    """Who administers the caller; nothing, where nobody does."""
    call.detector(given)
    one = _own(call)
    return {"Administrator": _shown(one)} if one is not None and one.status in ASSOCIATED else {}


def get_master_account(call: Call, given: Given) -> Output:
    """`get_administrator_account`, by its old name."""
    found = get_administrator_account(call, given)
    return {"Master": found["Administrator"]} if found else {}


def list_invitations(call: Call, given: Given) -> Output:
    """The invitations that the caller has not answered."""
    page, next_token = of_list(given, _invitations(call), lambda one: one.account)
    return {"Invitations": [_shown(one) for one in page], "NextToken": next_token}


def _invitations(call: Call) -> list[Member]:
    one = _own(call)
    return [one] if one is not None and one.status is Status.INVITED else []


def get_invitations_count(call: Call, _: Given) -> Output:
    """How many invitations the caller has not answered."""
    return {"InvitationsCount": len(_invitations(call))}


def accept_administrator_invitation(call: Call, given: Given) -> Output:
    """Become a member of whoever invited."""
    return _accept(call, given, given["AdministratorId"])


def accept_invitation(call: Call, given: Given) -> Output:
    """`accept_administrator_invitation`, by its old name."""
    return _accept(call, given, given["MasterId"])


def _accept(call: Call, given: Given, administrator: str) -> Output:
    call.detector(given)
    for one in _invitations(call):
        if (one.administrator, one.invitation_id) == (administrator, given["InvitationId"]):
            one.status, one.updated_at = Status.ENABLED, call.now
            members.keep(call.conn, [one])
            return {}
    raise BadRequest(NO_SUCH)


def disassociate_from_administrator_account(call: Call, given: Given) -> Output:
    """Resign."""
    call.detector(given)
    one = _own(call)
    if one is None or one.status not in ASSOCIATED:
        raise BadRequest(
            "The request is rejected because the current account is no member of an administrator."
        )
    one.status, one.invitation_id, one.updated_at = Status.RESIGNED, None, call.now
    members.keep(call.conn, [one])
    return {}


def disassociate_from_master_account(call: Call, given: Given) -> Output:
    """`disassociate_from_administrator_account`, by its old name."""
    return disassociate_from_administrator_account(call, given)


def decline_invitations(call: Call, given: Given) -> Output:
    """Say no to the invitations of these administrators."""
    return _turn_down(call, given)


def delete_invitations(call: Call, given: Given) -> Output:
    """Forget the invitations of these administrators."""
    return _turn_down(call, given)


def _turn_down(call: Call, given: Given) -> Output:
    open_ones = {one.administrator: one for one in _invitations(call)}
    unprocessed = []
    for account in dict.fromkeys(given["AccountIds"]):
        one = open_ones.get(account)
        if one is None:
            why = "The request is rejected because there is no invitation of this account."
            unprocessed.append({"AccountId": account, "Result": why})
        else:
            one.status, one.invitation_id, one.updated_at = Status.RESIGNED, None, call.now
            members.keep(call.conn, [one])
    return {"UnprocessedAccounts": unprocessed}

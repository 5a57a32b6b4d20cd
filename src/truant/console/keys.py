"""Keys of the API: made, shown once, deleted."""

from starlette.responses import Response

from truant.connectors.store import api_keys, members
from truant.connectors.store.key_box import BadKey
from truant.console.visit import Problem, Visit, not_there, refused
from truant.model.network import is_account


def show(visit: Visit) -> Response:
    """The list of keys, without their secrets."""
    return _page(visit, None)


def _page(visit: Visit, issued: api_keys.Issued | None) -> Response:
    return visit.page(
        "keys.html",
        keys=api_keys.all_of(visit.conn),
        issued=issued,
        chief=members.administrator(visit.conn) or "",
    )


def create(visit: Visit) -> Response:
    """Make a key, and show its secret this once."""
    account, name = visit.sent("account"), visit.sent("name")
    if not is_account(account) or not name:
        raise refused("Say whose key it is, and as which account it calls: 12 digits.")
    try:
        box = visit.store.box(make=api_keys.count(visit.conn) == 0)
    except BadKey as error:
        raise Problem(409, "Secrets cannot be kept", str(error)) from error
    read_only = bool(visit.sent("read_only"))
    issued = api_keys.issue(visit.conn, box, account, name, visit.now, read_only=read_only)
    visit.note("key created", issued.key.id, {"account": account, "name": name})
    return _page(visit, issued)


def delete(visit: Visit) -> Response:
    """Delete a key: the next call that it signs is refused."""
    id_ = visit.sent("id")
    if not api_keys.revoke(visit.conn, id_):
        raise not_there("key")
    visit.note("key deleted", id_)
    return visit.go("/settings/keys", "deleted")

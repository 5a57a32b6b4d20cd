"""Accounts: who administers, who is monitored with it (affiliated), and what is read of each."""

import re

from starlette.responses import Response

from truant.api import members as api_members
from truant.connectors.store import arrivals, batch, finding_pages, members, snapshots
from truant.connectors.store.coverage import heard
from truant.connectors.store.members import Status
from truant.console import as_api
from truant.console.views import coverage
from truant.console.visit import Problem, Visit, refused
from truant.model.network import is_account

MEMBERS_SHOWN = 500
WHAT = {
    "start": api_members.start_monitoring_members,
    "stop": api_members.stop_monitoring_members,
    "disassociate": api_members.disassociate_members,
    "delete": api_members.delete_members,
}
REGION = "us-east-1"  # membership holds for all regions; the API asks for one


def show(visit: Visit) -> Response:
    """The page of accounts."""
    conn = visit.conn
    chief, monitored = members.monitored(conn)
    every = members.every(conn)
    return visit.page(
        "accounts.html",
        chief=chief,
        members={one.account: one for one in every[:MEMBERS_SHOWN]},
        more=max(0, len(every) - MEMBERS_SHOWN),
        coverage=coverage.coverage(
            chief,
            monitored,
            batch.accounts(conn),
            snapshots.times(conn),
            heard(conn),
            coverage.deliveries(arrivals.every(conn)),
            visit.now // 1000,
            [one.account for one in every[:MEMBERS_SHOWN]],
        ),
        open=finding_pages.of_account(conn),
        how=members.organization(conn).auto_enable,
        enabled=Status.ENABLED,
        disabled=Status.DISABLED,
    )


def appoint(visit: Visit) -> Response:
    """Say which account administers, where none does yet."""
    account = visit.sent("account")
    if not is_account(account):
        raise refused("An account’s id has 12 digits.")
    known = members.administrator(visit.conn)
    if known is not None and known != account:
        text = f"Account {known} administers already. truant.toml or its API change that."
        raise Problem(409, "There is an administrator", text)
    members.appoint(visit.conn, account)
    visit.note("administrator appointed", account)
    return visit.go(visit.sent("back") or "/accounts", "saved")


def add(visit: Visit) -> Response:
    """Name members."""
    wanted = [one for one in re.split(r"[\s,]+", visit.sent("accounts")) if one][:500]
    wrong = [one for one in wanted if not is_account(one)]
    if not wanted or wrong:
        raise refused("Accounts are ids of 12 digits, with blanks or commas between them.")
    details = [{"AccountId": one, "Email": ""} for one in wanted]
    as_api.ask(visit, api_members.create_members, _region(visit), {"AccountDetails": details})
    fresh = members.of_accounts(visit.conn, wanted)
    for one in fresh.values():
        if one.status is Status.CREATED:  # monitored at once, as in an organization
            one.status = Status.ENABLED
    members.keep(visit.conn, fresh.values())
    visit.note("members named", ", ".join(wanted))
    return visit.go(visit.sent("back") or "/accounts", "saved")


def change(visit: Visit) -> Response:
    """Monitor a member or not, part with it, or forget it."""
    what, account = visit.sent("what"), visit.sent("account")
    function = WHAT.get(what)
    if function is None or not is_account(account):
        raise refused("Choose a member, and what to do with it.")
    done = as_api.ask(visit, function, _region(visit), {"AccountIds": [account]})
    failed = done.get("UnprocessedAccounts")
    if isinstance(failed, list) and failed:
        raise Problem(409, "That was not done", str(failed[0]["Result"]))
    visit.note(f"member: {what}", account)
    return visit.go("/accounts", "saved")


def _region(visit: Visit) -> str:
    return next(iter(as_api.regions(visit)), REGION)

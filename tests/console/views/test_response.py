"""Tests of `views.response`: each step in its order, with what was done about it."""

from msgspec.structs import replace

from tests.worlds import world
from truant.connectors.store.responses import BEGUN, DONE, FAILED, Deed
from truant.console.views.response import response
from truant.detection.plan import NOTHING_KNOWN, Knowledge, RoleUser
from truant.detection.playbook import steps

FINDING = world("demo", seed=7).findings[0]
DEED = Deed(
    id=1,
    finding_id="f",
    at=5_000,
    actor="ann",
    step="revoke",
    service="iam",
    operation="PutRolePolicy",
    region=None,
    template="{}",
    parameters="{}",
    outcome=DONE,
    error="",
    bound={},
    undo=(),
    undone_at=None,
    undo_error="",
)


def test_it_is_the_plan_of_the_command() -> None:
    known = Knowledge(users=(RoleUser("i-other", 1_780_000_000),))
    plan = steps(FINDING, known=known)
    found = response(FINDING, known, [])
    assert [row.name for row in found.rows] == [step.name for step in plan]
    told = [tuple(one.text for one in row.commands) for row in found.rows]
    assert told == [step.commands for step in plan]
    assert any("i-other (last 2026-05-28" in row.breaks for row in found.rows)


def test_what_was_done_stands_with_its_step() -> None:
    failed = replace(DEED, id=2, outcome=FAILED, error="AccessDenied")
    begun = replace(DEED, id=3, outcome=BEGUN)
    undone = replace(DEED, id=4, undone_at=9_000)
    cut = replace(DEED, id=5, step="cut-connections")
    found = response(FINDING, NOTHING_KNOWN, [DEED, failed, begun, undone, cut])
    (revoke,) = [row for row in found.rows if row.name == "revoke"]
    assert [one.state for one in revoke.done] == [
        "done",
        "failed",
        "begun, and it is not known whether it was done",
        "taken back 1970-01-01 00:00:09 UTC",
    ]
    assert [(one.why, one.is_wrong) for one in revoke.done[:2]] == [
        ("", False),
        ("AccessDenied", True),
    ]
    assert [one.at for one in found.beside] == [5_000], "by an option that the plan does not have"
    assert not any(row.done for row in found.rows if row.name != "revoke")


def test_a_name_says_where_it_comes_from_and_what_for() -> None:
    (row,) = [row for row in response(FINDING, NOTHING_KNOWN, []).rows if row.name == "cut-minting"]
    finds = {one.name: one.is_used for command in row.commands for one in command.finds}
    assert finds["${association}"], "the next command takes it"
    assert not finds["${tokens}"], "only taking it back does"
    (row,) = [row for row in response(FINDING, NOTHING_KNOWN, []).rows if row.name == "isolate"]
    finds = {one.name: one.is_used for command in row.commands for one in command.finds}
    assert "${evidence}" not in finds, "nothing needs it"

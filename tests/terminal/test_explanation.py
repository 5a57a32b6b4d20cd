"""One finding in full."""

import pytest

from tests.terminal.known import Sheet, all_hostile, changed, check_is_plain, finding, leaves
from truant.model.sighting import CallNote
from truant.terminal.explanation import CALLS_SHOWN, show

SECTIONS = [
    "Home, then and there",
    "Where the calls came from",
    "Calls, in order of time (UTC), as far as the finding names them; the trail is not at hand",
    "Keys",
    "Made from there, and still there",
    "Evidence, and how it adds up",
    "What to do, in this order",
]


def explained(one: dict[str, object], calls: list[CallNote] | None = None, width: int = 120) -> str:
    sheet = Sheet(width)
    show(one, calls, sheet.console)
    return sheet.text


def test_everything_is_told_in_order() -> None:
    text = explained(finding())
    places = [text.index(f"\n{section}\n") for section in SECTIONS]
    assert places == sorted(places)
    for told in (
        "  id    cdd56e96aaaaaaaaaaaaaaaaaaaaaaaa\n",
        "  • The instance's ways out at that time are not fully known.\n",
        "  • 10.0.0.5 was an address of its interface eni-0aa\n",
        "  • seen at home: 10.0.0.5: its own\n",
        "  • 10.0.0.7 through vpce-0aaaaaaaaaaaaaaaa: a foreign account\n",
        "    10.0.0.7 came through VPC endpoint vpce-0aaaaaaaaaaaaaaaa of a stranger\n",
        "with key ASIAEXAMPLE, delivered by IMDSv1\n",
        "    client  aws-cli/2.15\n",
        "    and 1 more clients\n",
        "  • ASIAEXAMPLE was issued 2026-01-08 23:00:00 UTC by ec2.amazonaws.com and expires",
        "  • ASIACHILD was made 2026-01-09 00:15:01 UTC with sts:AssumeRole by key ASIAEXAMPLE",
        "  • 2026-01-09 00:15:01 UTC: user backup\n",
    ):
        assert told in text


def test_calls_stand_in_order_of_time_with_their_ids() -> None:
    text = explained(finding())
    assert (
        "  2026-01-09\n"
        "  00:15:00  sts:GetCallerIdentity                0a2b3c4d-0000-4000-8000-000000000000\n"
        "  00:15:01  s3:ListBuckets         AccessDenied  1a2b3c4d-0000-4000-8000-000000000000\n"
    ) in text


def test_where_there_is_no_room_ids_stand_below_and_whole() -> None:
    text = explained(finding(), width=60)
    assert "\n            1a2b3c4d-0000-4000-8000-000000000000\n" in text


def test_regions_are_shown_where_there_are_several() -> None:
    calls = [CallNote(1_767_916_800 + n, f"id-{n}", "s3:A", f"eu-west-{n}") for n in (1, 2)]
    text = explained(finding(), calls)
    assert "eu-west-1" in text.split("Calls, in order of time (UTC)\n")[1]
    assert "the trail is not at hand" not in text


def test_a_long_list_of_calls_is_cut_and_says_so() -> None:
    calls = [CallNote(1_767_916_800 + n, f"id-{n}", "s3:A") for n in range(CALLS_SHOWN + 50)]
    text = explained(finding(), calls)
    assert text.count("  s3:A  ") == CALLS_SHOWN
    assert "  and 50 more\n" in text


def test_the_evidence_adds_up_to_the_probability() -> None:
    lines = explained(finding()).split("Evidence, and how it adds up\n")[1].splitlines()[:6]
    weights = [float(line.split()[0]) for line in lines]
    assert weights[-1] == pytest.approx(sum(weights[:-1])) == 3.0
    assert lines[0].endswith("before anything is known of it")
    assert lines[1] == "   +8.0  place: Far from home."
    assert lines[-1].endswith("log-odds together, which is a probability of 95 %")


def test_what_to_do_begins_with_verifying_and_cuts_before_it_revokes() -> None:
    text = explained(finding()).split("What to do, in this order\n")[1]
    steps = [line[5:] for line in text.splitlines() if line[2:4] in ("1.", "2.", "3.", "4.", "5.")]
    assert steps == [
        "Verify who it is",
        "Cut minting",
        "Revoke this session",
        "Isolate the instance, evidence first",
        "Undo what was made from there",
    ]
    assert "     $ aws organizations describe-account --account-id=777788889999\n" in text


@pytest.mark.parametrize("width", [40, 80, 200])
def test_hostile_text_is_only_text(width: int) -> None:
    check_is_plain(explained(all_hostile(), width=width))


@pytest.mark.parametrize("value", [None, [], {}, "x", 7, [{}], [None]])
def test_a_finding_of_any_shape_is_explained(value: object) -> None:
    for path in leaves(finding()):
        assert explained(changed(path, value))


def test_a_claim_is_said_to_be_one() -> None:
    one = changed(("service", "additionalInfo", "identityOnlyClaimed"), value=True)
    assert "that the key is the instance's, only the session's name claims" in explained(one)

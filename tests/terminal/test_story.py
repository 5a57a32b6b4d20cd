"""The demonstration's story, and its honest end."""

import pytest

from tests.simulator.opened import simulated
from tests.terminal.known import Json, Sheet
from truant.runners.embedded import Accounting
from truant.terminal.story import begin, end


def findings_of(truth: Json) -> list[Json]:
    """Findings as a perfect detector would give them."""
    return [
        {
            "type": finding["type"],
            "resource": {"accessKeyDetails": {"principalId": session["principalId"]}},
        }
        for session in truth["sessions"]
        for finding in session["findings"]
    ]


@pytest.mark.parametrize("seed", range(3))
def test_it_tells_the_three_uses_in_their_order(seed: int) -> None:
    sheet = Sheet()
    begin(simulated(seed, "demo").truth.document(), Accounting(seen={"x": 3000}), sheet.console)
    told = [line for line in sheet.lines if line.startswith(("  1.", "  2.", "  3.", "  4."))]
    assert told[0] == "  1. A visitor has it fetch a page of its own metadata service:"
    assert told[1].endswith("they are used from a laptop, outside AWS.")
    assert "from a stranger's AWS account, 777788889999" in told[2]
    assert told[3].endswith("they are used from our other account, 444455556666.")
    assert "3,000 calls" in " ".join(sheet.text.split())


def test_what_was_missed_and_what_was_false_is_said() -> None:
    truth = simulated(0, "demo").truth.document()
    all_found = findings_of(truth)
    for told, ending in (
        (all_found, "3 of 3 thefts found, 0 false alarms."),
        (all_found[1:], "2 of 3 thefts found, 0 false alarms."),
        ([*all_found, all_found[0]], "3 of 3 thefts found, 1 false alarm."),
        ([], "0 of 3 thefts found, 0 false alarms."),
    ):
        sheet = Sheet()
        end(truth, told, sheet.console)
        assert sheet.lines[-1] == ending

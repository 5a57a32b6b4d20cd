"""What is told of what was read."""

from tests.terminal.known import FORBIDDEN, HOSTILE
from truant.connectors.trail_files import Refusal
from truant.detection.flow_fold import FOLDED, FOLDED_SKIPPED, IGNORED_OTHER
from truant.detection.fold import FOLDED_INSTANCE, FOLDED_OTHER, IGNORED_SERVICE
from truant.model.file_kind import Kind
from truant.runners.embedded import Accounting
from truant.runners.flow_logs import FlowAccounting
from truant.terminal.accounting import REFUSALS_SHOWN, flow_lines, lines


def told(accounting: Accounting) -> list[str]:
    return [lead + text for lead, text in lines(accounting)]


def test_what_was_read_is_folded_ignored_and_quarantined() -> None:
    accounting = Accounting(files=3, inflated=1_250_000)
    accounting.seen = {FOLDED_OTHER: 1, FOLDED_INSTANCE: 2000, IGNORED_SERVICE: 30}
    accounting.kinds = {Kind.RECORDS: 1, Kind.DIGEST: 1, Kind.EMPTY: 1}
    accounting.others = 4
    accounting.refuse([Refusal("a.json", 7, "no usable eventTime"), Refusal("b", 0, "cut off")])
    assert told(accounting) == [
        "Read 2,033 records in 3 files (1.2 MB): 2,001 folded, 30 ignored, 2 quarantined.",
        f"  folded         2,000  {FOLDED_INSTANCE}",
        f"  folded             1  {FOLDED_OTHER}",
        f"  ignored           30  {IGNORED_SERVICE}",
        "  left out           4  files: not named like logs",
        f"  left out           1  files: {Kind.DIGEST}",
        f"  left out           1  files: {Kind.EMPTY}",
        "  quarantined: a.json, record 7: no usable eventTime",
        "  quarantined: b: cut off",
    ]


def test_flow_logs_are_kept_ignored_and_quarantined() -> None:
    accounting = FlowAccounting(files=2, inflated=3_000_000, quarantined=1)
    accounting.seen = {FOLDED: 1000, FOLDED_SKIPPED: 1, IGNORED_OTHER: 20}
    accounting.left_out = {"files: of other days than the trail's": 9, "files: other": 0}
    accounting.refusals = [Refusal("a.log.gz", 7, "13 fields where 14 were named")]
    assert [lead + text for lead, text in flow_lines(accounting)] == [
        "Read 1,022 flow log records in 2 files (3.0 MB): 1,001 kept, 20 ignored, 1 quarantined.",
        f"  kept           1,000  {FOLDED}",
        f"  kept               1  {FOLDED_SKIPPED}",
        f"  ignored           20  {IGNORED_OTHER}",
        "  left out           9  files: of other days than the trail's",
        "  quarantined: a.log.gz, line 7: 13 fields where 14 were named",
    ]


def test_one_is_not_many() -> None:
    accounting = Accounting(files=1)
    accounting.seen = {FOLDED_OTHER: 1}
    assert told(accounting)[0].startswith("Read 1 record in 1 file (")


def test_many_refusals_are_cut_and_counted() -> None:
    accounting = Accounting()
    accounting.refuse([Refusal(str(n), 0, "x") for n in range(REFUSALS_SHOWN + 5)])
    assert told(accounting)[-1] == "  quarantined: 5 more"
    assert len(told(accounting)) == 1 + REFUSALS_SHOWN + 1


def test_hostile_names_and_reasons_are_only_text() -> None:
    accounting = Accounting()
    accounting.refuse([Refusal(HOSTILE, 1, HOSTILE)])
    text = "".join(told(accounting))
    assert not [char for char in FORBIDDEN if char in text]

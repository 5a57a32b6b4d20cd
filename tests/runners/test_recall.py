"""A finding found again by its id, and the calls behind it."""

import gzip
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from truant.connectors.trail_files import Unreadable
from truant.model.event_time import epoch
from truant.runners.recall import NoSuchFinding, named, recall
from truant.runners.scan import ScanRequest, scan
from truant.simulator.truth import OUTSIDE_AWS

IDS = ["abcd" + "0" * 28, "abce" + "0" * 28, "ff" + "0" * 30]
FOUND = [{"id": name} for name in IDS]


def silent(_done: int, _total: int) -> None:
    """Nobody watches."""


@pytest.mark.parametrize(
    "name", ["ff", IDS[2], "FF00", f"arn:aws:guardduty:eu-west-1:1:detector/2/finding/{IDS[2]}"]
)
def test_the_beginning_of_an_id_is_enough(name: str) -> None:
    assert named(FOUND, name, "the last scan") == {"id": IDS[2]}


def test_an_id_told_twice_is_one() -> None:
    assert named([*FOUND, *FOUND], "ff", "x") == {"id": IDS[2]}


def test_what_is_ambiguous_is_told_with_what_would_tell_them_apart() -> None:
    with pytest.raises(NoSuchFinding, match=r"abc: 2 findings begin so: abcd\w+, abce\w+\. Give"):
        named(FOUND, "abc", "x")
    many = [{"id": f"{n:032x}"} for n in range(9)]
    with pytest.raises(NoSuchFinding, match=r"9 findings begin so: .* and 4 more"):
        named(many, "0000", "x")


@pytest.mark.parametrize(("name", "told"), [("9", "9: no"), ("", "An empty id: no")])
def test_what_is_unknown_says_where_it_was_looked_for(name: str, told: str) -> None:
    with pytest.raises(NoSuchFinding, match=f"{told} finding of that id in the last scan"):
        named(FOUND, name, "the last scan")


def request_for(world: Path) -> ScanRequest:
    return ScanRequest(
        paths=(world / "trail",),
        cache=world / "cache",
        now=0,
        inventory=world / "inventory",
        config=world / "truant.toml",
        ip_ranges=world / "ip-ranges.json",
    )


def test_every_call_behind_a_finding_is_recalled_and_no_other(world: Path) -> None:
    """Against the simulator's truth, which names the thief's own calls."""
    truth = json.loads((world / "truth.json").read_text())
    expected = [one for s in truth["sessions"] for one in s["findings"]]
    findings = scan(request_for(world), silent).findings
    assert len(findings) == len(expected) == 3
    for finding, true in zip(findings, expected, strict=True):
        for jobs in (1, 3):
            calls = recall(finding, [world / "trail"], jobs, silent)
            assert {call.event_id for call in calls} == set(true["eventIds"])
            assert len(calls) == true["count"]
            assert calls == sorted(calls, key=lambda call: call.order)


def rewritten(world: Path, folder: Path, change: Callable[[dict[str, object]], None]) -> Path:
    """The world's trail with every record changed."""
    for number, path in enumerate(sorted((world / "trail").rglob("*.json.gz"))):
        document = json.loads(gzip.decompress(path.read_bytes()))
        for record in document["Records"]:
            change(record)
        (folder / f"{number}.json").write_text(json.dumps(document))
    return folder


def test_calls_of_another_time_are_not_the_finding_s(world: Path, tmp_path: Path) -> None:
    """The same key from the same address, a day later: another story."""
    finding = scan(request_for(world), silent).findings[0]
    assert finding["type"] == OUTSIDE_AWS

    def a_year_on(record: dict[str, object]) -> None:
        record["eventTime"] = str(record["eventTime"]).replace("2025-", "2026-")

    later = rewritten(world, tmp_path, a_year_on)
    assert recall(finding, [later], 1, silent) == []


def test_one_call_told_in_two_accounts_is_one(world: Path, tmp_path: Path) -> None:
    finding = scan(request_for(world), silent).findings[0]

    def copied(record: dict[str, object]) -> None:
        record["sharedEventID"] = record["eventID"]
        record["eventID"] = f"copy-{record['eventID']}"

    copies = rewritten(world, tmp_path, copied)
    once = recall(finding, [world / "trail"], 1, silent)
    assert len(recall(finding, [world / "trail", copies], 1, silent)) == len(once)


def test_progress_is_told_to_the_end(world: Path) -> None:
    told: list[tuple[int, int]] = []
    finding = scan(request_for(world), silent).findings[0]
    recall(finding, [world / "trail"], 2, lambda done, total: told.append((done, total)))
    assert told[0][0] == 0
    assert told[-1][0] == told[-1][1] > 0


@pytest.mark.parametrize("finding", [{}, {"service": 7}, {"service": {"additionalInfo": []}}])
def test_a_finding_that_names_no_origin_recalls_nothing(
    world: Path, finding: dict[str, object]
) -> None:
    assert recall(finding, [world / "trail"], 1, silent) == []


def test_a_finding_with_odd_members_recalls_nothing(world: Path) -> None:
    time = "2025-12-16T00:00:00Z"
    assert epoch(time)
    origin = {"address": [], "principalId": {}, "firstSeen": time, "lastSeen": time}
    finding = {"service": {"additionalInfo": {"origins": [origin, None, 7, {}]}}}
    assert recall(finding, [world / "trail"], 1, silent) == []


def test_a_trail_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(Unreadable):
        recall({}, [tmp_path / "absent"], 1, silent)

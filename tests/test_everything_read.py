"""Laws of reading: nothing is lost, nothing counts twice, and every position can be looked up.

Every record read is folded, ignored for a named reason, or refused with file and position.
"""

import gzip
import json
import re
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.shared_data import shared_data
from tests.trail_records import AGGREGATED, DIGEST, FORMS, INSIGHT, Json, odd_records, record
from truant.connectors import trail_files
from truant.connectors.trail_files import Refusal
from truant.detection.fold import REFUSED_TIMELESS
from truant.model.file_kind import Kind
from truant.model.session_form import pack
from truant.runners.embedded import Folded, fold_all, fold_files


def folded(*contents: bytes, names: Sequence[str] = ()) -> Folded:
    """Fold files of these contents."""
    with tempfile.TemporaryDirectory() as folder:
        paths = []
        for number, content in enumerate(contents):
            path = Path(folder, names[number] if names else f"{number}.json")
            path.write_bytes(content)
            paths.append(path)
        result = fold_files(paths)
    for refusal in result.accounting.refusals:
        assert refusal.file in map(str, paths)
    return result


def positions(result: Folded) -> list[int]:
    return sorted(one.position for one in result.accounting.refusals)


def told(result: Folded) -> tuple[object, ...]:
    """Everything that judging looks at."""
    sessions = {name: pack(session) for name, session in result.state.sessions.items()}
    return sessions, result.state.facts, result.state.mints, result.state.accounts


TIMELESS = ("", "redacted", "2026-01-09T25:00:00Z", None, 5, "1999-01-01T00:00:00Z")
PIECES: tuple[Callable[[int], object], ...] = (
    record,
    lambda n: record(n, userIdentity=None),
    lambda n: record(n, sourceIPAddress=n),
    lambda n: record(n, eventCategory="NetworkActivity"),
    lambda n: record(n, eventTime=TIMELESS[n % len(TIMELESS)]),
    lambda n: record(n, eventName=None, eventTime=None),
    lambda n: 5,  # noqa: ARG005
    lambda n: {"eventname": n},
    lambda n: DIGEST,  # noqa: ARG005
    lambda n: INSIGHT,  # noqa: ARG005
    lambda n: AGGREGATED,  # noqa: ARG005
)
LISTS = ("trail file", "trail file, pretty", "JSON lines", "array")


@given(st.lists(st.integers(0, len(PIECES) - 1), min_size=1), st.sampled_from(LISTS))
def test_folded_ignored_and_refused_sum_to_what_was_read(kinds: list[int], form: str) -> None:
    values = [PIECES[kind](n) for n, kind in enumerate(kinds, 1)]
    result = folded(FORMS[form](values).encode())
    seen = result.accounting
    if seen.kinds == {Kind.UNKNOWN: 1}:
        assert (positions(result), seen.seen) == ([0], {})
        assert set(kinds) <= {6, 7}
    elif Kind.RECORDS not in seen.kinds:
        assert (positions(result), seen.seen) == ([], {})
        assert set(kinds) <= {8, 9, 10}
    else:
        assert seen.records == len(kinds)
        assert positions(result) == [n for n, kind in enumerate(kinds, 1) if kind in {4, 5, 6, 7}]
        reasons = [one.reason == REFUSED_TIMELESS for one in seen.refusals]
        assert sum(reasons) == sum(kind in {4, 5} for kind in kinds)


@given(st.lists(odd_records(), min_size=1, max_size=8), st.sampled_from(sorted(FORMS)))
def test_odd_records_are_each_counted_once(odd: list[Json], form: str) -> None:
    result = folded(FORMS[form](odd).encode())
    if result.accounting.kinds != {Kind.UNKNOWN: 1}:
        assert result.accounting.records == len(odd)
        assert len(set(positions(result))) == len(result.accounting.refusals)
        assert set(positions(result)) <= set(range(1, len(odd) + 1))
    for encoded in told(result)[0].values():  # type: ignore[attr-defined]
        assert encoded


@settings(max_examples=200)
@given(
    st.sampled_from(sorted(FORMS)),
    st.lists(st.tuples(st.floats(0, 1), st.binary(max_size=3)), max_size=6),
    st.booleans(),
)
def test_damaged_files_crash_nothing_and_count_everything(
    form: str, damage: list[tuple[float, bytes]], compressed: bool
) -> None:
    data = FORMS[form]([record(n) for n in range(1, 6)]).encode()
    data = gzip.compress(data) if compressed else data
    for at, replacement in damage:
        start = int(at * len(data))
        data = data[:start] + replacement + data[start + len(replacement) :]
    result = folded(data)
    seen = result.accounting
    assert sum(seen.seen.values()) + seen.refused == seen.records
    assert seen.refused == len(seen.refusals) == len(set(positions(result)))
    assert sum(seen.kinds.values()) == seen.files == 1
    assert max(positions(result), default=0) <= seen.records


def test_a_refused_piece_and_a_timeless_record_never_share_a_position() -> None:
    rows = [5, record(2, eventTime="x"), record(3), None, record(5, eventTime=None), record(6)]
    result = folded(FORMS["JSON lines"](rows).encode())
    assert positions(result) == [1, 2, 4, 5]
    assert result.accounting.records == 6


@pytest.mark.parametrize("end", [":30+05:00", ":30.x", ":60Z", ":99Z", ":3", ""])
def test_one_record_without_time_among_many_is_refused_alone(end: str) -> None:
    """Wherever it stands in the order of time."""
    rows = [record(n, eventTime=f"2026-01-09T{n:02}:00:30Z") for n in range(24)]
    rows[12]["eventTime"] = f"2026-01-09T12:00{end}"
    result = folded(FORMS["trail file"](rows).encode())
    assert positions(result) == [13]
    assert result.accounting.records == 24
    assert told(result) == told(folded(FORMS["array"]([*rows[:12], *rows[13:]]).encode()))


def test_a_great_many_records_without_time_take_no_time() -> None:
    """Each has an identity of its own: looking all of them through for each would take hours."""
    rows = [
        json.dumps({"eventName": "x", "eventTime": "x", "userIdentity": {"arn": str(n)}})
        for n in range(20_000)
    ]
    result = folded("\n".join(rows).encode())
    assert result.accounting.refused == 20_000
    assert positions(result)[:3] == [1, 2, 3]


DATES = st.sampled_from(["2026-01-09", "2026-01-10", "2026-+1-9"])
HOURS = st.integers(0, 99).map(lambda hour: f"{hour:02}")
FORMS_OF_TIME = st.sampled_from(["{}T{}:00:00Z", "{} {}:00:00", "{}T{}:00:00.5Z", "{}T{}:00:99Z"])
FORMS_OF_TIME |= st.sampled_from(["{}T{}:00:00+05:00", "{}T{}:00:00+00:00", "{}T{}", "{}"])
TIMES = st.builds(lambda form, *when: form.format(*when), FORMS_OF_TIME, DATES, HOURS)
TIMED = st.builds(lambda n, time: record(n, eventTime=time), st.integers(1, 30), TIMES)


@given(
    st.lists(odd_records() | TIMED, min_size=2, max_size=9) | st.lists(TIMED, max_size=20),
    st.integers(1, 4),
    st.randoms(use_true_random=True),
)
def test_order_repetition_and_the_cut_into_files_change_nothing(
    some: list[Json], parts: int, chance: object
) -> None:
    whole = folded(FORMS["JSON lines"](some).encode())
    again = [*some, *some[: len(some) // 2]]
    chance.shuffle(again)  # type: ignore[attr-defined]
    cut = folded(*(FORMS["trail file"](again[part::parts]).encode() for part in range(parts)))
    assert told(cut) == told(whole)


def test_a_file_read_twice_under_two_names_changes_nothing() -> None:
    data = gzip.compress(FORMS["trail file"]([record(n) for n in range(50)]).encode())
    once = folded(data, names=["111122223333_CloudTrail_eu-west-1_20260109T0015Z_a.json.gz"])
    twice = folded(data, data, names=["a.json.gz", "copy of a.json.gz"])
    joined = folded(data + data)
    assert told(once) == told(twice) == told(joined)
    assert twice.accounting.records == joined.accounting.records == 100


def test_other_files_of_cloudtrail_are_left_out_and_counted(tmp_path: Path) -> None:
    names = ["1_CloudTrail-Digest_x.json", "1_CloudTrail-Insight_x.json", "d.json", "i.json"]
    contents = [DIGEST, {"Records": [INSIGHT]}] * 2
    result = folded(*(json.dumps(one).encode() for one in contents), names=names)
    assert result.accounting.kinds == {Kind.DIGEST: 2, Kind.INSIGHT: 2}
    assert (result.accounting.records, result.accounting.refusals) == (0, [])
    among = folded(json.dumps({"Records": [record(1), INSIGHT, DIGEST]}).encode())
    assert among.accounting.records == 3
    assert among.accounting.seen[Kind.INSIGHT] == among.accounting.seen[Kind.DIGEST] == 1
    assert not list(tmp_path.iterdir())


REAL = {
    "otrf-ec2-proxy-s3": 103,
    "stratus-detonation-logs": 310,
    "single-records": 10,
    "traildiscover": 563,
    "opensearch-cloudtrail-2021": 840 + 50 + 1,
    "panther-rule-tests": 463 + 10,
}


@pytest.mark.parametrize("name", REAL)
def test_real_files_are_read_without_loss(name: str) -> None:
    """Every record that their authors count, and nothing but stray brackets refused as broken."""
    paths, _ = trail_files.find([shared_data(name)])
    seen = fold_all(paths, 1, lambda *_: None).accounting
    assert set(seen.kinds) == {Kind.RECORDS}
    broken = [one for one in seen.refusals if one.reason.startswith("broken JSON")]
    assert seen.records - len(broken) == REAL[name]
    assert len({(one.file, one.position) for one in seen.refusals}) == seen.refused
    if name != "panther-rule-tests":
        assert len(seen.refusals) == len(broken) == (2 if "opensearch" in name else 0)


def test_positions_in_real_files_are_those_of_the_rows() -> None:
    """Panther's tests are a row each; what it calls no record, or gives no time, is refused."""
    paths, _ = trail_files.find([shared_data("panther-rule-tests")])
    seen = fold_all(paths, 1, lambda *_: None).accounting
    for path in paths:
        opened = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        rows = [json.loads(line)["event"] for line in opened.splitlines()]
        refused = {one.position: one for one in seen.refusals if one.file == str(path)}
        assert sorted(refused) == [
            number for number, event in enumerate(rows, 1) if _is_unusable(event)
        ]
        for number, refusal in refused.items():
            timeless = "eventName" in rows[number - 1]
            assert refusal == Refusal(
                str(path),
                number,
                REFUSED_TIMELESS if timeless else "a JSON value that is no CloudTrail record",
            )


def _is_unusable(event: Json) -> bool:
    if event.get("eventCategory") == "NetworkActivity":  # left out, whatever its time
        return False
    time = event.get("eventTime")
    return "eventName" not in event or re.match(r"\d{4}-\d\d-\d\d[T ]", str(time)) is None

"""The rows that cross the shuffle and are kept as state: a join, in a form that names itself."""

import random
from pathlib import Path

import msgspec
import pytest

from tests.runners.spark.trails import simulated
from truant.detection.state import State, merge
from truant.model.session_form import UnknownForm, unpack
from truant.runners.embedded import fold_files
from truant.runners.spark import rows
from truant.runners.spark.rows import Row, joined
from truant.runners.spark.rows import rows as rows_of


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> list[list[Row]]:
    """The rows of each third of a world's files."""
    files = simulated(tmp_path_factory.mktemp("world"), "E8", "T18").files
    return [list(rows_of(fold_files(files[part::3]))) for part in range(3)]


def together(told: list[list[Row]]) -> dict[tuple[str, str], bytes]:
    """All rows joined, one after another."""
    found: dict[tuple[str, str], bytes] = {}
    for row in (row for part in told for row in part):
        index = (row.kind, row.name)
        found[index] = joined(row.kind, [*([found[index]] if index in found else []), row.value])
    return found


def test_rows_join_to_what_the_files_tell_together(told: list[list[Row]], tmp_path: Path) -> None:
    files = simulated(tmp_path, "E8", "T18").files
    state = fold_files(files).state
    found = together(told)
    sessions = [unpack(value) for (kind, _), value in found.items() if kind == rows.SESSION]
    assert {one.principal_id: one for one in sessions} == dict(state.sessions)
    facts = [f for (kind, _), v in found.items() if kind == rows.FACTS for f in rows.facts_of(v)]
    mints = [m for (kind, _), v in found.items() if kind == rows.MINTS for m in rows.mints_of(v)]
    assert (len(facts), set(facts)) == (len(state.facts), state.facts)
    assert (len(mints), set(mints)) == (len(state.mints), set(state.mints))
    assert state.facts
    assert state.mints
    read = rows.read_of(found[rows.READ, ""])
    assert read.accounting.seen == state.seen
    assert (read.accounts, read.latest) == (state.accounts, state.latest)


def test_order_grouping_and_repetition_change_no_byte(told: list[list[Row]]) -> None:
    """But for the count of records read, which counts readings."""
    expected = together(told)
    shuffled = [row for part in told for row in part if row.kind != rows.READ] * 2
    random.Random(1).shuffle(shuffled)
    del expected[rows.READ, ""]
    assert together([shuffled]) == expected
    by_name: dict[tuple[str, str], list[bytes]] = {}
    for row in shuffled:
        by_name.setdefault((row.kind, row.name), []).append(row.value)
    at_once = {index: joined(index[0], values) for index, values in by_name.items()}
    assert at_once == expected


def test_a_form_of_tomorrow_is_refused_by_name(told: list[list[Row]]) -> None:
    for row in told[0]:
        newer = msgspec.msgpack.encode((99, *msgspec.msgpack.decode(row.value)[1:]))
        with pytest.raises(UnknownForm, match="form 99"):
            joined(row.kind, [newer, row.value])
    with pytest.raises(UnknownForm):
        rows.facts_of(b"no msgpack")


def test_no_row_is_a_pickle(told: list[list[Row]]) -> None:
    """A pickle begins with its protocol's mark; these are arrays of msgpack."""
    for row in (row for part in told for row in part):
        assert row.value[0] >> 4 == 0x9, "a short array"
        assert isinstance(msgspec.msgpack.decode(row.value), list)


def test_an_endpoint_has_the_owner_that_comes_first() -> None:
    encode = msgspec.msgpack.encode
    values = [encode((1, "222222222222")), encode((1, "111111111111"))]
    assert rows.owner_of(joined(rows.OWNER, values)) == "111111111111"
    assert joined(rows.OWNER, values) == joined(rows.OWNER, values[::-1])
    state = State()
    merge(state, State())
    assert not list(state.sessions)

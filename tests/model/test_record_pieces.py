"""Files read piece by piece: the cut into blocks changes nothing, whatever the file is."""

from collections.abc import Iterator, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.trail_records import DIGEST, FORMS, INSIGHT, Json, odd_records, record
from truant.model import record_pieces
from truant.model.file_kind import Kind
from truant.model.record_file import Decoded, decode
from truant.model.record_pieces import TooLarge, parts

LIMIT = 1 << 20
SIZES = st.integers(1, 5_000)
VALUES: tuple[object, ...] = (None, 5, {}, {"eventname": "x"}, DIGEST, INSIGHT)


def blocks(data: bytes, size: int) -> Iterator[bytes]:
    return (data[at : at + size] for at in range(0, len(data), size))


def joined(data: bytes, size: int) -> tuple[list[tuple[int, str]], set[Kind]]:
    """All that the pieces hold, by its position in the file, and what kinds they are of."""
    found: list[tuple[int, str]] = []
    kinds, start, read = set(), 0, 0
    for part in parts(blocks(data, size), LIMIT):
        found += [(start + at, what) for at, what in contents(part.decoded)]
        kinds.add(part.decoded.kind)
        start = len(found)
        read += part.size
    assert read == len(data)
    return sorted(found), kinds


def contents(decoded: Decoded) -> list[tuple[int, str]]:
    places = decoded.positions(range(1, len(decoded.calls) + 1))
    return [
        *((at, str(call.event_id)) for at, call in zip(places, decoded.calls, strict=True)),
        *((one.position, one.reason) for one in decoded.refused),
        *((one.position, one.kind) for one in decoded.left_out),
    ]


@given(st.sampled_from(sorted(FORMS)), st.integers(1, 20), SIZES)
def test_records_come_out_the_same_however_the_file_is_cut(
    form: str, number: int, size: int
) -> None:
    data = FORMS[form]([record(n) for n in range(1, number + 1)]).encode()
    assert joined(data, size) == (
        [(n, f"e-{n}") for n in range(1, number + 1)],
        {Kind.RECORDS},
    )


@given(
    st.sampled_from(["trail file", "trail file, pretty", "JSON lines", "array", "EventBridge"]),
    st.lists(
        st.builds(record, st.integers(1, 50)) | odd_records() | st.sampled_from(VALUES), max_size=12
    ),
    SIZES,
)
def test_odd_records_and_what_is_none_keep_their_positions(
    form: str, values: list[object], size: int
) -> None:
    data = FORMS[form](values).encode()
    whole = decode(data)
    assert joined(data, size)[0] == sorted(contents(whole))


@given(
    st.sampled_from(sorted(FORMS)),
    st.integers(2, 8),
    st.lists(st.tuples(st.floats(0, 1), st.binary(max_size=2)), min_size=1, max_size=3),
    SIZES,
)
def test_damage_costs_no_record_that_it_does_not_touch(
    form: str, number: int, damage: list[tuple[float, bytes]], size: int
) -> None:
    data = FORMS[form]([record(n) for n in range(1, 10)]).encode()
    start, end = data.index(f"R{number}".encode()), data.index(b"e-%d" % number)
    for at, change in damage:
        place = start + int(at * (end - start))
        data = data[:place] + change + data[place + len(change) :]
    found, _ = joined(data, size)
    expected = [f"e-{n}" for n in range(1, 10) if n != number]
    assert [what for _, what in found if what in expected] == expected
    assert [at for at, _ in found] == list(range(1, len(found) + 1))


@given(st.lists(st.sampled_from(sorted(FORMS)), min_size=2, max_size=4), SIZES)
def test_files_of_several_forms_one_behind_another_lose_nothing(
    forms: Sequence[str], size: int
) -> None:
    texts = [FORMS[form]([record(2 * n), record(2 * n + 1)]) for n, form in enumerate(forms)]
    found, _ = joined("\n".join(texts).encode(), size)
    assert [what for _, what in found if what.startswith("e-")] == [
        f"e-{n}" for n in range(2 * len(forms))
    ]


@given(st.integers(1, 9), SIZES)
def test_a_list_of_records_inside_a_record_is_no_place_to_cut(number: int, size: int) -> None:
    """The inner ones begin as the outer ones do."""
    inner: list[Json] = [{"eventVersion": "1", "eventName": "forged"} for _ in range(5)]
    some = [record(n, requestParameters={"list": inner}) for n in range(1, number + 1)]
    found, _ = joined(FORMS["trail file"](some).encode(), size)
    assert found == [(n, f"e-{n}") for n in range(1, number + 1)]


@pytest.mark.parametrize(
    "form", ["documents, pretty", "lookup-events", "documents, close together"]
)
def test_what_cannot_be_cut_is_bounded(form: str) -> None:
    data = FORMS[form]([record(n) for n in range(100)]).encode()
    with pytest.raises(TooLarge, match="more than 50,000 bytes that cannot be read piece by piece"):
        list(parts(blocks(data, 4_096), 50_000))
    assert sum(len(part.decoded.calls) for part in parts(blocks(data, 4_096), LIMIT)) == 100


@pytest.mark.parametrize("form", ["trail file", "trail file, pretty", "array", "JSON lines"])
def test_what_can_be_cut_is_never_held_whole(form: str) -> None:
    data = FORMS[form]([record(n) for n in range(200)]).encode()
    found = list(parts(blocks(data, 4_096), 50_000))
    assert max(part.size for part in found) < 20_000
    assert sum(part.size for part in found) == len(data)


def test_a_broken_record_is_looked_at_with_no_more_than_is_agreed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(record_pieces, "TOGETHER_BYTES", 10_000)
    text = FORMS["trail file"]([record(n) for n in range(200)])
    data = text.replace('"requestID":"R50"', '"requestID":"R50" oops').encode()
    found = list(parts(blocks(data, 4_096), LIMIT))
    assert max(part.size for part in found) < 40_000
    ids = [call.event_id for part in found for call in part.decoded.calls]
    assert ids == [f"e-{n}" for n in range(200) if n != 50]
    assert sum(len(part.decoded.refused) for part in found) == 1

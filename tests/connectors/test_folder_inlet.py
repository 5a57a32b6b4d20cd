"""Tests of `folder_inlet`: each file once, when it is whole, in the order of delivery."""

import gzip
import os
import tomllib
from pathlib import Path

import pytest

from tests.intakes import Remembered
from truant.connectors.folder_inlet import FILES_MAX, FolderInlet, Missing
from truant.connectors.parcels import Parcel, Unfetchable
from truant.connectors.sources import Holds, parse, source

WHOLE = gzip.compress(b'{"Records":[]}')


@pytest.fixture
def known() -> Remembered:
    return Remembered()


def names(parcel: Parcel | None) -> list[str]:
    return [Path(one.name.rpartition("@")[0]).name for one in parcel.items] if parcel else []


def take(inlet: FolderInlet, known: Remembered) -> list[str]:
    """Look, and keep all that was found."""
    parcel = inlet.look(known)
    if parcel is not None:
        known.taken |= {item.name for item in parcel.items}
        inlet.done(parcel, [])
    return names(parcel)


def put(folder: Path, name: str, data: bytes = WHOLE, age: float = 3600) -> Path:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data)
    then = file.stat().st_mtime - age
    os.utime(file, (then, then))
    return file


def test_each_file_is_found_once_and_what_is_no_log_never(
    tmp_path: Path, known: Remembered
) -> None:
    inlet = FolderInlet(source(str(tmp_path)))
    put(tmp_path, "a.json.gz")
    put(tmp_path, "b/c.json")
    put(tmp_path, "readme.md")
    assert sorted(take(inlet, known)) == ["a.json.gz", "c.json"]
    assert take(inlet, known) == []
    put(tmp_path, "d.json")
    assert take(inlet, known) == ["d.json"]
    again = FolderInlet(source(str(tmp_path)))
    assert take(again, known) == [], "what the store knows is not new after a start"


def test_what_was_not_kept_comes_again(tmp_path: Path, known: Remembered) -> None:
    put(tmp_path, "a.json")
    put(tmp_path, "b.json")
    inlet = FolderInlet(source(str(tmp_path)))
    parcel = inlet.look(known)
    assert parcel is not None
    inlet.done(parcel, [parcel.items[0].name])
    assert names(inlet.look(known)) == ["a.json"]


def test_files_come_in_the_order_in_which_they_were_delivered(
    tmp_path: Path, known: Remembered
) -> None:
    for account, time in (
        ("2", "20260109T0000Z"),
        ("1", "20260109T0005Z"),
        ("3", "20260108T0000Z"),
    ):
        put(tmp_path, f"{account}/x_CloudTrail_eu-west-1_{time}_abc.json.gz")
    found = take(FolderInlet(source(str(tmp_path))), known)
    assert [name.split("_")[3] for name in found] == [
        "20260108T0000Z",
        "20260109T0000Z",
        "20260109T0005Z",
    ]


def test_parcels_are_bounded(tmp_path: Path, known: Remembered) -> None:
    for number in range(FILES_MAX + 1):
        put(tmp_path, f"{number:05}.json")
    inlet = FolderInlet(source(str(tmp_path)))
    assert len(take(inlet, known)) == FILES_MAX
    assert len(take(inlet, known)) == 1


@pytest.mark.parametrize(
    ("part", "whole"),
    [
        (WHOLE[:-4], WHOLE),
        (b"", WHOLE),
        (b'{"Records":[{"eventN', b'{"Records":[]}'),
        (b'{"eventName":"A"}\n{"eventNa', b'{"eventName":"A"}\n{"eventName":"B"}\n'),
    ],
)
def test_a_file_that_is_being_written_is_left_until_it_is_whole(
    tmp_path: Path, known: Remembered, part: bytes, whole: bytes
) -> None:
    inlet = FolderInlet(source(str(tmp_path)))
    name = "a.json.gz" if whole is WHOLE else "a.json"
    put(tmp_path, name, part, age=0)
    assert take(inlet, known) == []
    put(tmp_path, name, whole, age=0)
    assert take(inlet, known) == [name]


def test_a_file_that_stays_broken_is_taken_for_what_it_is(
    tmp_path: Path, known: Remembered
) -> None:
    file = put(tmp_path, "a.json.gz", WHOLE[:-4], age=0)
    later = file.stat().st_mtime + 61
    assert take(FolderInlet(source(str(tmp_path)), lambda: later), known) == ["a.json.gz"]


def test_a_clock_that_jumps_keeps_no_file_waiting(tmp_path: Path, known: Remembered) -> None:
    file = put(tmp_path, "a.json.gz", WHOLE[:-4], age=0)
    before = file.stat().st_mtime - 1_000_000
    assert take(FolderInlet(source(str(tmp_path)), lambda: before), known) == ["a.json.gz"]


def test_a_file_that_grows_later_is_read_again(tmp_path: Path, known: Remembered) -> None:
    inlet = FolderInlet(source(str(tmp_path)))
    put(tmp_path, "a.json", b'{"eventName":"A"}\n')
    assert take(inlet, known) == ["a.json"]
    put(tmp_path, "a.json", b'{"eventName":"A"}\n{"eventName":"B"}\n')
    assert take(inlet, known) == ["a.json"]


def test_history_begins_where_it_is_wanted(tmp_path: Path, known: Remembered) -> None:
    put(tmp_path, "x_CloudTrail_eu-west-1_20260108T2355Z_abc.json.gz")
    put(tmp_path, "x_CloudTrail_eu-west-1_20260109T0000Z_abc.json.gz")
    put(tmp_path, "old.json", age=400_000_000)
    table = tomllib.loads(f'from = "{tmp_path}"\nsince = 2026-01-09')
    found = take(FolderInlet(parse(table, "x")), known)
    assert found == ["x_CloudTrail_eu-west-1_20260109T0000Z_abc.json.gz"]


def test_what_lies_there_is_remembered_for_as_long(tmp_path: Path, known: Remembered) -> None:
    file = put(tmp_path, "a.json")
    now = [file.stat().st_mtime]
    inlet = FolderInlet(source(str(tmp_path)), lambda: now[0])
    take(inlet, known)
    take(inlet, known)
    assert len(known.kept) == 1
    now[0] += 90_000
    take(inlet, known)
    assert len(known.kept) == 2


def test_flow_logs_have_names_of_their_own(tmp_path: Path, known: Remembered) -> None:
    put(tmp_path, "a.log.gz")
    put(tmp_path, "b.parquet")
    put(tmp_path, "c.json")
    assert sorted(take(FolderInlet(source(str(tmp_path), Holds.FLOW_LOGS)), known)) == [
        "a.log.gz",
        "b.parquet",
    ]


def test_a_folder_that_is_gone_is_told(tmp_path: Path, known: Remembered) -> None:
    with pytest.raises(Missing, match="there is no such folder"):
        FolderInlet(source(str(tmp_path / "none"))).look(known)


def test_content_is_what_the_file_holds_and_a_lost_file_is_gone(
    tmp_path: Path, known: Remembered
) -> None:
    file = put(tmp_path, "a@1.2.json", b'{"Records":[]}')
    inlet = FolderInlet(source(str(tmp_path)))
    parcel = inlet.look(known)
    assert parcel is not None
    content = parcel.items[0].fetch()
    assert (content.name, content.stream.read()) == (str(file), b'{"Records":[]}')
    content.stream.close()
    again = inlet.again(str(file)).fetch()
    again.stream.close()
    file.unlink()
    for fetch in (parcel.items[0].fetch, lambda: inlet.again(str(file))):
        with pytest.raises(Unfetchable) as raised:
            fetch()
        assert raised.value.gone
    with pytest.raises(Unfetchable):
        inlet.again("/etc/passwd")

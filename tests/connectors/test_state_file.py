"""The file of a scan's state: whole or not at all, and never taken for what it is not."""

import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from truant.connectors.state_file import FORM, BadState, CannotKeep, frames, stamp, write

SOME = [b"", b"one", b"\x00" * 70_000]


def test_what_is_written_is_read_and_nobody_else_may(tmp_path: Path) -> None:
    file = tmp_path / "state"
    assert stamp(file) is None
    write(file, SOME[1:], None)
    assert list(frames(file)) == SOME[1:]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    write(file, [b"two"], stamp(file))
    assert list(frames(file)) == [b"two"]
    assert [one.name for one in tmp_path.iterdir()] == ["state"]


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_no_damage_goes_unseen(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    file = tmp_path_factory.mktemp("state") / "state"
    write(file, [b"some", b"frames"], None)
    content = bytearray(file.read_bytes())
    place = data.draw(st.integers(0, len(content) - 1))
    if data.draw(st.booleans()):
        del content[place:]
    else:
        content[place] ^= data.draw(st.integers(1, 255))
    file.write_bytes(content)
    with pytest.raises(BadState, match="scan everything again"):
        list(frames(file))


@pytest.mark.parametrize("content", [b"", b"{}\n", b"SQLite format 3\x00", b"x" * 100_000])
def test_another_file_is_said_to_be_one(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "state"
    file.write_bytes(content)
    with pytest.raises(BadState, match="is no state of a scan"):
        list(frames(file))


def test_a_newer_form_is_named(tmp_path: Path) -> None:
    file = tmp_path / "state"
    write(file, [b"some"], None)
    file.write_bytes(file.read_bytes().replace(b"form %d" % FORM, b"form 9", 1))
    with pytest.raises(BadState, match="form 9; this one writes form 1"):
        list(frames(file))


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(BadState, match="is no file"):
        stamp(tmp_path)


def test_cut_short_the_old_file_stays(tmp_path: Path) -> None:
    file = tmp_path / "state"
    write(file, [b"old"], None)
    with pytest.raises(KeyboardInterrupt):
        write(file, _cut_short(), stamp(file))
    assert list(frames(file)) == [b"old"]
    assert [one.name for one in tmp_path.iterdir()] == ["state"]


def _cut_short() -> Iterator[bytes]:
    yield b"new"
    raise KeyboardInterrupt


def test_what_another_scan_wrote_meanwhile_stays(tmp_path: Path) -> None:
    file = tmp_path / "state"
    before = stamp(file)
    write(file, [b"another's"], before)
    with pytest.raises(CannotKeep, match="another scan has changed it"):
        write(file, [b"ours"], before)
    assert list(frames(file)) == [b"another's"]


def test_a_link_is_followed(tmp_path: Path) -> None:
    (tmp_path / "far").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "far" / "state")
    write(tmp_path / "link", [b"some"], None)
    assert list(frames(tmp_path / "far" / "state")) == [b"some"]


def test_a_missing_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(CannotKeep, match="No such file or directory"):
        write(tmp_path / "missing" / "state", [b"some"], None)

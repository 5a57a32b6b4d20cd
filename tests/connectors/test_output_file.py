"""The file of findings: whole or untouched."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from truant.connectors.output_file import NoOutput, check, write


def test_the_parts_stand_in_the_file_with_the_user_s_permissions(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        write(tmp_path / "new", ["a\n", "é\n"])
    finally:
        os.umask(before)
    assert (tmp_path / "new").read_text(encoding="utf-8") == "a\né\n"
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o640


def test_a_file_keeps_its_permissions_and_a_link_its_aim(tmp_path: Path) -> None:
    file, link = tmp_path / "file", tmp_path / "link"
    file.write_text("old")
    file.chmod(0o600)
    link.symlink_to(file)
    write(link, ["new"])
    assert link.is_symlink()
    assert (file.read_text(), file.stat().st_mode & 0o777) == ("new", 0o600)


def test_whoever_reads_the_old_file_reads_it_to_its_end(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("old")
    with file.open() as reader:
        write(file, ["new"])
        assert reader.read() == "old"
    assert file.read_text() == "new"


def test_whoever_fails_midway_leaves_what_was_there(tmp_path: Path) -> None:
    def parts() -> Iterator[str]:
        yield "half"
        raise KeyboardInterrupt

    (tmp_path / "file").write_text("old")
    with pytest.raises(KeyboardInterrupt):
        write(tmp_path / "file", parts())
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
    assert (tmp_path / "file").read_text() == "old"


def test_a_pipe_is_written_to_and_stays_a_pipe(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    check(pipe)
    write(pipe, ["a", "b"])
    assert os.read(reader, 100) == b"ab"
    os.close(reader)
    assert pipe.is_fifo()


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("no/file", "no/file: there is no such folder. Make it, or name another file."),
        ("", "is a folder. Name a file in it."),
        ("file/inner", "file/inner: Not a directory. Make room, or name a file"),
        ("n" * 300, "File name too long"),
    ],
)
def test_where_nothing_can_be_written_is_known_beforehand(
    tmp_path: Path, name: str, told: str
) -> None:
    (tmp_path / "file").write_text("old")
    with pytest.raises(NoOutput, match=told):
        check(tmp_path / name)
    with pytest.raises(NoOutput, match=told):
        write(tmp_path / name, ["x"])
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_check_leaves_no_trace(tmp_path: Path) -> None:
    check(tmp_path / "file")
    assert not list(tmp_path.iterdir())

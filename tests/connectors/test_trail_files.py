"""Trail files on disk: what is found, what is read, and what is refused with which reason."""

import ctypes
import gzip
import json
import mmap
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import pytest

from tests.trail_records import FORMS, record
from truant.connectors.trail_files import (
    FILE_BYTES_MAX,
    INFLATED_BYTES_SURE,
    INFLATION_MAX,
    Refusal,
    Unreadable,
    find,
    inflated_bytes_max,
    read,
    want,
)
from truant.model.file_kind import Kind

NOBODY = 65534
BYTES_AHEAD = 4 * 1024 * 1024
WITHIN_SECONDS = 60.0
TEXT = FORMS["trail file"]([record(1), record(2)]).encode()


def laid(folder: Path, *names: str, data: bytes = TEXT) -> list[Path]:
    paths = [folder / name for name in names]
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return paths


@contextmanager
def without_rights() -> Iterator[None]:
    """As a user who may read only what everybody may."""
    was = os.geteuid()
    if was == 0:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(was)


@pytest.fixture
def public() -> Iterator[Path]:
    """A folder that every user may enter."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


def test_folders_are_searched_for_names_like_logs(tmp_path: Path) -> None:
    inner = tmp_path / "AWSLogs" / "2026"
    inner.mkdir(parents=True)
    for name in ("a.json.gz", "b.JSON", "c.log", "notes.txt", "d.csv.gz"):
        (inner / name).write_bytes(TEXT)
    found, others = find([tmp_path])
    assert [path.name for path in found] == ["a.json.gz", "b.JSON", "c.log"]
    assert others == 2


def test_a_named_file_is_taken_whatever_its_name(tmp_path: Path) -> None:
    file = tmp_path / "evidence"
    file.write_bytes(TEXT)
    assert find([file, file, tmp_path]) == ([file], 1)


def test_links_are_followed_and_loops_are_not(tmp_path: Path) -> None:
    real = tmp_path / "elsewhere"
    real.mkdir()
    (real / "a.json").write_bytes(TEXT)
    logs = tmp_path / "logs"
    logs.mkdir()
    (logs / "linked").symlink_to(real)
    (real / "back").symlink_to(logs)
    found, _ = find([logs])
    assert found == [logs / "linked" / "a.json"]


def test_a_link_to_nothing_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "gone.json").symlink_to(tmp_path / "nowhere")
    (path,), _ = find([tmp_path])
    (refusal,) = read(path).refusals
    assert refusal.file.endswith("gone.json")
    assert refusal.unreadable


def test_a_pipe_in_a_folder_is_left_alone(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.json")
    assert find([tmp_path]) == ([], 0)


@pytest.mark.parametrize("name", ["absent", "pipe", "n" * 300])
def test_what_is_neither_file_nor_folder_is_an_error(tmp_path: Path, name: str) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(Unreadable, match=f"{name}.*Name a CloudTrail file"):
        find([tmp_path / name])


def test_a_file_without_content_is_unreadable_and_one_with_bad_content_broken(
    tmp_path: Path,
) -> None:
    closed, broken = tmp_path / "closed.json", tmp_path / "broken.json"
    closed.symlink_to("/proc/self/mem")  # opens, and cannot be read, whoever asks
    broken.write_text("{{{")
    assert [(r.unreadable, r.position) for r in read(closed).refusals] == [(True, 0)]
    assert [(r.unreadable, r.position) for r in read(broken).refusals] == [(False, 0)]


def test_a_folder_that_cannot_be_listed_is_refused_and_stops_nothing(public: Path) -> None:
    laid(public, "a.json", "shut/b.json")
    (public / "shut").chmod(0)
    try:
        with without_rights():
            found, _ = find([public])
            refused = read(public / "shut").refusals
            assert find([public / "shut"]) == ([public / "shut"], 0)
    finally:
        (public / "shut").chmod(0o755)
    assert found == [public / "a.json", public / "shut"]
    assert [(one.position, one.reason, one.unreadable) for one in refused] == [
        (0, "cannot be read: Permission denied", True)
    ]


@pytest.mark.parametrize(
    "data", [TEXT, gzip.compress(TEXT), gzip.compress(TEXT[:9]) + gzip.compress(TEXT[9:])]
)
def test_a_file_is_read_and_measured(tmp_path: Path, data: bytes) -> None:
    (path,) = laid(tmp_path, "a.json", data=data)
    file = read(path)
    assert (file.path, file.size, file.inflated) == (str(path), len(data), len(TEXT))
    assert [call.event_id for call in file.decoded.calls] == ["e-1", "e-2"]
    assert (file.decoded.kind, file.refusals) == (Kind.RECORDS, [])


def test_pieces_are_refused_with_file_and_position(tmp_path: Path) -> None:
    text = json.dumps({"Records": [record(1), 5, record(3)]})[:-300]
    (path,) = laid(tmp_path, "a.json", data=text.encode())
    file = read(path)
    assert [call.event_id for call in file.decoded.calls] == ["e-1"]
    assert [(one.file, one.position) for one in file.refusals] == [(str(path), 2), (str(path), 3)]
    assert "no CloudTrail record" in file.refusals[0].reason
    assert "broken JSON" in file.refusals[1].reason


def test_other_files_of_cloudtrail_are_not_even_opened(tmp_path: Path) -> None:
    paths = laid(
        tmp_path,
        "AWSLogs/1/CloudTrail-Digest/eu-west-1/x.json.gz",
        "1_CloudTrail-Insight_x.json.gz",
        "AWSLogs/1/CloudTrail-Aggregated/x.json.gz",
        data=b"\x1f\x8bbroken",
    )
    kinds = [read(path).decoded.kind for path in paths]
    assert kinds == [Kind.DIGEST, Kind.INSIGHT, Kind.AGGREGATED]
    assert [read(path).refusals for path in paths] == [[], [], []]


WHOLE = gzip.compress(TEXT)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (WHOLE[:-1], "gzip cut off before its end"),
        (WHOLE[:20], "gzip cut off before its end"),
        (WHOLE[:-8] + bytes(8), "broken gzip: "),
        (WHOLE + b"more", "bytes after the end of the gzip data that are no gzip"),
        (b"[" * 10_000, "holds no CloudTrail records (at record 1: nested too deeply)"),
        (b"not JSON", "holds no CloudTrail records (at record 1: broken JSON: Expecting value)"),
        (b'{"a": 1}', "holds no CloudTrail records (at record 1: a JSON value that is no Cloud"),
        (gzip.compress(bytes(INFLATED_BYTES_SURE + 1)), "inflates to more than the bound allows"),
    ],
)
def test_a_file_of_which_nothing_can_be_used_is_refused_whole(
    tmp_path: Path, data: bytes, reason: str
) -> None:
    (path,) = laid(tmp_path, "a.json.gz", data=data)
    file = read(path)
    (refusal,) = file.refusals
    assert (refusal.file, refusal.position) == (str(path), 0)
    assert refusal.reason.startswith(reason)
    assert (file.decoded.kind, file.decoded.calls, file.size) == (Kind.UNKNOWN, [], len(data))


def test_what_is_too_large_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "large.json"
    with path.open("wb") as file:
        file.truncate(FILE_BYTES_MAX + 1)
    assert [one.reason for one in read(path).refusals] == [
        "larger than 536,870,912 bytes: split it"
    ]


def test_small_files_may_inflate_to_what_trail_files_are_and_large_ones_by_their_size() -> None:
    assert inflated_bytes_max(0) == inflated_bytes_max(100_000) == INFLATED_BYTES_SURE
    assert inflated_bytes_max(1_000_000) == 1_000_000 * INFLATION_MAX
    assert inflated_bytes_max(FILE_BYTES_MAX) == FILE_BYTES_MAX


def test_what_is_no_file_any_more_is_refused(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    for path, reason in (
        (tmp_path / "gone.json", "cannot be read: No such file or directory"),
        (tmp_path / "folder", "cannot be read: Is a directory"),
    ):
        assert read(path).refusals == [Refusal(str(path), 0, reason, unreadable=True)]


def test_a_name_that_is_no_utf8_is_shown_in_escapes(tmp_path: Path) -> None:
    """And passes between processes: half a surrogate cannot be encoded."""
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.json"))
    path.write_bytes(b"broken")
    assert find([tmp_path])[0] == [path]
    (refusal,) = read(path).refusals
    assert refusal.file == f"{tmp_path}/caf\\xe9.json"
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(refusal), type=Refusal) == refusal


BOUNDED = """
import resource, sys
from pathlib import Path
from truant.connectors.trail_files import read
limit = int(sys.argv[2]) << 20
resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
file = read(Path(sys.argv[1]))
print(len(file.decoded.calls), [one.reason for one in file.refusals][-1:])
"""


def read_within(megabytes: int, path: Path) -> str:
    """Read a file in a process that may take only so much memory."""
    command = [sys.executable, "-c", BOUNDED, str(path), str(megabytes)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr[-500:]
    return done.stdout


@pytest.mark.parametrize(
    ("one", "said"),
    [
        (b'{"eventName":"","eventTime":""},', "the rest of the file is left out"),
        (b"{},", "holds no CloudTrail records"),
        (b"[],", "holds no CloudTrail records"),
        (b"\0", "holds no CloudTrail records"),
        (b"\n", "0 []"),
    ],
)
def test_a_bomb_of_kilobytes_stays_within_a_gigabyte(tmp_path: Path, one: bytes, said: str) -> None:
    """The largest that a small file may inflate to."""
    start, end = (b'{"Records":[', b"{}]}") if b"," in one else (b"", b"")
    room = INFLATED_BYTES_SURE - len(start) - len(end)
    path = tmp_path / "bomb.json.gz"
    path.write_bytes(gzip.compress(start + one * (room // len(one)) + end))
    assert path.stat().st_size < 300_000
    assert said in read_within(1024, path)


def test_where_memory_is_short_the_file_is_refused_and_nothing_falls(tmp_path: Path) -> None:
    path = tmp_path / "a.json.gz"
    path.write_bytes(gzip.compress(b"x" * INFLATED_BYTES_SURE))
    assert "takes more memory than there is: split it" in read_within(120, path)


def resident(file: Path) -> float:
    """The share of a file that is in the system's cache."""
    with file.open("r+b") as stream, mmap.mmap(stream.fileno(), 0) as content:
        pages = (len(content) + mmap.PAGESIZE - 1) // mmap.PAGESIZE
        told = (ctypes.c_ubyte * pages)()
        place = ctypes.c_char.from_buffer(content)
        where = ctypes.c_void_p(ctypes.addressof(place))
        done = ctypes.CDLL(None).mincore(where, ctypes.c_size_t(len(content)), told)
        del place
    assert done == 0
    return sum(page & 1 for page in told) / pages


def test_what_is_wanted_is_brought_in(tmp_path: Path) -> None:
    file = tmp_path / "trail.json"
    file.write_bytes(os.urandom(BYTES_AHEAD))
    with file.open("rb") as stream:
        os.fsync(stream.fileno())
        os.posix_fadvise(stream.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    if resident(file) > 0.5:
        pytest.skip("the files of this folder are always in memory")
    want(file)
    ends = time.monotonic() + WITHIN_SECONDS
    while resident(file) < 0.9 and time.monotonic() < ends:
        time.sleep(0.01)
    assert resident(file) >= 0.9


def test_what_cannot_be_opened_is_let_be_and_a_pipe_does_not_stop_us(tmp_path: Path) -> None:
    want(tmp_path / "missing")
    want(tmp_path)
    os.mkfifo(tmp_path / "pipe")
    want(tmp_path / "pipe")

"""Reading ahead: the system brings in the file that is wanted next, and nothing waits for it."""

import ctypes
import mmap
import os
import time
from pathlib import Path

import pytest

from truant.connectors.trail_files import want

BYTES = 4 * 1024 * 1024
WITHIN_SECONDS = 60.0


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
    file.write_bytes(os.urandom(BYTES))
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

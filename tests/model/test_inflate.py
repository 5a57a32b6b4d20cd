"""Inflation within a bound: the standard library's gzip as oracle; bombs, damage, many members."""

import gzip
import os
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from truant.model.inflate import MEMBERS_MAX, CannotInflate, inflate

MEGABYTE = 1 << 20
CONTENTS = st.lists(st.binary(max_size=40) | st.just(b"ab" * 5_000), min_size=1, max_size=5)


@given(CONTENTS, st.integers(0, 9), st.integers(0, 3))
def test_members_are_joined_and_zeros_after_them_are_nothing(
    contents: list[bytes], level: int, zeros: int
) -> None:
    data = b"".join(gzip.compress(one, level) for one in contents) + b"\0" * zeros
    assert inflate(data, MEGABYTE) == b"".join(contents) == gzip.decompress(data)


@given(CONTENTS)
def test_the_bound_is_that_of_all_members_together(contents: list[bytes]) -> None:
    data = b"".join(map(gzip.compress, contents))
    size = sum(map(len, contents))
    assert len(inflate(data, size)) == size
    if size:
        with pytest.raises(CannotInflate, match="more than the bound allows"):
            inflate(data, size - 1)


@given(CONTENTS, st.data())
def test_a_file_cut_off_anywhere_is_refused(contents: list[bytes], data: st.DataObject) -> None:
    whole = b"".join(map(gzip.compress, contents))
    ends, at = set(), 0
    for one in contents:
        at += len(gzip.compress(one))
        ends.add(at)
    cut = data.draw(st.integers(2, len(whole) - 1).filter(lambda n: n not in ends))
    with pytest.raises(CannotInflate):
        inflate(whole[:cut], MEGABYTE)


@given(CONTENTS, st.data())
def test_damage_is_refused_or_changes_nothing(contents: list[bytes], data: st.DataObject) -> None:
    """CRC and length are checked, so that no damaged content is taken for what was written."""
    whole = bytearray(b"".join(map(gzip.compress, contents)))
    at = data.draw(st.integers(2, len(whole) - 1))
    whole[at] ^= data.draw(st.integers(1, 255))
    with suppress(CannotInflate):
        assert inflate(bytes(whole), MEGABYTE) == b"".join(contents)


@given(st.binary(max_size=200), st.booleans())
def test_no_bytes_crash(content: bytes, after_magic: bool) -> None:
    with suppress(CannotInflate):
        inflate(b"\x1f\x8b\x08" * after_magic + content, 100)


def test_what_is_no_gzip_comes_back_as_it_is_within_the_bound() -> None:
    assert inflate(b"{}", 2) == b"{}"
    with pytest.raises(CannotInflate, match="larger than 1 bytes: split it"):
        inflate(b"{}", 1)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (gzip.compress(b"{}") + b"{}", "bytes after the end"),
        (gzip.compress(b"{}") + b"\0\0x", "bytes after the end"),
        (gzip.compress(b"{}")[:-1], "cut off before its end"),
        (gzip.compress(b"{}") + gzip.compress(b"{}")[:-9], "cut off before its end"),
        (gzip.compress(b"{}")[:-8] + b"x" * 8, "broken gzip"),
        (b"\x1f\x8b", "cut off before its end"),
    ],
)
def test_the_reason_says_what_is_wrong(data: bytes, reason: str) -> None:
    with pytest.raises(CannotInflate, match=reason):
        inflate(data, MEGABYTE)


def test_a_great_many_members_take_no_longer_than_their_bytes() -> None:
    """A copy of what follows, made for each member, would take minutes here."""
    member = gzip.compress(b"{}")
    large = gzip.compress(bytes(20 * MEGABYTE), 0)
    began = time.process_time()
    assert inflate(member * MEMBERS_MAX, MEGABYTE) == b"{}" * MEMBERS_MAX
    assert len(inflate(member * 5_000 + large, 21 * MEGABYTE)) == 10_000 + 20 * MEGABYTE
    assert time.process_time() - began < 5
    with pytest.raises(CannotInflate, match="more than 100,000 gzip members: unpack it"):
        inflate(member * (MEMBERS_MAX + 2), MEGABYTE)


def test_large_members_after_the_first_are_fed_in_growing_pieces() -> None:
    large = [os.urandom(300_000), b"", os.urandom(5_000)]
    assert inflate(b"".join(map(gzip.compress, large)), MEGABYTE) == b"".join(large)


BOMB = """
import resource, sys
from pathlib import Path
from truant.model.inflate import CannotInflate, inflate
bomb = Path(sys.argv[1]).read_bytes()
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    inflate(bomb, 16 << 20)
except CannotInflate:
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


@pytest.mark.parametrize("members", [1, 16])
def test_a_bomb_takes_no_more_memory_than_the_bound(tmp_path: Path, members: int) -> None:
    """160 MB of zeros in one member or in sixteen; the bound is 16 MB."""
    (tmp_path / "bomb").write_bytes(gzip.compress(bytes(160 * MEGABYTE // members)) * members)
    command = [sys.executable, "-c", BOMB, str(tmp_path / "bomb")]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    assert int(done.stdout) < 60 * 1024, "kilobytes"

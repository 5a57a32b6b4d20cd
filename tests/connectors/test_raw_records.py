"""Records read again as they stand: with the positions that a scan names, and their bytes' hash."""

import gzip
import hashlib
import json
from pathlib import Path

import pytest

from tests.trail_records import record
from truant.connectors import trail_files
from truant.connectors.raw_records import records

THREE = [record(n) for n in (1, 2, 3)]


@pytest.mark.parametrize(
    "form",
    [
        lambda found: json.dumps({"Records": found}),
        lambda found: "\n".join(map(json.dumps, found)) + "\n",
        json.dumps,
        lambda found: "".join(json.dumps({"Records": [one]}) for one in found),
        lambda found: "\n".join(json.dumps({"detail-type": "x", "detail": one}) for one in found),
    ],
    ids=["trail", "lines", "array", "joined", "envelopes"],
)
def test_positions_are_those_of_a_scan(tmp_path: Path, form: object) -> None:
    assert callable(form)
    path = tmp_path / "a.json.gz"
    path.write_bytes(gzip.compress(form(THREE).encode()))
    found = list(records(path))
    assert [one.record["eventID"] for one in found] == ["e-1", "e-2", "e-3"]
    decoded = trail_files.read(path).decoded
    assert [one.position for one in found] == list(decoded.positions([1, 2, 3]))


def test_the_hash_is_of_the_bytes_in_the_file(tmp_path: Path) -> None:
    raw = json.dumps(THREE[0], indent=3)
    (tmp_path / "a.json").write_text(f'{{"Records": [{raw}]}}')
    (one,) = records(tmp_path / "a.json")
    assert one.digest == hashlib.sha256(raw.encode()).hexdigest()


@pytest.mark.parametrize("content", [b"", b"{", b"\x1f\x8b broken", b"[1, 2]", b"[" * 99_999])
def test_what_cannot_be_read_gives_none(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.json").write_bytes(content)
    assert list(records(tmp_path / "a.json")) == []
    assert list(records(tmp_path / "none.json")) == []

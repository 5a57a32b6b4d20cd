"""AWS's ranges from a file, a folder, the cache and a real server."""

import gzip
from pathlib import Path

import pytest

from tests.feed_server import Answer, feed_server
from tests.model.test_aws_ranges import document
from tests.shared_data import shared_data
from truant.connectors.aws_ranges import SOURCE, LoadedRanges, load
from truant.connectors.download import Source
from truant.model.bad_feed import BadFeed


def day(number: int) -> bytes:
    return document(created=f"2024-08-{number:02}-00-00-00", token=number)


def load_file(file: Path) -> LoadedRanges:
    return load(file, Path("/nowhere"), download=True, now=0)


@pytest.mark.parametrize("name", ["ranges.json", "ranges.json.gz", "no ending"])
def test_a_file_plain_or_compressed_is_read_and_nothing_downloaded(
    name: str, tmp_path: Path
) -> None:
    file = tmp_path / name
    file.write_bytes(gzip.compress(day(3)) if name.endswith("gz") else day(3))
    loaded = load_file(file)
    assert loaded.origin == f"AWS ranges: 1 snapshot of 2024-08-03, from {file}"
    assert loaded.warnings == ()
    at = loaded.history.at(2**31)
    assert at is not None
    assert at.ranges.owner("3.5.1.1") is not None


def test_a_folder_gives_its_history_and_one_broken_file_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "b.json").write_bytes(day(3))
    (tmp_path / "a.json.gz").write_bytes(gzip.compress(day(9)))
    (tmp_path / "c.json.gz").write_bytes(gzip.compress(day(10))[:-9])
    (tmp_path / "README.md").write_text("not a snapshot")
    loaded = load_file(tmp_path)
    assert [s.sync_token for s in loaded.history.snapshots] == ["3", "9"]
    assert "2 snapshots from 2024-08-03 to 2024-08-09" in loaded.origin
    assert len(loaded.warnings) == 1
    assert "c.json.gz: gzip cut off" in loaded.warnings[0]


@pytest.mark.parametrize("content", [None, b"[]", gzip.compress(day(3))[:50], b"\x1f\x8b\x08\x00"])
def test_a_wrong_file_is_an_error_that_names_it(content: bytes | None, tmp_path: Path) -> None:
    file = tmp_path / "ranges.json"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(BadFeed, match=r"ranges\.json: "):
        load_file(file)


def test_an_empty_folder_and_a_bomb_are_errors(tmp_path: Path) -> None:
    with pytest.raises(BadFeed, match="no usable snapshot"):
        load_file(tmp_path)
    bomb = tmp_path / "bomb.json.gz"
    bomb.write_bytes(gzip.compress(b" " * (SOURCE.bytes_max + 2), 1))
    with pytest.raises(BadFeed, match="more than the bound"):
        load_file(bomb)


def test_no_cache_and_no_download_means_unknown_and_says_so(tmp_path: Path) -> None:
    loaded = load(None, tmp_path / "none", download=False, now=0)
    assert (len(loaded.history), loaded.age_seconds) == (0, None)
    assert "none at hand" in loaded.origin


def test_downloads_gather_a_history_that_outlives_the_network(tmp_path: Path) -> None:
    with feed_server() as server:
        source = Source("aws-ip-ranges", server.address, SOURCE.check, keep=9)
        for number in (3, 9):
            server.answer = Answer(day(number), headers={"ETag": f'"{number}"'})
            load(None, tmp_path, download=True, now=number, source=source)
        server.answer = Answer(day(9)[:300])
        loaded = load(None, tmp_path, download=True, now=90_000 + 9, source=source)
    assert [s.sync_token for s in loaded.history.snapshots] == ["3", "9"]
    assert "not AWS's ip-ranges.json" in loaded.warnings[0]
    assert loaded.age_seconds == 90_000
    assert loaded.origin.endswith("last confirmed 1 days ago")
    offline = load(None, tmp_path, download=False, now=100, source=source)
    assert offline.history == loaded.history
    assert offline.warnings == ()


def test_a_broken_version_in_the_cache_is_left_out_with_a_warning(tmp_path: Path) -> None:
    with feed_server() as server:
        source = Source("aws-ip-ranges", server.address, SOURCE.check)
        for number in (3, 9):
            server.answer = Answer(day(number))
            load(None, tmp_path, download=True, now=number, source=source)
    (tmp_path / "aws-ip-ranges" / "3.gz").write_bytes(b"\x1f\x8b")
    loaded = load(None, tmp_path, download=False, now=9, source=source)
    assert [s.sync_token for s in loaded.history.snapshots] == ["9"]
    assert "3.gz" in loaded.warnings[0]


def test_a_download_with_no_readable_prefix_is_not_kept(tmp_path: Path) -> None:
    with feed_server() as server:
        source = Source("aws-ip-ranges", server.address, SOURCE.check)
        wrong = [{"ip_prefix": "everything", "service": "AMAZON", "region": "GLOBAL"}]
        server.answer = Answer(document(prefixes=wrong, ipv6_prefixes=[]))
        loaded = load(None, tmp_path, download=True, now=1, source=source)
    assert len(loaded.history) == 0
    assert "no prefix that can be read" in loaded.warnings[0]


def test_the_real_snapshots_are_a_history() -> None:
    loaded = load_file(shared_data("ip-ranges"))
    assert len(loaded.history) == 6
    assert loaded.warnings == ()
    assert "2018-11-27 to 2026-08-22" in loaded.origin

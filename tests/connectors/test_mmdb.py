"""MaxMind DB files, read by MaxMind's own library."""

import pickle
import sys
from pathlib import Path

import pytest

from tests.connectors.mmdb_file import mmdb_file
from truant.connectors import mmdb
from truant.connectors.mmdb import facts_of
from truant.model.bad_feed import BadFeed
from truant.model.network_feeds import NetworkFacts

RECORDS = {
    "::192.0.2.0/120": {
        "country": {"iso_code": "NL"},
        "autonomous_system_number": 64500,
        "autonomous_system_organization": "Example",
    },
    "::198.51.100.0/120": {"is_anonymous_vpn": True, "is_tor_exit_node": True},
    "2001:db8::/32": {"is_hosting_provider": True, "country": "broken"},
}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    pytest.importorskip("maxminddb", reason="the extra truant[mmdb] is not installed")
    path = tmp_path / "Made.mmdb"
    path.write_bytes(mmdb_file(RECORDS))  # type: ignore[arg-type]
    return path


def test_a_file_says_what_it_knows_of_an_address(file: Path) -> None:
    feed = mmdb.load(file, "made")
    assert feed.facts("192.0.2.9") == NetworkFacts("NL", 64500, "Example")
    assert feed.facts("198.51.100.1") == NetworkFacts(kinds=frozenset({"vpn", "tor"}))
    assert feed.facts("2001:db8::1") == NetworkFacts(kinds=frozenset({"hosting"}))
    assert feed.facts("203.0.113.1") is None
    assert feed.facts("no address") is None
    assert feed.count > 0


def test_a_pickle_carries_only_the_path(file: Path) -> None:
    feed = mmdb.load(file, "made")
    kept = pickle.dumps(feed)
    assert len(kept) < 1_000
    assert pickle.loads(kept).facts("192.0.2.9") == feed.facts("192.0.2.9")  # noqa: S301


@pytest.mark.parametrize("content", [None, b"", b"not a database", b"\xab\xcd\xefMaxMind.com\x00"])
def test_a_wrong_file_is_an_error_that_names_it(content: bytes | None, file: Path) -> None:
    file.unlink()
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(BadFeed, match=r"Made\.mmdb: is no MaxMind DB"):
        mmdb.load(file, "made")


def test_without_the_extra_the_error_says_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "maxminddb", None)
    with pytest.raises(BadFeed, match=r"pip install 'truant\[mmdb\]'"):
        mmdb.load(tmp_path / "any.mmdb", "any")


@pytest.mark.parametrize("record", [None, 3, [], {}, {"country": {"iso_code": 3}}])
def test_a_record_with_nothing_known_is_nothing(record: object) -> None:
    assert facts_of(record) is None

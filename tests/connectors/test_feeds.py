"""Feeds from files, from a folder, from the cache, and from a real server only when asked."""

import gzip
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.feed_server import Answer, FeedServer, feed_server
from tests.model.test_feed_forms import CONTENTS
from tests.shared_data import shared_data
from truant.connectors.feeds import FEEDS, PublicFeed, form_of, load
from truant.model.bad_feed import BadFeed
from truant.model.feed_forms import FORMS
from truant.model.network_feeds import NetworkFacts

NOWHERE = Path("/nowhere")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    given = tmp_path / "given"
    given.mkdir()
    (given / "my-tor-exits.csv").write_bytes(CONTENTS["tor-exits"])
    (given / "rir-country.csv.gz").write_bytes(gzip.compress(CONTENTS["countries"]))
    (given / "ip2asn.tsv").write_bytes(CONTENTS["asn-ranges"])
    (given / "README.md").write_text("nothing")
    return given


def test_a_folder_of_files_needs_no_network(folder: Path) -> None:
    loaded = load([folder], NOWHERE, download=False, now=0)
    facts = loaded.feeds.facts("192.0.2.65")
    assert (facts.country, facts.asn, set(facts.kinds)) == ("NL", 64500, {"tor"})
    assert facts.sources == ("rir-country.csv.gz", "ip2asn.tsv", "my-tor-exits.csv")
    assert loaded.warnings == ()
    assert loaded.origins[0] == f"ip2asn.tsv: 2 entries, from {folder / 'ip2asn.tsv'}"


def test_one_broken_or_unknown_file_of_a_folder_stops_nothing(folder: Path) -> None:
    (folder / "vpn.txt").write_bytes(b"<html>")
    (folder / "monitoring.txt").write_bytes(b"192.0.2.1")
    (folder / "hosting.txt").write_bytes(b"192.0.2.0/24\nx\n")
    loaded = load([folder], NOWHERE, download=False, now=0)
    assert [one.split(": ")[1][:12] for one in loaded.warnings] == [
        "1 lines left",
        "is no known ",
        "holds no lin",
    ]
    assert loaded.feeds.facts("192.0.2.65").kinds == {"tor", "hosting"}


def test_a_file_that_is_named_must_be_usable(folder: Path) -> None:
    for name in ("absent-tor.txt", "README.md"):
        with pytest.raises(BadFeed, match=name):
            load([folder / name], NOWHERE, download=False, now=0)


@pytest.fixture
def server() -> Iterator[FeedServer]:
    with feed_server() as feed:
        yield feed


@pytest.fixture
def public(server: FeedServer) -> list[PublicFeed]:
    tor = PublicFeed("tor", server.address, "none", "tor-exits", refresh_seconds=3600)
    return [tor, replace(tor, name="tor again")]


def test_nothing_is_downloaded_unless_asked_for(
    server: FeedServer, public: list[PublicFeed], tmp_path: Path
) -> None:
    loaded = load([], tmp_path, download=False, now=0, public=public)
    assert server.requests == []
    assert loaded.feeds.facts("192.0.2.65") == NetworkFacts()


def test_a_feed_is_fetched_when_due_and_used_from_the_cache_between(
    server: FeedServer, public: list[PublicFeed], tmp_path: Path
) -> None:
    server.answer = Answer(gzip.compress(CONTENTS["tor-exits"]), headers={"ETag": '"1"'})
    first = load([], tmp_path, download=True, now=0, public=public)
    assert first.feeds.facts("192.0.2.65").sources == ("tor", "tor again")
    assert len(server.requests) == 2
    load([], tmp_path, download=True, now=3599, public=public)
    assert len(server.requests) == 2
    server.answer = Answer(b"", status=503)
    late = load([], tmp_path, download=True, now=7200, public=public)
    assert len(server.requests) == 4
    assert "tor not updated: " in late.warnings[0]
    assert "answered 503" in late.warnings[0]
    assert late.ages_seconds == {"tor": 7200, "tor again": 7200}
    assert late.origins[0] == "tor: 2 entries, from the cache, last confirmed 2 hours ago"
    assert late.feeds.facts("192.0.2.65") == first.feeds.facts("192.0.2.65")


def test_a_given_file_is_used_instead_of_the_cache(
    server: FeedServer, public: list[PublicFeed], folder: Path, tmp_path: Path
) -> None:
    server.answer = Answer(b"203.0.113.1")
    loaded = load([folder], tmp_path, download=True, now=0, public=public)
    assert server.requests == []
    assert loaded.feeds.facts("203.0.113.1").kinds == frozenset()


def test_what_is_downloaded_is_checked(
    server: FeedServer, public: list[PublicFeed], tmp_path: Path
) -> None:
    server.answer = Answer(b"<html>login</html>")
    loaded = load([], tmp_path, download=True, now=0, public=public[:1])
    assert "holds no line that can be read" in loaded.warnings[0]
    assert loaded.origins == ()


def test_every_public_feed_has_a_form_a_licence_and_https() -> None:
    assert len({feed.name for feed in FEEDS}) == len(FEEDS)
    for feed in FEEDS:
        assert feed.form in FORMS
        assert feed.licence
        assert feed.address.startswith("https://")
        assert feed.refresh_seconds >= 3600


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("GeoLite2-ASN.mmdb", "mmdb"),
        ("ip2asn-combined.tsv.gz", "asn-ranges"),
        ("x4b_datacenter_asn.txt", "hosting-asns"),
        ("x4b_vpn_ipv6.txt.gz", "vpn-cidrs"),
        ("history.txt", None),
    ],
)
def test_a_file_is_recognised_by_a_word_of_its_name(name: str, form: str | None) -> None:
    assert form_of(name) == form


REAL = {
    "bad-asn-list.csv": 723,  # of 742 lines: some name a system twice
    "rir-country-cidr.csv.gz": 243_034,
    "tor_exits.csv.gz": 5_933,
    "x4b_datacenter_asn.txt": 892,
    "x4b_datacenter_ipv4.txt.gz": 42_566,
    "x4b_datacenter_ipv6.txt.gz": 8_752,
    "x4b_vpn_ipv4.txt.gz": 10_862,
    "x4b_vpn_ipv6.txt.gz": 498,
}


def test_the_real_folder_is_read_whole() -> None:
    loaded = load([shared_data("geo-asn")], NOWHERE, download=False, now=0)
    assert loaded.warnings == ()
    assert {feed.name: feed.count for feed in loaded.feeds.feeds} == REAL
    facts = loaded.feeds.facts("204.8.96.141")
    assert (facts.country, "tor" in facts.kinds) == ("US", True)

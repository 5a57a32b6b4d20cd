"""Feeds in their published forms, and what they say together of an address."""

import pickle
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from truant.model.address_lists import ListFormat, parse
from truant.model.bad_feed import BadFeed
from truant.model.feed_forms import FORMS
from truant.model.network_feeds import NetworkFacts, NetworkFeed, NetworkFeeds

CONTENTS = {
    "countries": b"network,country\n192.0.2.0/24,nl\n2001:db8::/32,DE\n198.51.100.0,203.0.113.9,US",
    "asn-ranges": b"192.0.2.0\t192.0.2.127\t64500\tNL\tEXAMPLE-NET Example, BV\n"
    b"192.0.2.128\t192.0.2.255\t0\tNone\tNot routed\n"
    b"2001:db8::\t2001:db8::ffff\t64501\tNone\tHOSTER\n",
    "hosting-cidrs": b"# made\n192.0.2.0/25\n2001:db8::/48\n",
    "vpn-cidrs": b"192.0.2.64/26\n",
    "tor-exits": b"fingerprint, ipaddr, port\nAB12, 192.0.2.65, 443\nAB12, 2001:db8::1, 81\n",
    "hosting-asns": b'ASN,Entity\n64501, "Hoster, NL"\n"64502","Other" \n',
}


def feeds(*forms: str) -> NetworkFeeds:
    return NetworkFeeds(tuple(FORMS[form](CONTENTS[form], form) for form in forms))


def test_all_feeds_together_say_what_each_knows() -> None:
    own = parse(b"192.0.2.64/27\n", ListFormat.TXT, "office")
    every = NetworkFeeds(feeds(*FORMS).feeds, (own,))
    assert every.facts("192.0.2.65") == NetworkFacts(
        country="NL",
        asn=64500,
        asn_org="EXAMPLE-NET Example, BV",
        kinds=frozenset({"hosting", "vpn", "tor"}),
        lists=("office",),
        sources=("countries", "asn-ranges", "hosting-cidrs", "vpn-cidrs", "tor-exits", "office"),
    )
    assert every.facts("203.0.113.200") == every.facts("no address") == NetworkFacts()
    again = pickle.loads(pickle.dumps(every))  # noqa: S301 - our own bytes
    assert again.facts("192.0.2.65") == every.facts("192.0.2.65")


def test_the_earlier_feed_counts_and_an_owner_stays_with_its_asn() -> None:
    facts = feeds("countries", "asn-ranges").facts("2001:db8::1")
    assert (facts.country, facts.asn, facts.asn_org) == ("DE", 64501, "HOSTER")
    named = NetworkFacts(asn_org="somebody")
    assert named.joined(NetworkFacts(asn=1)).asn_org is None
    assert NetworkFacts(asn=1, asn_org="one").joined(NetworkFacts(asn=2, asn_org="two")).asn == 1


def test_an_autonomous_system_of_a_kind_makes_its_addresses_of_that_kind() -> None:
    with_asns = feeds("asn-ranges", "hosting-asns")
    assert with_asns.facts("2001:db8::1").kinds == {"hosting"}
    assert with_asns.facts("2001:db8::1").sources == ("asn-ranges", "hosting-asns")
    assert with_asns.facts("192.0.2.1").kinds == frozenset()
    assert feeds("hosting-asns").facts("2001:db8::1") == NetworkFacts()


def test_space_that_is_not_routed_and_a_country_that_is_none_are_unknown() -> None:
    table = feeds("asn-ranges")
    assert table.facts("192.0.2.200") == NetworkFacts()
    assert table.facts("2001:db8::1").country is None


@pytest.mark.parametrize(
    "content",
    [
        b"192.0.2.65\n2001:db8::1\n",
        (
            b"ExitNode AB12\nPublished 2026-01-01 00:00:00\nLastStatus 2026-01-01 00:00:00\n"
            b"ExitAddress 192.0.2.65 2026-01-01 00:00:00\nExitAddress 2001:db8::1 2026-01-01"
        ),
        CONTENTS["tor-exits"],
    ],
)
def test_tors_exits_are_read_in_each_form(content: bytes) -> None:
    feed = FORMS["tor-exits"](content, "tor")
    assert (feed.count, feed.refused) == (2, ())
    for address in ("192.0.2.65", "2001:db8::1"):
        assert feed.facts(address) == NetworkFacts(kinds=frozenset({"tor"}))


def test_autonomous_systems_are_read_with_a_comment_as_name() -> None:
    feed = FORMS["hosting-asns"](b"AS64500 # Hoster, NL\nas64501\n", "asns")
    assert dict(feed.asn_kinds) == {64500: "hosting", 64501: "hosting"}


WRONG_LINES = {
    "countries": b"192.0.2.0/99,NL\n192.0.2.0/24,Unknown\n",
    "asn-ranges": b"192.0.2.9\t192.0.2.0\t64500\tNL\tX\n192.0.2.0\t192.0.2.9\tAS one\tNL\tX\n",
    "hosting-cidrs": b"192.0.2.0/99\n<html>\n",
    "vpn-cidrs": b"example.com\n192.0.2.0/\n",
    "tor-exits": b"ExitAddress nowhere\nAB12, 1.2.3, 443\n",
    "hosting-asns": b"AS99999999999\nhoster,64500\n",
}


@pytest.mark.parametrize("form", FORMS)
def test_wrong_lines_are_refused_by_number_and_the_rest_counts(form: str) -> None:
    alone = len(CONTENTS[form].splitlines())
    feed = FORMS[form](CONTENTS[form].rstrip() + b"\n" + WRONG_LINES[form], "feed")
    assert [one.line for one in feed.refused] == [alone + 1, alone + 2]
    assert all(one.reason for one in feed.refused)
    assert feed.count == FORMS[form](CONTENTS[form], "feed").count


@pytest.mark.parametrize("form", FORMS)
def test_a_file_with_no_right_line_is_an_error(form: str) -> None:
    for content, place in ((WRONG_LINES[form], "feed, line 1: "), (b"", "feed: ")):
        with pytest.raises(BadFeed, match=f"{place}holds no line that can be read"):
            FORMS[form](content, "feed")


@given(st.binary(max_size=200), st.sampled_from(list(FORMS)), st.booleans())
def test_no_bytes_crash(content: bytes, form: str, after_good: bool) -> None:
    _read_or_refuse(lambda: FORMS[form](CONTENTS[form] * after_good + content, "noise"))


def _read_or_refuse(read: Callable[[], NetworkFeed]) -> None:
    try:
        assert read().count > 0
    except BadFeed as error:
        assert error.remedy

"""What several feeds and lists say of one address, put together."""

import pickle

from hypothesis import given
from hypothesis import strategies as st

from truant.model.address_lists import ListFormat, parse
from truant.model.network_feeds import (
    HOSTING,
    TOR,
    VPN,
    NetworkFacts,
    NetworkFeed,
    NetworkFeeds,
    NoAddresses,
)

KINDS = st.frozensets(st.sampled_from([HOSTING, VPN, TOR]))
NAMES = st.lists(st.sampled_from("abc"), max_size=3, unique=True).map(tuple)
FACTS = st.builds(
    NetworkFacts,
    country=st.none() | st.sampled_from(["NL", "DE"]),
    asn=st.none() | st.sampled_from([64500, 64501]),
    asn_org=st.none() | st.sampled_from(["one", "two"]),
    kinds=KINDS,
    lists=NAMES,
    sources=NAMES,
)


@given(FACTS, FACTS, FACTS)
def test_joining_keeps_all_and_prefers_the_first(
    one: NetworkFacts, other: NetworkFacts, third: NetworkFacts
) -> None:
    both = one.joined(other)
    assert both.country == (one.country or other.country)
    assert both.kinds == one.kinds | other.kinds
    assert set(both.lists) == {*one.lists, *other.lists}
    assert both.sources[: len(one.sources)] == one.sources
    assert one.joined(other).joined(third) == one.joined(other.joined(third))
    assert both.joined(both) == both


@given(FACTS, FACTS)
def test_an_owner_is_never_named_beside_anothers_number(
    one: NetworkFacts, other: NetworkFacts
) -> None:
    both = one.joined(other)
    owner = one if one.asn is not None else other
    assert (both.asn, both.asn_org) == (owner.asn, owner.asn_org)


class Looked:
    """A feed that knows one address and counts how often it is asked."""

    def __init__(self, facts: NetworkFacts) -> None:
        self.facts = facts
        self.asked = 0

    def value(self, address: str) -> NetworkFacts | None:
        """Answer, and count."""
        self.asked += 1
        return self.facts if address == "192.0.2.1" else None


def test_every_answer_names_its_sources_and_is_looked_up_once() -> None:
    lookups = Looked(NetworkFacts(asn=64500)), Looked(NetworkFacts(country="NL"))
    by_asn = NetworkFeed("asns", NoAddresses(), 1, asn_kinds={64500: HOSTING})
    office = parse(b"192.0.2.0/24", ListFormat.TXT, "office")
    first, second = (NetworkFeed(n, look, 1) for n, look in zip("ab", lookups, strict=True))
    feeds = NetworkFeeds((first, by_asn, second), (office,))
    told = feeds.facts("192.0.2.1")
    assert told == NetworkFacts(
        "NL", 64500, None, frozenset({HOSTING}), ("office",), ("a", "b", "asns", "office")
    )
    assert feeds.facts("192.0.2.1") is told
    assert [look.asked for look in lookups] == [1, 1]
    assert feeds.facts("198.51.100.1") == NetworkFacts()


def test_remembered_answers_stay_at_home() -> None:
    feeds = NetworkFeeds((), (parse(b"192.0.2.0/24", ListFormat.TXT, "office"),))
    before = len(pickle.dumps(feeds))
    assert feeds.facts("192.0.2.1").lists == ("office",)
    assert len(pickle.dumps(feeds)) == before


def test_a_feed_of_no_addresses_knows_none() -> None:
    assert NetworkFeed("asns", NoAddresses(), 1).facts("192.0.2.1") is None
    assert NetworkFeeds().facts("192.0.2.1") == NetworkFacts()

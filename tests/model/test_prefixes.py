"""Longest-prefix match: laws against the standard library's ipaddress as oracle."""

import pickle
from ipaddress import (
    IPv4Address,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)

import pytest
from hypothesis import given
from hypothesis import strategies as st

from truant.model.prefixes import Match, PrefixTable, Refused, read_address

Address = IPv4Address | IPv6Address
MAPPED = IPv6Network("::ffff:0:0/96")


def _cidr(address: Address, length: int) -> str:
    return f"{address}/{min(length, address.max_prefixlen)}"


# Few high bits differ, so that networks cover one another and addresses hit them.
v4 = st.integers(0, 2**32 - 1).map(lambda n: IPv4Address(n & 0xC00000FF))
v6 = st.integers(0, 2**128 - 1).map(lambda n: IPv6Address(n & ((0xE << 124) | 0xFF)))
addresses = st.one_of(v4, v6, st.ip_addresses()).filter(
    lambda a: not (isinstance(a, IPv6Address) and a in MAPPED)
)
cidrs = st.builds(_cidr, addresses, st.integers(0, 128))


@given(st.lists(cidrs, max_size=20), addresses)
def test_finds_the_longest_network_that_ipaddress_finds(texts: list[str], address: Address) -> None:
    table = PrefixTable((text, number) for number, text in enumerate(texts))
    values = {ip_network(text, strict=False): number for number, text in enumerate(texts)}
    holding = [n for n in values if n.version == address.version and address in n]
    expected = sorted(holding, key=lambda n: -n.prefixlen)
    found = table.covering(str(address))
    assert [(ip_network(m.prefix), m.value) for m in found] == [(n, values[n]) for n in expected]
    assert table.best(str(address)) == (found[0] if found else None)
    assert (len(table), table.refused) == (len(values), ())


@given(st.lists(cidrs, max_size=10), addresses)
def test_a_pickled_table_answers_the_same(texts: list[str], address: Address) -> None:
    table = PrefixTable((text, text) for text in texts)
    again = pickle.loads(pickle.dumps(table))  # noqa: S301 - our own bytes
    assert again.covering(str(address)) == table.covering(str(address))
    assert again.items() == table.items()
    assert len(again) == len(table)


@given(st.text(max_size=60))
def test_no_text_raises_and_only_strict_addresses_are_read(text: str) -> None:
    table = PrefixTable([(text, 1)])
    table.best(text)
    try:
        expected = ip_address(text)
    except ValueError:
        assert read_address(text) is None
    else:
        assert read_address(text) is not None or "%" in text or expected.version == 6


@given(addresses)
def test_every_address_is_read_as_ipaddress_reads_it(address: Address) -> None:
    assert read_address(str(address)) == address


LOOSE = ["1", "1.2.3", "010.0.0.1", "0x0a.0.0.1", "fe80::1%eth0", " 10.0.0.1", "10.0.0.1\x00"]


@pytest.mark.parametrize("text", [*LOOSE, "", "\ud800", "1" * 10_000_000, "HIDDEN", "٣.1.1.1"])
def test_loose_and_hostile_text_is_no_address(text: str) -> None:
    table = PrefixTable([("0.0.0.0/0", "all"), ("::/0", "all")])
    assert table.best(text) is None
    assert table.covering(text) == ()


def test_what_is_no_network_is_refused_with_its_position() -> None:
    texts = ["10.0.0.0/8", "ten", "10.0.0.0/33", "10.0.0.0/255.0.0.0", "::/129", "10.0.0.0/ 8", "/"]
    table = PrefixTable((text, 1) for text in texts)
    assert [(r.position, r.text) for r in table.refused] == list(enumerate(texts))[1:]
    assert table.refused[0] == Refused(1, "ten", "not an IP address or CIDR block")
    assert len(table) == 1


def test_the_later_of_two_pairs_counts_unless_merged() -> None:
    pairs = [("10.9.9.9/8", "a"), ("10.0.0.0/8", "b")]
    assert PrefixTable(pairs).best("10.1.1.1") == Match("10.0.0.0/8", "b")
    merged = PrefixTable(pairs, merge=lambda earlier, later: earlier + later)
    assert merged.best("10.1.1.1") == Match("10.0.0.0/8", "ab")


def test_families_do_not_mix() -> None:
    table = PrefixTable([("2600::/12", "v6"), ("38.0.0.0/8", "v4")])
    assert table.best("38.0.0.1") == Match("38.0.0.0/8", "v4")
    assert PrefixTable([("2600::/12", "v6")]).best("38.0.0.1") is None


def test_a_mapped_address_is_the_address_it_holds() -> None:
    table = PrefixTable([("192.0.2.0/24", "v4"), ("::ffff:198.51.100.0/120", "mapped")])
    assert table.best("::ffff:192.0.2.1") == Match("192.0.2.0/24", "v4")
    assert table.best("198.51.100.7") == Match("198.51.100.0/24", "mapped")
    assert PrefixTable([("::ffff:0:0/90", 1)]).refused[0].position == 0

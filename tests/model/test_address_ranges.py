"""Flat address ranges: laws against a plain search through the list."""

import pickle
from ipaddress import ip_address, ip_network

from hypothesis import given
from hypothesis import strategies as st

from truant.model.address_ranges import AddressRanges
from truant.model.prefixes import PrefixTable, Refused

octets = st.integers(0, 30)
numbers = st.one_of(octets, octets.map(lambda n: 2**32 - 1 - n))
ranges = st.tuples(numbers, numbers).map(sorted)


def v4(number: int) -> str:
    return str(ip_address(number))


def v6(number: int) -> str:
    return str(ip_address(2**127 + number))


@given(st.lists(ranges, max_size=12), numbers, st.sampled_from([v4, v6]))
def test_the_range_that_starts_last_counts(bounds, number, text) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
    rows = [(text(low), text(high), index) for index, (low, high) in enumerate(bounds)]
    table = AddressRanges(rows)
    holding = [(low, -high, i) for i, (low, high) in enumerate(bounds) if low <= number <= high]
    assert table.value(text(number)) == (max(holding)[2] if holding else None)
    assert (table.count, table.refused) == (len(bounds), ())
    again = pickle.loads(pickle.dumps(table))  # noqa: S301 - our own bytes
    assert again.value(text(number)) == table.value(text(number))


@given(st.lists(st.tuples(numbers, st.integers(20, 32)), max_size=12), numbers)
def test_nested_networks_answer_as_a_prefix_table(
    networks: list[tuple[int, int]], number: int
) -> None:
    texts = [f"{v4(address)}/{length}" for address, length in networks]
    table = AddressRanges((text, "", ip_network(text, strict=False)) for text in texts)
    best = PrefixTable((text, 1) for text in texts).best(v4(number))
    found = table.value(v4(number))
    assert (found and str(found)) == (best and best.prefix)


def test_what_is_no_range_is_refused_with_its_position() -> None:
    rows = [
        ("192.0.2.0", "192.0.2.9", 1),
        ("192.0.2.9", "192.0.2.0", 2),
        ("192.0.2.0", "2001:db8::1", 3),
        ("192.0.2.0", "end", 4),
        ("192.0.2.0/40", "", 5),
    ]
    table = AddressRanges(rows)
    assert [refused.position for refused in table.refused] == [1, 2, 3, 4]
    assert table.refused[0] == Refused(1, "192.0.2.9 192.0.2.0", "ends before it starts")
    assert (table.count, table.value("192.0.2.9"), table.value("192.0.2.10")) == (1, 1, None)
    assert table.value("everything") is None


def test_the_last_address_of_each_family_has_no_end_beyond_it() -> None:
    table = AddressRanges(
        [("0.0.0.0/0", "", "all"), ("ffff::", str(ip_address(2**128 - 1)), "end")]
    )
    assert table.value("255.255.255.255") == "all"
    assert table.value("::1") is None
    assert table.value(str(ip_address(2**128 - 1))) == "end"

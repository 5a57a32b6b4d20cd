"""Addresses and origins: the standard library's ipaddress as oracle, and hostile texts."""

import ipaddress
import tracemalloc

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from truant.model import network
from truant.model.network import (
    HARM,
    HOME,
    NEUTRAL,
    Origin,
    Place,
    Via,
    canonical,
    is_account,
    is_private,
    neighbourhood,
    within,
)

ADDRESSES = st.ip_addresses()


@given(ADDRESSES)
def test_every_writing_of_an_address_has_one_text(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> None:
    mapped = isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped
    one = str(mapped or address)
    for text in (str(address), address.exploded, str(address).upper(), f" {address}\n"):
        assert canonical(text) == one
    if isinstance(address, ipaddress.IPv4Address):
        assert canonical(f"::ffff:{address}") == one
    assert canonical(one) == one


@pytest.mark.parametrize(
    "text",
    [
        "",
        "AWS Internal",
        "ec2.amazonaws.com",
        "HIDDEN_DUE_TO_SECURITY_REASONS",
        "***",
        "1.2.3",
        "1.2.3.4.5",
        "1.2.3.256",
        "08.1.250.216",  # a leading zero: octal to some, so no address
        "1.2.3.4/32",
        "1.2.3.4:443",
        "[2001:db8::1]",
        "fe80::1%eth0",
        "2001:db8::g",
        "١.٢.٣.٤",
        "1.2.3.4\0",
        "123456789",
        "1.2.3.4, 5.6.7.8",
    ],
)
def test_what_is_no_address_is_none(text: str) -> None:
    assert canonical(text) is None


@given(st.text(max_size=80))
def test_no_text_crashes(text: str) -> None:
    found = canonical(text)
    assert found is None or str(ipaddress.ip_address(found)) == found


def test_long_texts_are_not_remembered() -> None:
    """The addresses of a million hostile records must not stay in memory."""
    tracemalloc.start()
    for number in range(200):
        assert canonical(f"{number}" + "x" * 100_000) is None
        assert canonical(" " * 100_000 + f"192.0.2.{number}") is None
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert kept < 2_000_000


@pytest.mark.parametrize(
    ("address", "private"),
    [
        ("10.0.0.1", True),
        ("172.16.0.1", True),
        ("172.31.255.255", True),
        ("172.32.0.1", False),
        ("192.168.0.1", True),
        ("100.64.0.1", True),
        ("100.127.255.255", True),
        ("100.128.0.1", False),
        ("169.254.169.254", True),
        ("127.0.0.1", True),
        ("192.0.2.1", False),
        ("8.8.8.8", False),
        ("::1", True),
        ("fd00::1", True),
        ("fe80::1", True),
        ("2001:db8::1", False),
        ("2a05:d018::1", False),
    ],
)
def test_private_is_what_the_internet_never_routes(address: str, private: bool) -> None:
    assert is_private(address) is private


@given(ADDRESSES, st.ip_addresses(), st.integers(0, 32))
def test_within_is_membership(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address,
    other: ipaddress.IPv4Address | ipaddress.IPv6Address,
    length: int,
) -> None:
    network_of = ipaddress.ip_network(f"{other}/{length}", strict=False)
    assert within(str(address), str(network_of)) == (address in network_of)


@pytest.mark.parametrize("cidr", ["", "10.0.0.0/33", "pl-12345678", "0.0.0.0/0/0"])
def test_nothing_lies_within_what_is_no_network(cidr: str) -> None:
    assert not within("10.0.0.1", cidr)


@given(ADDRESSES)
def test_a_neighbourhood_holds_its_addresses(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> None:
    assume(canonical(str(address)) == str(address))
    around = neighbourhood(str(address))
    assert address in ipaddress.ip_network(around)
    assert around.endswith("/24" if address.version == 4 else "/48")
    first = ipaddress.ip_network(around)[0]
    assert neighbourhood(str(first)) == around


@pytest.mark.parametrize(
    ("text", "account"),
    [
        ("111122223333", True),
        (None, False),
        ("", False),
        ("11112222333", False),
        ("1111222233334", False),
        ("111122223333\n", False),
        ("١١١١٢٢٢٢٣٣٣٣", False),
        ("emr-serverless.amazonaws.com", False),
    ],
)
def test_an_account_is_twelve_digits(text: str | None, account: bool) -> None:
    assert is_account(text) is account


def test_an_origin_says_what_it_is() -> None:
    address = "192.0.2.1"
    assert str(Origin(Via.DIRECT, address)) == address
    assert str(Origin(Via.DIRECT)) == "an unknown address"
    through = Origin(Via.DIRECT, "10.0.0.1", "vpce-1")
    assert str(through) == "10.0.0.1 through VPC endpoint vpce-1"
    owned = Origin(Via.DIRECT, "10.0.0.1", "vpce-1", "111122223333")
    assert str(owned) == "10.0.0.1 through VPC endpoint vpce-1 of account 111122223333"


@given(
    st.lists(
        st.builds(
            Origin,
            st.sampled_from(Via),
            *(st.none() | st.sampled_from(["a", "b"]) for _ in range(3)),
        ),
        unique=True,
    )
)
def test_different_origins_have_different_places_in_the_order(origins: list[Origin]) -> None:
    assert len({origin.order for origin in origins}) == len(origins)


def test_every_place_has_its_harm_and_no_place_two_meanings() -> None:
    assert set(HARM) == set(Place)
    assert sorted(HARM.values()) == list(range(len(Place)))
    assert not HOME & NEUTRAL
    assert max(HARM[place] for place in HOME) < min(HARM[place] for place in set(Place) - HOME)
    assert network.HARM[Place.OUTSIDE_AWS] == len(Place) - 1

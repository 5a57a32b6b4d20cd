"""STIX 1 in XML: the elements that count, by line, and what is refused whole."""

from ipaddress import IPv4Address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from truant.model.bad_feed import BadFeed
from truant.model.stix_addresses import COMMA, stix_entries

NUMBERS = st.integers(0, 2**32 - 1)


def package(*lines: str) -> bytes:
    """A package whose lines stand from line 2 on."""
    spaces = 'xmlns:A="http://cybox/AddressObject-2" xmlns:D="http://cybox/DomainNameObject-1"'
    return "\n".join([f"<P {spaces}>", *lines, "</P>"]).encode()


def address(text: str, condition: str = "Equals") -> str:
    return f'<A:Address_Value condition="{condition}">{text}</A:Address_Value>'


def test_addresses_and_names_come_with_their_lines_and_nothing_else_does() -> None:
    content = package(
        address(f"192.0.2.1{COMMA} 192.0.2.2"),
        "<D:Value>example.org</D:Value>",
        "<A:Value>not of a domain name</A:Value>",
        "<A:Address_Value>2001:db8::/32",
        "</A:Address_Value>",
        "<A:Other>192.0.2.9</A:Other>",
        "text between",
    )
    assert stix_entries(content, "list") == [
        (2, "192.0.2.1"),
        (2, "192.0.2.2"),
        (3, "example.org"),
        (6, "2001:db8::/32"),
    ]


@given(NUMBERS, NUMBERS)
def test_a_range_is_the_networks_that_make_it_up(one: int, other: int) -> None:
    first, last = sorted((one, other))
    text = f"{IPv4Address(first)}{COMMA}{IPv4Address(last)}"
    found = [text for _, text in stix_entries(package(address(text, "InclusiveBetween")), "list")]
    networks = [ip_network(text) for text in found]
    assert sum(network.num_addresses for network in networks) == last - first + 1
    assert networks[0][0] == IPv4Address(first)
    assert networks[-1][-1] == IPv4Address(last)


@pytest.mark.parametrize(
    "text",
    ["192.0.2.9##comma##192.0.2.8", "192.0.2.1##comma##::1", "192.0.2.1", "a##comma##b", ""],
)
def test_what_is_no_range_comes_back_as_one_text(text: str) -> None:
    entries = stix_entries(package(address(text, "InclusiveBetween")), "list")
    assert entries == [(2, " to ".join(text.split(COMMA)))]


@pytest.mark.parametrize(
    ("content", "position", "problem"),
    [
        (b"", "line 1", "no element found"),
        (b"<a>\n<b></a>", "line 2", "mismatched tag"),
        (b"<a>&undefined;</a>", "line 1", "undefined entity"),
        (b'{"type": "bundle"}', "line 1", "not well-formed"),
        (b"<a>\xff</a>", "line 1", "not well-formed"),
        (b"<!DOCTYPE a><a/>", "line 1", "has a document type"),
        (b'\n<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "line 2", "has a document type"),
    ],
)
def test_what_is_no_stix_is_an_error_with_line_and_remedy(
    content: bytes, position: str, problem: str
) -> None:
    with pytest.raises(BadFeed, match=problem) as caught:
        stix_entries(content, "list")
    assert (caught.value.source, caught.value.position) == ("list", position)
    assert caught.value.remedy


@given(st.binary(max_size=100), st.booleans())
def test_no_bytes_crash(content: bytes, within: bool) -> None:
    try:
        stix_entries(package(address("1")) + content if within else content, "noise")
    except BadFeed as error:
        assert error.position

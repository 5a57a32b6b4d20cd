"""GuardDuty's list formats, as its user guide describes them, and what hostile lists do."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from truant.model.address_lists import FILE_BYTES_MAX, AddressList, ListFormat, parse
from truant.model.bad_feed import BadFeed
from truant.model.prefixes import Match

FIRE_EYE_COLUMNS = (
    "reportId, title, sourceIp, asn, cidr, domain, networkIdentifier, ip, port, protocol"
)


def stix(*properties: str) -> str:
    """A STIX 1.2 package with these CybOX properties, one a line from line 5 on."""
    body = "\n".join(f"<cybox:Properties>{one}</cybox:Properties>" for one in properties)
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<stix:STIX_Package xmlns:stix="http://stix.mitre.org/stix-1" xmlns:cybox="urn:cybox"
 xmlns:A="http://cybox.mitre.org/objects#AddressObject-2"
 xmlns:D="http://cybox.mitre.org/objects#DomainNameObject-1"><stix:Observables>
{body}
</stix:Observables></stix:STIX_Package>"""


def address(text: str, more: str = "") -> str:
    return f"<A:Address_Value {more}>{text}</A:Address_Value>"


CONTENTS = {
    ListFormat.TXT: "192.0.2.0/24\n198.51.100.1\n*.example.org\n",
    ListFormat.STIX: stix(
        address("192.0.2.0##comma##192.0.2.255", 'condition="InclusiveBetween"'),
        address("198.51.100.1"),
        '<D:Value condition="Equals">*.example.org</D:Value>',
    ),
    ListFormat.OTX_CSV: "Indicator type, Indicator, Description\nCIDR, 192.0.2.0/24, x\n"
    'IPv4, 198.51.100.1, "a, b"\nDomain name, *.example.org, x\n',
    ListFormat.ALIEN_VAULT: "# reputation\n192.0.2.0/24#4#2#Malicious Host#KR##37.5,126.9#3\n"
    "198.51.100.1#4#2##CN#Guangzhou#23.1,113.2#3\n*.example.org#4#2#Scanning#PL##52.2,21.0#3\n",
    ListFormat.PROOF_POINT: "ip, category, score, first_seen, last_seen, ports (|)\n"
    "192.0.2.0/24, 1, 100, 2000-01-01, 2000-01-01, \n198.51.100.1, 1, 100, 2000-01-01,\n"
    "*.example.org, 1, 100, 2000-01-01, 2000-01-01, 80|443\n",
    ListFormat.FIRE_EYE: f"{FIRE_EYE_COLUMNS}\n\n01-1, a, , , 192.0.2.0/24, , Related, , ,\n"
    "\n 01-2, b, 10.0.0.1, , , *.example.org, Related, 198.51.100.1, 8080, UDP\n",
}


@pytest.mark.parametrize("list_format", ListFormat)
def test_every_format_gives_its_networks_and_names(list_format: ListFormat) -> None:
    found = parse(CONTENTS[list_format].encode(), list_format, "mine")
    assert {one.prefix for one in found.networks.items()} == {"192.0.2.0/24", "198.51.100.1/32"}
    assert set(found.domains) == {"*.example.org"}
    assert (found.refused, found.count, found.name) == ((), 3, "mine")
    assert found.match("192.0.2.77") is not None
    assert found.match("10.0.0.1") is None


@pytest.mark.parametrize("list_format", ListFormat)
def test_line_ends_and_a_byte_order_mark_change_nothing(list_format: ListFormat) -> None:
    text = CONTENTS[list_format]
    plain = parse(text.encode(), list_format, "mine")
    for changed in ("\ufeff" + text, text.replace("\n", "\r\n"), text.replace("\n", "\r")):
        found = parse(changed.encode(), list_format, "mine")
        assert found.networks.items() == plain.networks.items()
        assert found.domains == plain.domains


def txt(text: str) -> AddressList:
    return parse(text.encode(), ListFormat.TXT, "mine")


def test_a_match_names_its_line_and_ipv6_counts() -> None:
    found = txt("# ours\n\n2001:db8::/32  # lab\n192.0.2.1\n")
    assert found.match("2001:db8::7") == Match("2001:db8::/32", 3)
    assert found.match("192.0.2.1") == Match("192.0.2.1/32", 4)


def test_what_is_no_entry_is_refused_with_its_line_and_a_short_text() -> None:
    found = txt("192.0.2.1\n192.0.2.256\n192.0.2.0/33\nfoo\n" + "x" * 5_000 + "\nhttp://a.b/\n")
    assert [(one.line, one.text[:12]) for one in found.refused] == [
        (2, "192.0.2.256"),
        (3, "192.0.2.0/33"),
        (4, "foo"),
        (5, "x" * 12),
        (6, "http://a.b/"),
    ]
    assert max(len(one.text) for one in found.refused) == 200


def test_a_range_is_the_networks_that_make_it_up_and_a_wrong_one_is_refused() -> None:
    between = 'condition="InclusiveBetween"'
    content = stix(
        address("192.0.2.1##comma##192.0.2.2", between),
        address("192.0.2.9##comma##192.0.2.8", between),
        address("192.0.2.9##comma##2001:db8::1", between),
        address("198.51.100.1##comma##198.51.100.9", 'apply_condition="ANY"'),
        address("bob@example.com", 'category="e-mail"'),
    )
    found = parse(content.encode(), ListFormat.STIX, "mine")
    assert [one.prefix for one in found.networks.items()] == [
        "192.0.2.1/32",
        "192.0.2.2/32",
        "198.51.100.1/32",
        "198.51.100.9/32",
    ]
    assert found.match("192.0.2.1") == Match("192.0.2.1/32", 5)
    assert [one.line for one in found.refused] == [6, 7, 9]


def test_an_entity_bomb_is_refused_before_it_grows() -> None:
    bomb = b'<!DOCTYPE a [<!ENTITY x "192.0.2.1">]><a>&x;</a>'
    with pytest.raises(BadFeed, match=r"mine, line 1: has a document type"):
        parse(bomb, ListFormat.STIX, "mine")


@pytest.mark.parametrize("encoding", ["ATF-8", "idna", "utf-7", "UTF-16"])
def test_an_encoding_that_a_file_names_is_not_looked_up(encoding: str) -> None:
    content = stix(address("192.0.2.1")).replace("UTF-8", encoding)
    assert parse(content.encode(), ListFormat.STIX, "mine").count == 1


def test_a_value_in_a_million_pieces_costs_little() -> None:
    content = stix(address("&#49;" * 1_000_000), address("192.0.2.1"))
    found = parse(content.encode(), ListFormat.STIX, "mine")
    assert found.count == 1
    assert len(found.refused) == 1


WRONG = [
    (ListFormat.TXT, "", "holds no address"),
    (ListFormat.TXT, "Indicator type, Indicator\nIPv4, 192.0.2.1\n", "line 1: holds no address"),
    (ListFormat.STIX, "192.0.2.1\n", "line 1: is not STIX 1 in XML"),
    (ListFormat.STIX, '{"type": "bundle"}', "STIX 2"),
    (ListFormat.STIX, stix(address("192.0.2.1"))[:-30], "is not STIX 1"),
    (ListFormat.OTX_CSV, "IPv4, 192.0.2.1\n", "names no column indicator"),
    (ListFormat.OTX_CSV, "", "names no column indicator"),
    (ListFormat.PROOF_POINT, "192.0.2.1, 1\n", "names no column ip or domain"),
    (ListFormat.FIRE_EYE, "a, b\n1, 2\n", "names no column cidr"),
    (ListFormat.OTX_CSV, "Indicator\n" + "x" * 200_000, "line 2: cannot be split"),
]


@pytest.mark.parametrize(("list_format", "content", "problem"), WRONG)
def test_a_wrong_list_is_an_error_with_line_and_remedy(
    list_format: ListFormat, content: str, problem: str
) -> None:
    with pytest.raises(BadFeed, match=problem):
        parse(content.encode(), list_format, "mine")


def test_guarddutys_limits_hold() -> None:
    with pytest.raises(BadFeed, match="larger than 35 MB"):
        parse(b"\n" * (FILE_BYTES_MAX + 1), ListFormat.TXT, "mine")
    content = "\n".join(f"192.0.2.{number}" for number in range(5)).encode()
    assert parse(content, ListFormat.TXT, "mine", entries_max=5).count == 5
    with pytest.raises(BadFeed, match="5 entries, more than 4"):
        parse(content, ListFormat.TXT, "mine", entries_max=4)


@given(st.binary(max_size=300), st.sampled_from(ListFormat))
def test_no_bytes_crash(content: bytes, list_format: ListFormat) -> None:
    _parse_or_refuse(lambda: parse(content, list_format, "noise"))


@given(st.data(), st.sampled_from(ListFormat))
def test_no_damage_crashes(data: st.DataObject, list_format: ListFormat) -> None:
    content = bytearray(CONTENTS[list_format].encode())
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    _parse_or_refuse(lambda: parse(bytes(content), list_format, "noise"))


def _parse_or_refuse(read: Callable[[], AddressList]) -> None:
    try:
        found = read()
    except BadFeed as error:
        assert error.remedy
    else:
        assert found.count > 0

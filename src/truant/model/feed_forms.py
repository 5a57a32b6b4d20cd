"""The forms in which feeds are published, each read into a NetworkFeed.

One form, one function of (content, name of the feed), one line in FORMS. A line that cannot be
read is refused with its number; a file of which no line can be read raises BadFeed.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple

from truant.model.address_ranges import AddressRanges
from truant.model.bad_feed import BadFeed
from truant.model.feed_lines import RefusedLine, lines, refused, rows
from truant.model.network_feeds import HOSTING, TOR, VPN, NetworkFacts, NetworkFeed, NoAddresses

COUNTRY_LENGTH = 2
ASN_MAX = 2**32 - 1
TOR_OTHER_LINES = {"ExitNode", "Published", "LastStatus", "fingerprint", "@type", "Downloaded"}
REMEDY = "Check that this is the feed's own file, or download it again"


class _Row(NamedTuple):
    """A range at a line: its last address is "" when the first is a CIDR."""

    line: int
    first: str
    last: str
    facts: NetworkFacts


def _countries(content: bytes, name: str) -> NetworkFeed:
    """`network,country` or `first,last,country`; an optional first row names the columns."""
    known: dict[str, NetworkFacts] = {}

    def read() -> Iterator[_Row]:
        for line, cells in rows(content, name):
            if line > 1 or "country" not in (cell.lower() for cell in cells):
                facts = known.setdefault(cells[-1], NetworkFacts(country=_country(cells[-1])))
                yield _Row(line, cells[0], cells[1] if len(cells) > COUNTRY_LENGTH else "", facts)

    return _feed(name, read(), _lacks_country)


def _lacks_country(row: _Row) -> str | None:
    return None if row.facts.country else "no country code of two letters"


def _asn_ranges(content: bytes, name: str) -> NetworkFeed:
    """iptoasn.com's `first<TAB>last<TAB>ASN<TAB>country<TAB>name`; ASN 0 is not routed."""
    known: dict[tuple[str, ...], NetworkFacts] = {}

    def read() -> Iterator[_Row]:
        for line, text in lines(content):
            first, last, *owner = (*text.split("\t"), "", "", "", "")[:5]
            key = tuple(owner)
            facts = known.get(key)
            if facts is None:
                number, country, org = (cell.strip() for cell in owner)
                facts = NetworkFacts(_country(country), _asn(number), org or None)
                known[key] = facts
            if facts.asn != 0:
                yield _Row(line, first, last, facts)

    return _feed(name, read(), _lacks_asn)


def _lacks_asn(row: _Row) -> str | None:
    return "no AS number" if row.facts.asn is None else None


def _cidrs(kind: str) -> Callable[[bytes, str], NetworkFeed]:
    """One address or CIDR a line, all of one kind."""

    def read(content: bytes, name: str) -> NetworkFeed:
        facts = NetworkFacts(kinds=frozenset({kind}))
        return _feed(name, (_Row(line, text, "", facts) for line, text in lines(content)))

    return read


def _tor_exits(content: bytes, name: str) -> NetworkFeed:
    """Tor's exits: addresses alone, `ExitAddress` lines, or `fingerprint, ipaddr, port`.

    https://metrics.torproject.org/collector.html#type-tordnsel describes the second.
    """
    facts = NetworkFacts(kinds=frozenset({TOR}))
    found = ((line, _tor_address(text)) for line, text in lines(content))
    return _feed(name, (_Row(line, text, "", facts) for line, text in found if text is not None))


def _tor_address(text: str) -> str | None:
    """Where the address stands in a line; None for lines that hold none by their form."""
    words = text.replace(",", " ").split()
    if words and words[0] in TOR_OTHER_LINES:
        return None
    after_a_word = len(words) > 1 and words[0].isalnum()  # a fingerprint, or "ExitAddress"
    return words[1] if after_a_word else text


def _asns(kind: str) -> Callable[[bytes, str], NetworkFeed]:
    """`ASN,name` or `AS64500 # name`: autonomous systems of one kind."""

    def read(content: bytes, name: str) -> NetworkFeed:
        kinds: dict[int, str] = {}
        left_out = []
        for line, cells in rows(content, name):
            number = _asn(cells[0].partition("#")[0].strip().upper().removeprefix("AS"))
            if number:
                kinds[number] = kind
            elif cells[0].upper() != "ASN":
                left_out.append(refused(line, cells[0], "no AS number"))
        _check_some(name, len(kinds), left_out)
        return NetworkFeed(name, NoAddresses(), len(kinds), tuple(left_out), kinds)

    return read


def _feed(
    name: str, source: Iterable[_Row], problem: Callable[[_Row], str | None] = lambda _: None
) -> NetworkFeed:
    """Rows to a table, with what was refused by its line."""
    left_out: list[RefusedLine] = []
    at: list[int] = []

    def usable() -> Iterator[tuple[str, str, NetworkFacts]]:
        for row in source:
            reason = problem(row)
            if reason is not None:
                left_out.append(refused(row.line, row.first, reason))
                continue
            at.append(row.line)
            yield row.first, row.last, row.facts

    table = AddressRanges(usable())
    left_out.extend(refused(at[index], text, reason) for index, text, reason in table.refused)
    left_out.sort()
    _check_some(name, table.count, left_out)
    return NetworkFeed(name, table, table.count, tuple(left_out))


def _check_some(name: str, count: int, left_out: list[RefusedLine]) -> None:
    if count == 0:
        position = f"line {left_out[0].line}" if left_out else ""
        raise BadFeed(name, position, "holds no line that can be read", REMEDY)


def _country(text: str) -> str | None:
    """A code of two letters, as ISO 3166 has them; "None", "Unknown" and the like are none."""
    code = text.upper()
    return code if len(code) == COUNTRY_LENGTH and code.isascii() and code.isalpha() else None


def _asn(text: str) -> int | None:
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(ASN_MAX))):
        return None
    number = int(text)
    return number if number <= ASN_MAX else None


FORMS: Mapping[str, Callable[[bytes, str], NetworkFeed]] = {
    "countries": _countries,
    "asn-ranges": _asn_ranges,
    "hosting-cidrs": _cidrs(HOSTING),
    "vpn-cidrs": _cidrs(VPN),
    "tor-exits": _tor_exits,
    "hosting-asns": _asns(HOSTING),
}

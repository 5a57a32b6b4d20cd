"""Trusted and threat lists in the formats that GuardDuty takes.

https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_upload-lists.html, section List formats.
Beyond GuardDuty, which takes IPv4 alone, IPv6 entries count here, too. Domain names, which its
entity lists may hold, are kept beside the addresses.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from truant.model.bad_feed import BadFeed
from truant.model.feed_lines import RefusedLine, lines, refused, rows
from truant.model.prefixes import Match, PrefixTable
from truant.model.stix_addresses import stix_entries

# https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_limits.html
FILE_BYTES_MAX = 35 * 1024 * 1024
TRUSTED_ENTRIES_MAX = 2_000
THREAT_ENTRIES_MAX = 250_000

# Letters in the last label keep addresses with a slip of the pen from passing as names.
DOMAIN = re.compile(
    r"(?:\*\.)?(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?",
    re.IGNORECASE | re.ASCII,
)
DOMAIN_LENGTH_MAX = 255


class ListFormat(StrEnum):
    """GuardDuty's names of the formats."""

    TXT = "TXT"
    STIX = "STIX"
    OTX_CSV = "OTX_CSV"
    ALIEN_VAULT = "ALIEN_VAULT"
    PROOF_POINT = "PROOF_POINT"
    FIRE_EYE = "FIRE_EYE"


class Entry(NamedTuple):
    """What a list holds at a line, not yet read: an address, a CIDR, a domain name, or none."""

    line: int
    text: str


@dataclass(frozen=True)
class AddressList:
    """One list: networks and domain names, each with the line that names it."""

    name: str
    networks: PrefixTable[int]
    domains: Mapping[str, int]
    refused: tuple[RefusedLine, ...]

    def match(self, address: str) -> Match[int] | None:
        """The longest network of the list that holds the address, with its line; or None."""
        return self.networks.best(address)

    @property
    def count(self) -> int:
        """The number of different networks and domain names."""
        return len(self.networks) + len(self.domains)


def parse(
    content: bytes, list_format: ListFormat, name: str, *, entries_max: int = THREAT_ENTRIES_MAX
) -> AddressList:
    """Read a list. Raises BadFeed past GuardDuty's limits, and if nothing in it can be used.

    An entry that is none is left out and stands in `refused`.
    """
    if len(content) > FILE_BYTES_MAX:
        raise BadFeed(name, "", "is larger than 35 MB", "Split the list")
    found = _sorted_out(name, READERS[list_format](content, name))
    if found.count == 0:
        position = f"line {found.refused[0].line}" if found.refused else ""
        remedy = f"Check that its format is {list_format}, or name another"
        raise BadFeed(name, position, "holds no address, CIDR or domain name", remedy)
    if found.count > entries_max:
        problem = f"holds {found.count:,} entries, more than {entries_max:,}"
        raise BadFeed(name, "", problem, "Split the list")
    return found


def _sorted_out(name: str, entries: Iterable[Entry]) -> AddressList:
    """Addresses to the table, names to the domains, the rest to the refused."""
    held = list(entries)
    networks = PrefixTable((entry.text, entry.line) for entry in held)
    domains: dict[str, int] = {}
    left_out = []
    for position, text, reason in networks.refused:
        line = held[position].line
        if len(text) <= DOMAIN_LENGTH_MAX and DOMAIN.fullmatch(text):
            domains[text.lower()] = line
        else:
            left_out.append(refused(line, text, reason))
    return AddressList(name, networks, domains, tuple(left_out))


def _txt(content: bytes, _: str) -> Iterator[Entry]:
    """One entry a line; what follows a # is a comment."""
    for number, line in lines(content):
        yield Entry(number, line.partition("#")[0].rstrip())


def _alien_vault(content: bytes, _: str) -> Iterator[Entry]:
    """Fields between #, the first is the address."""
    for number, line in lines(content):
        yield Entry(number, line.partition("#")[0].strip())


def _stix(content: bytes, source: str) -> Iterator[Entry]:
    """STIX 1 in XML; each address is at the line where its element ends."""
    for number, text in stix_entries(content, source):
        yield Entry(number, text)


def _column_reader(*columns: str) -> Callable[[bytes, str], Iterator[Entry]]:
    """A reader of CSV whose first row names the columns; entries stand in some of these."""

    def read(content: bytes, source: str) -> Iterator[Entry]:
        table = rows(content, source)
        number, header = next(table, (1, []))
        named = [cell.lower() for cell in header]
        wanted = [named.index(column) for column in columns if column in named]
        if not wanted:
            problem = f"its first row names no column {' or '.join(columns)}"
            raise BadFeed(source, f"line {number}", problem, "Add the row of column names")
        for line, row in table:
            cells = [row[index] for index in wanted if index < len(row) and row[index]]
            yield from (Entry(line, cell) for cell in cells or [""])

    return read


READERS: Mapping[ListFormat, Callable[[bytes, str], Iterator[Entry]]] = {
    ListFormat.TXT: _txt,
    ListFormat.STIX: _stix,
    ListFormat.OTX_CSV: _column_reader("indicator"),
    ListFormat.ALIEN_VAULT: _alien_vault,
    ListFormat.PROOF_POINT: _column_reader("ip", "domain"),
    ListFormat.FIRE_EYE: _column_reader("cidr", "ip", "domain"),
}

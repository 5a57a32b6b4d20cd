"""Reads addresses and domain names out of a STIX 1 package in XML, as GuardDuty's lists hold them.

Only two kinds of elements count: CybOX's `Address_Value`
(http://docs.oasis-open.org/cti/cybox/v2.1.1/) and a `DomainNameObj:Value`. Document types are
refused, so that no entity can blow a small file up.
"""

from dataclasses import dataclass, field
from ipaddress import summarize_address_range
from xml.parsers import expat

from truant.model.bad_feed import BadFeed
from truant.model.prefixes import read_address

# CybOX writes several values in one element, parted by this.
COMMA = "##comma##"
SEPARATOR = " "  # between namespace and name, as expat hands them over


@dataclass
class _Reader:
    """Gathers the text of the elements that count; its methods are what expat calls."""

    entries: list[tuple[int, str]] = field(default_factory=list)
    text: list[str] | None = None
    is_range: bool = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        namespace, _, local = name.rpartition(SEPARATOR)
        if local == "Address_Value" or (local == "Value" and "DomainName" in namespace):
            self.text = []
            self.is_range = attributes.get("condition") == "InclusiveBetween"

    def data(self, text: str) -> None:
        if self.text is not None:
            self.text.append(text)

    def end(self, line: int) -> None:
        if self.text is None:
            return
        values = [value.strip() for value in "".join(self.text).split(COMMA)]
        self.text = None
        texts = _networks(values) if self.is_range else values
        self.entries.extend((line, text) for text in texts)


def stix_entries(content: bytes, source: str) -> list[tuple[int, str]]:
    """(line, text) of every address, CIDR and domain name; a range as the CIDRs that make it up.

    Raises BadFeed with the line if it is no well-formed XML.
    """
    # UTF-8 whatever the file says of itself: Python's codecs are not for strangers to choose.
    parser = expat.ParserCreate("utf-8", namespace_separator=SEPARATOR)
    reader = _Reader()

    def doctype(*_: object) -> None:
        position = f"line {parser.CurrentLineNumber}"
        raise BadFeed(source, position, "has a document type", "Take the DOCTYPE out")

    parser.StartDoctypeDeclHandler = doctype
    parser.StartElementHandler = reader.start
    parser.CharacterDataHandler = reader.data
    parser.EndElementHandler = lambda _: reader.end(parser.CurrentLineNumber)
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        problem = f"is not STIX 1 in XML ({expat.ErrorString(error.code)})"
        remedy = "Mend the line, or give the list as TXT; STIX 2 (JSON) is not taken by GuardDuty"
        raise BadFeed(source, f"line {error.lineno}", problem, remedy) from error
    return reader.entries


def _networks(values: list[str]) -> list[str]:
    """The CIDRs between two addresses; what is no range comes back as text, to be refused."""
    first, last = (read_address(values[index]) for index in (0, -1))
    if len(values) != 2 or first is None or last is None or first.version != last.version:
        return [" to ".join(values)]
    if int(first) > int(last):
        return [" to ".join(values)]
    return [str(network) for network in summarize_address_range(first, last)]

"""MaxMind DB files (GeoLite2 and others) as a feed; needs the extra `truant[mmdb]`.

Form: https://maxmind.github.io/MaxMind-DB/. Fields: GeoLite2's ASN, Country and City, and
GeoIP2's Anonymous IP. The file stays on disk, mapped; a pickle carries only its path.
"""

import importlib
from functools import cached_property
from pathlib import Path
from typing import Any

from truant.model.bad_feed import BadFeed
from truant.model.network_feeds import HOSTING, TOR, VPN, NetworkFacts, NetworkFeed
from truant.model.prefixes import read_address

FLAGS = (
    ("is_hosting_provider", HOSTING),
    ("is_anonymous_vpn", VPN),
    ("is_tor_exit_node", TOR),
)


def load(file: Path, name: str) -> NetworkFeed:
    """Open an MMDB file. Raises BadFeed if it is none, or if the extra is not installed."""
    lookup = MmdbLookup(file)
    return NetworkFeed(name, lookup, lookup.open_reader.metadata().node_count)


class MmdbLookup:
    """Answers from one MMDB file, opened when the first address is looked up."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def value(self, address: str) -> NetworkFacts | None:
        """What the file says of the address; None for nothing, and for what is no address."""
        parsed = read_address(address)
        if parsed is None:
            return None
        try:
            return facts_of(self.open_reader.get(parsed))
        except (ValueError, RuntimeError):  # IPv6 in a file of IPv4; a record that is broken
            return None

    def __reduce__(self) -> tuple[object, ...]:
        return MmdbLookup, (self.file,)

    @cached_property
    def open_reader(self) -> Any:  # noqa: ANN401 - the extra may be absent, and its types with it
        """The file's reader. Raises BadFeed."""
        source = str(self.file)
        try:
            maxminddb = importlib.import_module("maxminddb")
        except ImportError as error:
            remedy = "Install it with: pip install 'truant[mmdb]'"
            raise BadFeed(source, "", "needs the package maxminddb", remedy) from error
        try:
            return maxminddb.open_database(self.file)
        except (OSError, ValueError, maxminddb.InvalidDatabaseError) as error:
            remedy = "Give a file that ends in .mmdb, inflated, as MaxMind has it"
            raise BadFeed(source, "", f"is no MaxMind DB ({error})", remedy) from error


def facts_of(record: object) -> NetworkFacts | None:
    """The facts in a record, whatever kind of database it is from; None if it holds none."""
    if not isinstance(record, dict):
        return None
    country = record.get("country")
    code = country.get("iso_code") if isinstance(country, dict) else None
    asn = record.get("autonomous_system_number")
    org = record.get("autonomous_system_organization")
    facts = NetworkFacts(
        country=code if isinstance(code, str) else None,
        asn=asn if isinstance(asn, int) else None,
        asn_org=org if isinstance(org, str) else None,
        kinds=frozenset(kind for flag, kind in FLAGS if record.get(flag) is True),
    )
    return None if facts == NetworkFacts() else facts

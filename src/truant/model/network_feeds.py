"""What public feeds and own lists say of an address: country, network, hosting, VPN, Tor.

Evidence, never proof: a registry's country is where a range was delegated, not where it is used;
a list of data centres is somebody's opinion, and Tor's exits change by the hour.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Protocol

from truant.model.address_lists import AddressList
from truant.model.feed_lines import RefusedLine

HOSTING = "hosting"
VPN = "vpn"
TOR = "tor"

LOOKUPS_KEPT = 65_536


@dataclass(frozen=True, slots=True)
class NetworkFacts:
    """What is known of an address's network. Unknown is None or empty, and never means "no".

    `country`: ISO 3166 code, two letters. `kinds`: of "hosting", "vpn", "tor". `lists`: own lists
    that hold the address. `sources`: the feeds and lists that said any of this, in their order.
    """

    country: str | None = None
    asn: int | None = None
    asn_org: str | None = None
    kinds: frozenset[str] = frozenset()
    lists: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()

    def joined(self, other: "NetworkFacts") -> "NetworkFacts":
        """Both together. Where they differ this one counts; an ASN and its owner go together."""
        owner = self if self.asn is not None else other
        return NetworkFacts(
            country=self.country or other.country,
            asn=owner.asn,
            asn_org=owner.asn_org,
            kinds=self.kinds | other.kinds,
            lists=tuple(dict.fromkeys((*self.lists, *other.lists))),
            sources=tuple(dict.fromkeys((*self.sources, *other.sources))),
        )


class AddressLookup(Protocol):
    """Answers from an address text."""

    def value(self, address: str) -> NetworkFacts | None:
        """What is known of the address; None for nothing, and for what is no address."""


@dataclass(frozen=True)
class NetworkFeed:
    """One feed: networks with facts, or autonomous systems with the kinds that they are of."""

    name: str
    lookup: AddressLookup
    count: int
    refused: tuple[RefusedLine, ...] = ()
    asn_kinds: Mapping[int, str] = field(default_factory=dict)

    def facts(self, address: str) -> NetworkFacts | None:
        """What this feed says of the address itself."""
        return self.lookup.value(address)


class NoAddresses:
    """The look-up of a feed that lists no addresses."""

    def value(self, address: str) -> None:  # noqa: ARG002 - the protocol's argument
        """Nothing is known."""
        return


@dataclass(frozen=True)
class NetworkFeeds:
    """All feeds and own lists at hand, the more trusted first."""

    feeds: tuple[NetworkFeed, ...] = ()
    lists: tuple[AddressList, ...] = ()

    def facts(self, address: str) -> NetworkFacts:
        """Everything that the feeds and lists say of the address; empty if they say nothing."""
        return self._remembered(address)

    def __reduce__(self) -> tuple[object, ...]:
        return NetworkFeeds, (self.feeds, self.lists)  # without the remembered answers

    @cached_property
    def _remembered(self) -> Callable[[str], NetworkFacts]:
        return lru_cache(LOOKUPS_KEPT)(self._gather)

    def _gather(self, address: str) -> NetworkFacts:
        facts = NetworkFacts()
        for feed in self.feeds:
            said = feed.facts(address)
            if said is not None:
                facts = facts.joined(said).joined(NetworkFacts(sources=(feed.name,)))
        for feed in self.feeds:
            kind = feed.asn_kinds.get(facts.asn) if facts.asn is not None else None
            if kind is not None:
                facts = facts.joined(NetworkFacts(kinds=frozenset({kind}), sources=(feed.name,)))
        for own in self.lists:
            if own.match(address) is not None:
                facts = facts.joined(NetworkFacts(lists=(own.name,), sources=(own.name,)))
        return facts

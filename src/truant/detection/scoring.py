"""Scoring: every signal looks, what they say is added up as log-odds."""

from collections.abc import Callable, Iterable

from truant.detection.party import Party
from truant.detection.signals import (
    after_end,
    client,
    console,
    corporate,
    first_call,
    flows,
    kubernetes,
    lineage,
    network,
    novelty,
    place,
    presigned,
    shared_address,
    steady,
    tampering,
    twin_key,
    two_places,
)
from truant.model.finding import Evidence

Observe = Callable[[Party], Iterable[Evidence]]

# Read from top to bottom, this is what Truant looks at.
SIGNALS: tuple[tuple[str, Observe], ...] = (
    ("place", place.observe),
    ("corporate", corporate.observe),
    ("shared-address", shared_address.observe),
    ("steady", steady.observe),
    ("presigned", presigned.observe),
    ("kubernetes", kubernetes.observe),
    ("after-end", after_end.observe),
    ("twin-key", twin_key.observe),
    ("two-places", two_places.observe),
    ("flows", flows.observe),
    ("client", client.observe),
    ("network", network.observe),
    ("first-call", first_call.observe),
    ("console", console.observe),
    ("lineage", lineage.observe),
    ("tampering", tampering.observe),
    ("novelty", novelty.observe),
)

# Log-odds of theft before anything is known of an origin that is not the instance's: about 2 %.
# By hand; thefts are far rarer, but so are strange origins.
PRIOR = -4.0
# A verdict of at least this probability becomes a finding.
THRESHOLD = 0.5


def evidence_of(party: Party) -> tuple[Evidence, ...]:
    """What all signals say of a party, in the order of SIGNALS."""
    return tuple(evidence for _, observe in SIGNALS for evidence in observe(party))

"""Scoring: every signal looks, what they say is added up as log-odds."""

from collections.abc import Callable, Iterable

from truant.detection.party import Party
from truant.detection.signals import (
    after_end,
    claim,
    client,
    console,
    corporate,
    first_call,
    flows,
    handed_on,
    interwoven,
    kubernetes,
    lineage,
    login,
    network,
    novelty,
    place,
    presigned,
    proxy,
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
    ("claim", claim.observe),
    ("corporate", corporate.observe),
    ("proxy", proxy.observe),
    ("shared-address", shared_address.observe),
    ("steady", steady.observe),
    ("interwoven", interwoven.observe),
    ("presigned", presigned.observe),
    ("kubernetes", kubernetes.observe),
    ("login", login.observe),
    ("network", network.observe),
    ("tampering", tampering.observe),
    ("handed-on", handed_on.observe),
    ("after-end", after_end.observe),
    ("twin-key", twin_key.observe),
    ("two-places", two_places.observe),
    ("flows", flows.observe),
    ("client", client.observe),
    ("first-call", first_call.observe),
    ("console", console.observe),
    ("lineage", lineage.observe),
    ("novelty", novelty.observe),
)
# These say that somebody else sent the calls, by the instance's own doing. What the signals below
# them would see (another client, another place at the same time) follows from that, so that they
# are not asked.
EXPLANATIONS = frozenset({"presigned", "kubernetes", "login", "handed-on"})

# Log-odds of theft before anything is known of an origin that is not the instance's: about 2 %.
# By hand; thefts are far rarer, but so are strange origins.
PRIOR = -4.0
# A verdict of at least this probability becomes a finding.
THRESHOLD = 0.5


def evidence_of(party: Party) -> tuple[Evidence, ...]:
    """What the signals say of a party, in the order of SIGNALS; the last may be an explanation."""
    found: list[Evidence] = []
    for name, observe in SIGNALS:
        evidence = tuple(observe(party))
        found.extend(evidence)
        if evidence and name in EXPLANATIONS:
            break
    return tuple(found)

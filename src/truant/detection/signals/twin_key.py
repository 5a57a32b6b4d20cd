"""The other twin: EC2 issues two keys at a time, one by IMDSv1 and one by IMDSv2.

The software of an instance keeps to one way of asking. A key delivered the other way, and used
elsewhere, was fetched by somebody else: plain server-side request forgery gets the IMDSv1 key.
"""

from collections.abc import Iterable, Iterator

from truant.detection.party import Party
from truant.model.finding import Evidence

WEIGHT = 3.0  # fitted: +3.09
KEYS_NAMED_MAX = 4
_WORDS = {"1.0": "IMDSv1", "2.0": "IMDSv2"}


def observe(party: Party) -> Iterator[Evidence]:
    """Weigh a key of one delivery beside an instance that uses the other."""
    own = _versions(party.own_work.deliveries)
    strange = _versions(d for piece in party.strays for d in piece.sighting.deliveries) - own
    if not own or not strange:
        return
    keys = sorted(
        {piece.sighting.key or "?" for piece in party.strays if piece.sighting.deliveries & strange}
    )
    more = f" and {len(keys) - KEYS_NAMED_MAX} more" if len(keys) > KEYS_NAMED_MAX else ""
    yield Evidence(
        "twin-key",
        WEIGHT,
        f"Key {', '.join(keys[:KEYS_NAMED_MAX])}{more} was delivered by {_words(strange)}; the "
        f"instance's other calls are signed with keys delivered by {_words(own)}.",
    )


def _versions(deliveries: Iterable[str]) -> frozenset[str]:
    return frozenset(_WORDS).intersection(deliveries)


def _words(versions: frozenset[str]) -> str:
    return " and ".join(_WORDS[version] for version in sorted(versions))

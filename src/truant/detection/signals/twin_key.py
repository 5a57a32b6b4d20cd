"""The other twin: EC2 issues two keys at a time, one by IMDSv1 and one by IMDSv2.

The software of an instance keeps to one way of asking. A key delivered the other way, and used
elsewhere, was fetched by somebody else: plain server-side request forgery gets the IMDSv1 key.
"""

from collections.abc import Iterator

from truant.detection.party import Party
from truant.model.finding import Evidence

WEIGHT = 2.5  # by hand
_VERSION = {"1.0": "IMDSv1", "2.0": "IMDSv2"}


def observe(party: Party) -> Iterator[Evidence]:
    """Weigh a key of one delivery beside an instance that uses the other."""
    own = _deliveries(party, stray=False)
    strange = _deliveries(party, stray=True) - own
    if not own or not strange:
        return
    words = [" and ".join(_VERSION[version] for version in sorted(some)) for some in (strange, own)]
    keys = {
        piece.sighting.key or "?" for piece in party.strays if piece.sighting.deliveries & strange
    }
    yield Evidence(
        "twin-key",
        WEIGHT,
        f"Key {', '.join(sorted(keys))} was delivered by {words[0]}; the instance's own calls are "
        f"signed with keys delivered by {words[1]}.",
    )


def _deliveries(party: Party, *, stray: bool) -> frozenset[str]:
    seen = party.strays if stray else party.home or party.rest
    found = (piece.sighting.deliveries for piece in seen if not piece.is_neutral or piece.is_home)
    return frozenset(_VERSION).intersection(*[frozenset().union(*found)])

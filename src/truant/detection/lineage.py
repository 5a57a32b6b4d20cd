"""Lineage: the keys that a role session's keys made, and the keys that these made in turn.

They carry the session's home and its suspicion: a key made on an instance has no more business
elsewhere than the instance's own.
"""

from collections.abc import Iterable, Mapping

from truant.detection.standing import Mints
from truant.model.fact import Mint
from truant.model.role_session import RoleSession
from truant.model.sighting import Sighting

GENERATIONS_MAX = 8  # AWS sets no bound on role chaining; a longer chain was never seen


def descendants(keys: Iterable[str], mints: Mints) -> list[Mint]:
    """All credentials made with these keys, directly or along a chain; ordered by time."""
    found: dict[str, Mint] = {}
    made_with = set(keys)
    for _ in range(GENERATIONS_MAX):
        fresh = {
            mint.key: mint
            for key in made_with
            for mint in mints.by_parent.get(key, ())
            if mint.key not in found
        }
        if not fresh:
            break
        found.update(fresh)
        made_with = set(fresh)
    return sorted(found.values(), key=lambda mint: (mint.time, mint.key))


def sightings_of(
    made: Iterable[Mint], by_key: Mapping[str, Iterable[tuple[RoleSession, Sighting]]]
) -> list[tuple[str, Sighting]]:
    """What was seen of such keys: principal and sighting, in a fixed order."""
    found = [
        (session.principal_id, sighting)
        for mint in made
        for session, sighting in by_key.get(mint.key, ())
    ]
    return sorted(found, key=lambda one: (one[1].first, one[0], one[1].origin.order))

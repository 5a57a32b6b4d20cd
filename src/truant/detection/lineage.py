"""Lineage: the keys that a role session's keys made, and the keys that these made in turn.

They carry the session's home and its suspicion: a key made on an instance has no more business
elsewhere than the instance's own.
"""

from collections.abc import Collection, Iterable, Mapping

from truant.detection.mints import SIGN_INS
from truant.detection.standing import Mints
from truant.model.fact import Mint
from truant.model.role_session import RoleSession
from truant.model.sighting import Sighting

GENERATIONS_MAX = 8  # AWS sets no bound on role chaining; a longer chain was never seen


def descendants(principal_id: str, keys: Iterable[str], mints: Mints) -> list[Mint]:
    """All credentials made with these keys of a session, directly or along a chain, by time.

    A record in another account's trail names the maker's session, and no key.
    """
    found: dict[str, Mint] = {}
    own = set(keys)
    made_with = {principal_id, *own}
    for _ in range(GENERATIONS_MAX):
        fresh = {
            mint.key: mint
            for key in made_with
            for mint in mints.by_parent.get(key, ())
            if mint.key not in found and mint.key not in own
        }
        if not fresh:
            break
        found.update(fresh)
        made_with = set(fresh)
    return sorted(found.values(), key=lambda mint: (mint.time, mint.key))


def sightings_of(
    made: Iterable[Mint], by_key: Mapping[str, Iterable[tuple[RoleSession, Sighting]]]
) -> list[tuple[RoleSession, Sighting]]:
    """What was seen of such keys, and of whose session it is."""
    return [one for mint in made for one in by_key.get(mint.key, ())]


def is_sign_in(mint: Mint) -> bool:
    """Whether a key was made for a sign-in to the AWS console."""
    return mint.api.rpartition(":")[2] in SIGN_INS


def suspect_keys(
    made: Iterable[Mint], own: Collection[str], strays: Mapping[str | None, Collection[str]]
) -> frozenset[str]:
    """Of the credentials made, those made by somebody who is not at home, and with such keys.

    `own` are the session's own keys. `strays` are the addresses from which each key was used that
    are not home; those of key None are taken where the making names no key. A console sign-in with
    an own key is such a making wherever it came from: only a person has a use for it. All other
    keys were made at home, and may have been handed on.
    """
    suspect: set[str] = set()
    pending = list(made)
    while pending:
        fresh = [mint for mint in pending if _is_suspect(mint, own, strays, suspect)]
        if not fresh:
            break
        suspect.update(mint.key for mint in fresh)
        pending = [mint for mint in pending if mint.key not in suspect]
    return frozenset(suspect)


def _is_suspect(
    mint: Mint,
    own: Collection[str],
    strays: Mapping[str | None, Collection[str]],
    suspect: Collection[str],
) -> bool:
    if mint.parent_key and mint.parent_key not in own:
        return mint.parent_key in suspect
    return is_sign_in(mint) or mint.address in strays.get(mint.parent_key or None, ())

"""Standing: whether a session's keys are an instance's, and how that is known.

Proofs that no caller can make: `inScopeOf` of type AWS::EC2::Instance, `ec2RoleDelivery` (only on
what the instance metadata service delivered), and the record of issuance, AssumeRole by
ec2.amazonaws.com with the key in its answer. A session name `i-…` is only a claim, because any
caller of AssumeRole chooses it.
"""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import astuple

from truant.model.fact import EC2, Mint
from truant.model.role_session import DEFAULT_HOST_MANAGEMENT, RoleSession

# Keys live 6 h 22 min to 6 h 35 min in the trails on record; issuance is looked for that far back.
KEY_SECONDS_MAX = 7 * 3600
# EC2 User Guide, "Resource IDs": 17 hexadecimal digits, 8 before 2016.
_INSTANCE_ID = re.compile(r"i-(?:[0-9a-f]{8}|[0-9a-f]{17})")


class SessionClass(StrEnum):
    """The kinds of session that carry an instance's id as their name."""

    INSTANCE = "instance profile"
    IDENTITY = "instance identity role (aws:ec2-instance)"
    INFRASTRUCTURE = "EC2 infrastructure role (aws:ec2-infrastructure)"
    HOST_MANAGEMENT = "Systems Manager default host management"


class KeyStanding(StrEnum):
    """What is known of one key of such a session."""

    PROVEN = "delivered by EC2"
    CLAIMED = "only the session's name says so"
    FORGED = "made by another principal"


Standings = Mapping[str | None, KeyStanding]  # by key


class Mints(Struct, frozen=True):
    """Credentials made, by key and by the key that made them, and when EC2 issued any."""

    by_key: dict[str, Mint]
    by_parent: dict[str, list[Mint]]
    issued_at: dict[str, list[int]]  # account to ordered times of issuance by EC2

    def saw_issuance(self, account: str | None, at: int) -> bool:
        """Whether the trail shows EC2 issuing keys in an account both before and after a time."""
        times = self.issued_at.get(account or "", [])
        after = bisect_left(times, at)
        return (
            0 < after < len(times)
            and times[after - 1] >= at - KEY_SECONDS_MAX
            and times[after] <= at + KEY_SECONDS_MAX
        )


def index_mints(mints: Iterable[Mint]) -> Mints:
    """Index mints. Of copies in two accounts the one that names the parent key is kept."""
    by_key: dict[str, Mint] = {}
    by_parent: dict[str, list[Mint]] = defaultdict(list)
    issued_at: dict[str, list[int]] = defaultdict(list)
    for mint in sorted(mints, key=_telling):
        by_key.setdefault(mint.key, mint)
    for mint in by_key.values():
        if mint.parent_key or mint.parent_principal:
            by_parent[mint.parent_key or mint.parent_principal or ""].append(mint)
        if mint.issuer == EC2 and mint.account:
            issued_at[mint.account].append(mint.time)
    for times in issued_at.values():
        times.sort()
    return Mints(by_key, dict(by_parent), dict(issued_at))


def _telling(mint: Mint) -> tuple[object, ...]:
    """EC2's own first, then who names the parent key; all else only makes the order whole."""
    rest = (str(member or "") for member in astuple(mint))
    return (mint.key, mint.issuer != EC2, not mint.parent_key, mint.time, *rest)


def class_of(session: RoleSession) -> SessionClass:
    """The kind of a session that carries an instance's id."""
    role = session.identity.role_name or ""
    marked = f"{session.principal_id} {role}"
    if "aws:ec2-infrastructure" in marked:
        return SessionClass.INFRASTRUCTURE
    if "aws:ec2-instance" in marked:
        return SessionClass.IDENTITY
    return (
        SessionClass.HOST_MANAGEMENT if role == DEFAULT_HOST_MANAGEMENT else SessionClass.INSTANCE
    )


def claims_instance(session: RoleSession) -> bool:
    """Whether a session is an instance's, or says so: by proof, or by a name like `i-0abc…`.

    A name that no instance can have (`i-deployment`) says nothing without proof. With proof it may
    look as it likes: logs are masked.
    """
    if session.instance is None:
        return False
    return (
        session.identity.instance_arn is not None
        or _INSTANCE_ID.fullmatch(session.instance) is not None
        or any(sighting.deliveries for sighting in session.sightings)
    )


def standings(session: RoleSession, mints: Mints) -> Standings:
    """What is known of each key of a session that carries an instance's id."""
    delivered = {one.key for one in session.sightings if one.deliveries}
    # EC2 and Systems Manager alone make the keys of the other classes.
    reserved = class_of(session) is not SessionClass.INSTANCE
    found: dict[str | None, KeyStanding] = {}
    for key in {sighting.key for sighting in session.sightings}:
        mint = mints.by_key.get(key or "")
        if key in delivered or reserved or (mint is not None and mint.issuer == EC2):
            found[key] = KeyStanding.PROVEN
        else:
            found[key] = KeyStanding.FORGED if mint is not None else KeyStanding.CLAIMED
    return found

"""RoleSession: one role on one instance, `AROA…:i-…`, with all that its keys were seen doing.

It is the unit of state and of judgement. Sessions of other principals are kept in the same form
while it is not known whether their keys were made with an instance's.
"""

import re

from msgspec import Struct

from truant.model.sighting import Sighting, join, sighting_order

_INSTANCE = re.compile(r"i-[0-9A-Za-z]{8,17}")
_ASSUMED_ROLE = re.compile(r"arn:[^:]*:sts::[^:]*:assumed-role/([^/]+)/(.+)", re.DOTALL)
_INSTANCE_ARN = re.compile(r"arn:[^:]*:ec2:([^:]*):([^:]*):instance/(i-[0-9A-Za-z]+)")
DEFAULT_HOST_MANAGEMENT = "AWSSystemsManagerDefaultEC2InstanceManagementRole"


class Identity(Struct, frozen=True, gc=False, array_like=True):
    """Who a session is, as its records say it: of each the alphabet's first seen."""

    account: str | None = None
    arn: str | None = None
    issuer_arn: str | None = None
    instance_arn: str | None = None  # inScopeOf.credentialsIssuedTo, for an EC2 instance
    type: str | None = None

    @property
    def role_name(self) -> str | None:
        """The role's name, without its path."""
        found = _ASSUMED_ROLE.fullmatch(self.arn or "")
        if found is not None:
            return found[1]
        return self.issuer_arn.rsplit("/", 1)[-1] if self.issuer_arn else None

    @property
    def region(self) -> str | None:
        """The instance's region, where the record names the instance itself."""
        found = _INSTANCE_ARN.fullmatch(self.instance_arn or "")
        return (found[1] or None) if found else None


def join_identity(one: Identity, other: Identity) -> Identity:
    """The join of what two sets of records say of one session."""
    if one == other:
        return one
    return Identity(
        *(
            min((text for text in pair if text is not None), default=None)
            for pair in (
                (one.account, other.account),
                (one.arn, other.arn),
                (one.issuer_arn, other.issuer_arn),
                (one.instance_arn, other.instance_arn),
                (one.type, other.type),
            )
        )
    )


class RoleSession(Struct, gc=False, array_like=True):
    """All that was seen of one session. `principal_id` is CloudTrail's, or the ARN in its place."""

    principal_id: str
    identity: Identity
    sightings: list[Sighting]

    @property
    def session_name(self) -> str:
        """What follows the role's id: for an instance's session, the instance's id."""
        return self.principal_id.rsplit(":", 1)[-1].rsplit("/", 1)[-1]

    @property
    def instance(self) -> str | None:
        """The id of the instance that this session says it is of, or None. Only a claim."""
        if self.identity.instance_arn is not None:
            found = _INSTANCE_ARN.fullmatch(self.identity.instance_arn)
            if found is not None:
                return found[3]
        return self.session_name if is_instance_id(self.session_name) else None


def is_instance_id(name: str) -> bool:
    """Whether a session's name looks like an instance's id."""
    return _INSTANCE.fullmatch(name) is not None


def join_session(one: RoleSession, other: RoleSession) -> RoleSession:
    """The join of two states of the same session, its sightings in a fixed order."""
    sightings = {sighting.index: sighting for sighting in one.sightings}
    for sighting in other.sightings:
        known = sightings.get(sighting.index)
        sightings[sighting.index] = sighting if known is None else join(known, sighting)
    return RoleSession(
        one.principal_id,
        join_identity(one.identity, other.identity),
        sorted(sightings.values(), key=sighting_order),
    )

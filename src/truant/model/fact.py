"""Facts: what a trail or an inventory says of the network and of keys, each with time and source.

A fact is one small frozen value, so that a set of facts is a join: put together in any order, any
number of times, it is the same set. What follows from the facts is worked out in `detection`.
"""

from enum import StrEnum

from msgspec import Struct

EC2 = "ec2.amazonaws.com"  # the service that hands instances their keys


class Mode(StrEnum):
    """What a fact says of its values at its time."""

    IS = "is"  # the whole of them: what is not listed does not hold
    BEGINS = "begins"  # these begin to hold
    ENDS = "ends"  # these cease to hold
    UNKNOWN = "unknown"  # from here on nothing is known


class Fact(Struct, frozen=True, order=True, gc=False, array_like=True):
    """`attribute` of `entity` at `time` (epoch seconds), for example an interface's addresses.

    Entities are resource ids; VPCs are `region/vpc-…`, because "VPC IDs are unique within a
    Region, and same VPC ID can exist in different Regions" (AWS data perimeter examples).
    Collections of an account and region are entities too, `account/region`. `source` names the
    inventory operation or the event id.
    """

    entity: str
    attribute: str
    time: int
    mode: Mode
    values: tuple[str, ...]
    source: str


class Mint(Struct, frozen=True, gc=False, array_like=True):
    """Credentials made: by EC2 for an instance, or with other credentials.

    `issuer` is the service for which STS made them (`ec2.amazonaws.com`), or None when another
    key, `parent_key` of `parent_principal`, asked for them. Times are epoch seconds.
    """

    key: str
    time: int
    event_id: str
    api: str
    account: str | None = None
    issuer: str | None = None
    parent_principal: str | None = None
    parent_key: str | None = None
    role_arn: str | None = None
    session_name: str | None = None
    expires: int | None = None
    address: str | None = None
    endpoint: str | None = None
    user_name: str | None = None
    region: str | None = None
    principal: str | None = None

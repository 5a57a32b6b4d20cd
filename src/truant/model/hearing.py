"""Hearing: what flow logs tell of one network interface on one day; and their join.

What a sighting is for the trail, a hearing is for VPC Flow Logs. Every member joins by union, so
that order, repetition and the cut into files change nothing. A bitmap has a bit for each minute of
the day (UTC), not for each slot of five minutes: flow log files are of five minutes, and one that
is lost must show as a gap.
"""

from msgspec import Struct

MINUTE = 60
MINUTES_A_DAY = 1440


class Hearing(Struct, frozen=True, gc=False, array_like=True):
    """What was heard of one interface on one day. Bit n of a bitmap stands for minute n."""

    interface: str
    day: int  # days since the epoch
    covered: int = 0  # a record tells of this minute, be it that there was no traffic
    skipped: int = 0  # SKIPDATA: records of this minute were lost
    accepted: int = 0  # an accepted flow, unless it is known to be an incoming one
    aws: int = 0  # a flow to an AWS service, or to a VPC endpoint's interface
    maybe: int = 0  # a flow to what could be a service's endpoint or a proxy, and is not known
    instances: frozenset[str] = frozenset()  # to which instances the records say it is attached
    coarse: bool = False  # some record spans minutes: aggregated over up to ten minutes


def join(one: Hearing, other: Hearing) -> Hearing:
    """The join of two hearings of the same interface and day."""
    return Hearing(
        interface=one.interface,
        day=one.day,
        covered=one.covered | other.covered,
        skipped=one.skipped | other.skipped,
        accepted=one.accepted | other.accepted,
        aws=one.aws | other.aws,
        maybe=one.maybe | other.maybe,
        instances=one.instances | other.instances,
        coarse=one.coarse or other.coarse,
    )

"""Proposals: ways out that many instances of one subnet show over days, for a person to accept.

Nothing here trusts anything. What a single instance, a single day or heartbeats alone show is not
enough, because a thief can make those; and a proposal says what speaks against it.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from msgspec import Struct

from truant.detection.pieces import HEARTBEAT, pieces
from truant.detection.place import Subject, Surroundings
from truant.detection.standing import SessionClass, class_of
from truant.detection.trust import Rule
from truant.model.distinct import count
from truant.model.event_time import DAY, iso
from truant.model.network import Place, Via
from truant.model.role_session import RoleSession
from truant.model.sighting import Sighting

# By hand: one robbed fleet shares a role, hardly a subnet, a week and its agents' heartbeats.
INSTANCES_MIN = 3
DAYS_MIN = 3
SHARE_MIN = 0.6  # of the subnet's instances that were seen at all on these days
AGREEING_MIN = 0.5  # of those instances, heartbeats from there on two days or more
TRUSTED_DAYS = 365
_PROPOSABLE = frozenset(
    {
        Place.OUTSIDE_AWS,
        Place.UNLISTED,
        Place.AWS_UNKNOWN,
        Place.UNKNOWABLE,
        Place.AFFILIATED,
    }
)


class Proposal(Struct, frozen=True):
    """A way out that may be trusted. `cidr` or `vpc_endpoint` is what the rule would name.

    `instances` are those of `subnet` that showed it on `days`; `active` those of the subnet that
    showed anything on these days; `agreeing` those whose agent's heartbeats came from there.
    """

    subnet: str
    account: str | None
    instances: tuple[str, ...]
    active: int
    agreeing: tuple[str, ...]
    days: tuple[int, ...]
    calls: int
    place: Place
    cidr: str | None = None
    vpc_endpoint: str | None = None

    @property
    def target(self) -> str:
        """What the rule would trust."""
        return self.vpc_endpoint or self.cidr or ""


class _Seen(Struct):
    """What one instance showed from one origin."""

    days: set[int]
    beat_days: set[int]
    calls: int
    place: Place


def rule_of(proposal: Proposal) -> Rule:
    """The rule that accepting a proposal writes: for its account, for a year from its last day."""
    first, last = (iso(day * DAY)[:10] for day in (proposal.days[0], proposal.days[-1]))
    reason = (
        f"accepted proposal: {len(proposal.instances)} of {proposal.active} instances of "
        f"{proposal.subnet} on {len(proposal.days)} days from {first} to {last}, "
        f"{proposal.calls:,} calls, agents' heartbeats of {len(proposal.agreeing)}"
    )
    return Rule(
        reason=reason,
        cidr=proposal.cidr,
        vpc_endpoint=proposal.vpc_endpoint,
        accounts=(proposal.account,) if proposal.account else (),
        expires=(proposal.days[-1] + TRUSTED_DAYS + 1) * DAY - 1,
    )


def proposals(sessions: Iterable[RoleSession], around: Surroundings) -> list[Proposal]:
    """The proposals that these sessions support, the most used first."""
    seen: dict[tuple[str, str, bool], dict[str, _Seen]] = defaultdict(dict)
    active: dict[str, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
    owners: dict[str, str | None] = {}
    for session, instance, subnet in _placed(sessions, around):
        owners[subnet] = session.identity.account
        for sighting in session.sightings:
            active[subnet][instance].add(sighting.day)
            for target, is_endpoint, place in _targets(session, instance, sighting, around):
                known = seen[subnet, target, is_endpoint].setdefault(
                    instance, _Seen(set(), set(), 0, place)
                )
                _note(known, sighting)
    found = (
        _proposal(index, by_instance, active[index[0]], owners[index[0]])
        for index, by_instance in seen.items()
    )
    return sorted(filter(None, found), key=lambda one: (-one.calls, one.target, one.subnet))


def _placed(
    sessions: Iterable[RoleSession], around: Surroundings
) -> Iterator[tuple[RoleSession, str, str]]:
    """Sessions of instances whose subnet is known."""
    for session in sessions:
        instance = session.instance
        if instance is None or class_of(session) is SessionClass.INFRASTRUCTURE:
            continue
        subnet = around.inventory.subnet_of(instance)
        if subnet is not None:
            yield session, instance, subnet


def _targets(
    session: RoleSession, instance: str, sighting: Sighting, around: Surroundings
) -> Iterator[tuple[str, bool, Place]]:
    """What a rule would have to name for a sighting that is not at home."""
    origin = sighting.origin
    if origin.via is not Via.DIRECT or origin.address is None:
        return
    subject = Subject(instance, session.identity.account, session.identity.region)
    for piece in pieces(session.principal_id, sighting, subject, around):
        if piece.placement.place in _PROPOSABLE:
            width = 128 if ":" in origin.address else 32
            yield (
                origin.endpoint or f"{origin.address}/{width}",
                origin.endpoint is not None,
                piece.placement.place,
            )
            return


def _note(known: _Seen, sighting: Sighting) -> None:
    known.days.add(sighting.day)
    known.calls += count(sighting.calls)
    if HEARTBEAT in sighting.apis:
        known.beat_days.add(sighting.day)


def _proposal(
    index: tuple[str, str, bool],
    by_instance: dict[str, _Seen],
    active: dict[str, set[int]],
    account: str | None,
) -> Proposal | None:
    subnet, target, is_endpoint = index
    days = set[int]().union(*(one.days for one in by_instance.values()))
    steady = {name for name, one in by_instance.items() if len(one.days) >= DAYS_MIN}
    agreeing = {name for name in steady if len(by_instance[name].beat_days) >= DAYS_MIN - 1}
    present = {name for name, its_days in active.items() if its_days & days}
    enough = (
        len(steady) >= INSTANCES_MIN
        and len(by_instance) >= SHARE_MIN * len(present)
        and len(agreeing) >= AGREEING_MIN * len(steady)
        and len(agreeing) > 1
    )
    if not enough:
        return None
    return Proposal(
        subnet=subnet,
        account=account,
        instances=tuple(sorted(by_instance)),
        active=len(present),
        agreeing=tuple(sorted(agreeing)),
        days=tuple(sorted(days)),
        calls=sum(one.calls for one in by_instance.values()),
        place=min(one.place for one in by_instance.values()),
        vpc_endpoint=target if is_endpoint else None,
        cidr=None if is_endpoint else target,
    )

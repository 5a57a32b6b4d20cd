"""Habit: what one role session showed on one day, from which is learned what is usual.

A small summary of the session's sightings: networks, clients, APIs and regions, each with the
number of calls. Habits of one session and day join by union and maximum, so that they can be put
together in any order and any number of times, like the sightings that they are made from.
"""

from collections.abc import Iterable, Iterator
from enum import StrEnum

from msgspec import Struct

from truant.model.distinct import count
from truant.model.network import Origin, Via, neighbourhood
from truant.model.role_session import RoleSession
from truant.model.sighting import Sighting
from truant.model.user_agent import program

VALUES_MAX = 64  # of one feature and day; past that, the first in the alphabet


class Feature(StrEnum):
    """What is looked at in a day's calls. The words are those of sentences."""

    NETWORK = "network"
    CLIENT = "client"
    API = "API"
    REGION = "region"


class Habit(Struct, frozen=True, gc=False, array_like=True):
    """One session's day. `shown` maps a feature to values, each with its number of calls."""

    principal_id: str
    day: int  # days since the epoch
    account: str | None
    role_arn: str | None
    instance: str
    shown: dict[str, dict[str, int]]


def network_of(origin: Origin) -> str | None:
    """The network that an origin counts under: its endpoint, else its neighbourhood."""
    if origin.endpoint is not None:
        return origin.endpoint
    return neighbourhood(origin.address) if origin.address else None


def values_of(sighting: Sighting) -> dict[Feature, frozenset[str]]:
    """What a sighting shows of each feature; nothing of a call that AWS made or a URL carried."""
    if sighting.origin.via is not Via.DIRECT:
        return {}
    network = network_of(sighting.origin)
    return {
        Feature.NETWORK: frozenset({network} if network else ()),
        Feature.CLIENT: frozenset(map(program, sighting.agents)),
        Feature.API: sighting.apis,
        Feature.REGION: sighting.regions,
    }


def habits(session: RoleSession) -> Iterator[Habit]:
    """The habits of a session that carries an instance's id, one a day."""
    if session.instance is None:
        return
    days: dict[int, dict[str, dict[str, int]]] = {}
    for sighting in session.sightings:
        calls = count(sighting.calls)
        for feature, values in values_of(sighting).items():
            shown = days.setdefault(sighting.day, {}).setdefault(feature, {})
            for value in values:
                shown[value] = shown.get(value, 0) + calls
    for day, features in sorted(days.items()):
        yield Habit(
            session.principal_id,
            day,
            session.identity.account,
            session.identity.issuer_arn,
            session.instance,
            {feature: _few(values) for feature, values in features.items()},
        )


def join_habit(one: Habit, other: Habit) -> Habit:
    """The join of two habits of the same session and day."""
    shown = {
        feature: _few(_largest((one.shown.get(feature, {}), other.shown.get(feature, {}))))
        for feature in sorted({*one.shown, *other.shown})
    }
    account = min(filter(None, (one.account, other.account)), default=None)
    role_arn = min(filter(None, (one.role_arn, other.role_arn)), default=None)
    return Habit(one.principal_id, one.day, account, role_arn, one.instance, shown)


def _largest(some: Iterable[dict[str, int]]) -> dict[str, int]:
    found: dict[str, int] = {}
    for values in some:
        for value, calls in values.items():
            found[value] = max(calls, found.get(value, 0))
    return found


def _few(values: dict[str, int]) -> dict[str, int]:
    return {value: values[value] for value in sorted(values)[:VALUES_MAX]}

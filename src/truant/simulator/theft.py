"""A thief at work with a stolen key, and the finding that his calls should raise."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from truant.simulator import actions, clients, truth
from truant.simulator.actions import Action
from truant.simulator.cloudtrail import Delivered
from truant.simulator.identity import Credential
from truant.simulator.network import Account, Instance
from truant.simulator.services import GLOBAL
from truant.simulator.truth import Expected, Remote
from truant.simulator.way_out import Origin
from truant.simulator.world import World

# How long a thief means to use a key; he takes the next one if the present one ends before.
LASTING = timedelta(minutes=100)


@dataclass
class Thief:
    """Somebody who holds a key that is not his; what he does is noted."""

    world: World
    credential: Credential
    agent: str
    region: str
    since: datetime
    calls: list[Delivered] = field(default_factory=list)
    origins: list[Origin] = field(default_factory=list)

    def call(self, action: Action, origin: Origin, time: datetime) -> Delivered:
        """Make one call from an origin. Raises ValueError where the key is not valid then."""
        if not self.credential.issued <= time < self.credential.expires:
            raise ValueError(f"{self.credential.key} is not valid at {time}")
        made = self.world.call_with(
            self.credential, action, origin, self.agent, time, region=self.region
        )
        self.note(made, origin)
        return made

    def run(
        self,
        steps: Sequence[Action],
        source: Origin | Instance,
        start: datetime | None = None,
        gap_seconds: float = 25,
    ) -> datetime:
        """Make calls one after another, from an origin or as a machine's network shows them.

        Starts some minutes after the theft unless told when; gives the time after the last.
        """
        rng = self.world.rng
        time = start or self.since + timedelta(seconds=rng.randrange(90, 1500))
        for step in steps:
            self.call(step, self._origin(source, step, time), time)
            time += timedelta(seconds=max(1, round(rng.expovariate(1 / gap_seconds))))
        return time

    def _origin(self, source: Origin | Instance, step: Action, time: datetime) -> Origin:
        if isinstance(source, Origin):
            return source
        region = GLOBAL.get(step.service, self.region)
        return self.world.leave(source, step.service, region, time)

    def expected(
        self,
        type_: str,
        severity: float,
        *,
        affiliated: bool | None = None,
        account: str | None = None,
        needs: Sequence[str] = (truth.LOGS,),
        derived: Sequence[Delivered] = (),
        reason: str | None = None,
    ) -> None:
        """Note the finding that all calls so far should raise together, and start a new list."""
        times = [call.time for call in self.calls] or [self.since]
        finding = Expected(
            type_,
            severity,
            affiliated,
            Remote(
                account,
                tuple(sorted({origin.address for origin in self.origins})),
                next((origin.endpoint for origin in self.origins if origin.endpoint), None),
            ),
            tuple(call.event_id for call in self.calls),
            tuple(sorted({call.access_key for call in self.calls} - {""})),
            min(times),
            max(times),
            tuple(needs),
            tuple(call.event_id for call in derived),
            reason,
        )
        self.world.expect(self.credential.principal, finding)
        self.calls, self.origins = [], []

    def other_instance(self, needs: Sequence[str] = (truth.LOGS, truth.INVENTORY)) -> None:
        """Expect OtherInstance of the calls so far."""
        account = self.credential.account
        self.expected(truth.OTHER_INSTANCE, truth.MEDIUM, account=account, needs=needs)

    def unobservable(self, type_: str, reason: str) -> None:
        """Note that the theft of the calls so far cannot be seen in any log, and why."""
        self.expected(type_, truth.HIGH, needs=(truth.UNOBSERVABLE,), reason=reason)

    def note(self, call: Delivered, origin: Origin) -> None:
        """Count a call that was made in another way as one of the thief's."""
        self.calls.append(call)
        self.origins.append(origin)

    def outside_aws(self, needs: Sequence[str] = (truth.LOGS,)) -> None:
        """Expect OutsideAWS of the calls so far."""
        self.expected(truth.OUTSIDE_AWS, truth.HIGH, needs=needs)

    def inside_aws(self, account: Account | None, needs: Sequence[str] = (truth.LOGS,)) -> None:
        """Expect InsideAWS of the calls so far; the account is None where nothing tells it."""
        affiliated = account is not None and account.monitored
        self.expected(
            truth.INSIDE_AWS,
            truth.MEDIUM if affiliated else truth.HIGH,
            affiliated=affiliated,
            account=account.id if account else None,
            needs=needs,
        )


def steal(
    world: World,
    instance: Instance,
    time: datetime,
    delivery: str = "1.0",
    agent: str | None = None,
) -> Thief:
    """Take an instance's key from its metadata service, at a time or when the next one is there.

    The key is valid for at least LASTING after the thief's `since`. Raises LookupError where the
    instance has no such key.
    """
    held = [
        key
        for key in world.keys[instance.id]
        if key.delivery == delivery and key.expires >= max(time, key.issued) + LASTING
    ]
    if not held:
        raise LookupError(f"{instance.id} has no key to steal after {time}")
    earlier = [key for key in held if key.issued <= time]
    credential = earlier[-1] if earlier else held[0]
    since = max(time, credential.issued + timedelta(minutes=1))
    return Thief(world, credential, agent or clients.thief(world.rng), instance.region, since)


def look_round(world: World, bucket: str, account: str, objects: int = 5) -> list[Action]:
    """What thieves do first: who am I, which buckets, what is in this one, take some."""
    steps = [
        actions.get_caller_identity(),
        actions.list_buckets(),
        actions.list_objects(bucket, account),
    ]
    for _ in range(objects):
        key = f"customers/{world.rng.randrange(2015, 2026)}-{world.rng.randrange(1, 13):02}.csv"
        steps.append(actions.get_object(bucket, key, account, world.rng.randrange(10**4, 10**8)))
    if world.rng.random() < 0.6:
        steps.insert(1, actions.list_users().denied())
    return steps

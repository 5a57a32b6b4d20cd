"""One scenario's world while it is being made: its network, its records and the truth."""

import random
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from msgspec import Struct, structs

from truant.simulator import identity
from truant.simulator.actions import Action, Json
from truant.simulator.cloudtrail import Delivered, record
from truant.simulator.estate import Estate
from truant.simulator.identifiers import Ids
from truant.simulator.identity import Credential
from truant.simulator.network import Account, Instance, Interface, Network
from truant.simulator.services import GLOBAL
from truant.simulator.truth import IMPOSTOR, Expected, Session
from truant.simulator.way_out import Origin, origin_of

PROXY_PORT = "3128"


class Flow(Struct, frozen=True):
    """A talk of one of our interfaces with a service, as flow logs would see it.

    `through` is the address and port of a proxy or server that it talks to instead, if any.
    """

    interface: Interface
    service: str
    region: str
    time: datetime
    origin: Origin
    through: tuple[str, str] | None = None


@dataclass
class World:
    """A scenario under construction. Everything random comes from its own generator."""

    name: str
    estate: Estate
    rng: random.Random
    ids: Ids
    network: Network = field(default_factory=Network)
    records: list[Delivered] = field(default_factory=list)
    keys: dict[str, list[Credential]] = field(default_factory=dict)
    sessions: dict[str, Session] = field(default_factory=dict)
    trusted: list[Json] = field(default_factory=list)
    flows: list[Flow] = field(default_factory=list)
    _identities: dict[tuple[str, str | None, str], Json] = field(default_factory=dict)

    @property
    def first(self) -> datetime:
        """When the trail begins."""
        return self.estate.first

    @property
    def start(self) -> datetime:
        """When the trail's last day begins, which most things happen on; often its only one."""
        return self.estate.start

    @property
    def end(self) -> datetime:
        """When the trail ends."""
        return self.estate.end

    def at(self, hours: float) -> datetime:
        """A moment of the last day, in hours after its start, on a whole second."""
        return self.start + timedelta(seconds=round(hours * 3600))

    def between(self, start: datetime, end: datetime) -> datetime:
        """A random moment between two others, on a whole second."""
        return start + timedelta(seconds=self.rng.randrange(int((end - start).total_seconds())))

    def account(
        self, name: str, *, ours: bool = True, monitored: bool = True, id_: str | None = None
    ) -> Account:
        """Open an account: one of ours (monitored or not), or a stranger's."""
        account = Account(id_ or self.ids.account(), name, ours, ours and monitored, ours)
        self.network.accounts.append(account)
        if ours:
            self.estate.accounts.append(account)
        return account

    def call(
        self,
        who: Json,
        action: Action,
        origin: Origin,
        agent: str,
        time: datetime,
        *,
        account: str,
        region: str,
        tls: bool = True,
        shared: str | None = None,
        event_type: str = "AwsApiCall",
        from_console: bool = False,
    ) -> Delivered:
        """Record one call in the trail of an account and region."""
        region = GLOBAL.get(action.service, region)
        if action.service == "s3" and action.additional is not None:
            additional = action.additional | {"x-amz-id-2": self.ids.text(75) + "="}
            action = structs.replace(action, additional=additional)
        request_id = self.ids.s3_request() if action.service == "s3" else self.ids.uuid()
        found = record(
            action,
            who,
            origin,
            agent,
            time=time,
            region=region,
            recipient=account,
            request_id=request_id,
            event_id=self.ids.uuid(),
            habit=self.estate.habit(action.service),
            tls=tls,
            shared=shared,
            event_type=event_type,
            from_console=from_console,
        )
        delivered = Delivered(account, region, time, found)
        self.records.append(delivered)
        return delivered

    def call_with(
        self,
        credential: Credential,
        action: Action,
        origin: Origin,
        agent: str,
        time: datetime,
        *,
        region: str,
        shared: str | None = None,
        from_console: bool = False,
    ) -> Delivered:
        """Record one call signed with a role session's key."""
        # The same in all calls of a key to a service, and two thirds of a record's text.
        index = (credential.key, credential.delivery, action.service)
        who = self._identities.get(index)
        if who is None:
            who = identity.of_credential(credential, self.estate.habit(action.service))
            self._identities[index] = who
        return self.call(
            who,
            action,
            origin,
            agent,
            time,
            account=credential.account,
            region=region,
            shared=shared,
            from_console=from_console,
        )

    def home_call(
        self,
        instance: Instance,
        action: Action,
        agent: str,
        time: datetime,
        *,
        region: str | None = None,
        interface: Interface | None = None,
        ipv6: bool = False,
    ) -> Delivered:
        """Record a call that an instance makes itself, by the way it really has out."""
        reached = GLOBAL.get(action.service, region or instance.region)
        origin = self.leave(instance, action.service, reached, time, interface, ipv6)
        credential = self.key_in_use(instance, time)
        return self.call_with(credential, action, origin, agent, time, region=reached)

    def leave(
        self,
        machine: Instance,
        service: str,
        region: str,
        time: datetime,
        interface: Interface | None = None,
        ipv6: bool = False,
    ) -> Origin:
        """Let a machine talk to a service; give the origin that the service sees."""
        origin = origin_of(self.network, machine, service, region, time, self.rng, interface, ipv6)
        if machine.account.ours:
            leaving = interface or machine.interface
            host = machine.proxy_host or origin.address
            through = (host, PROXY_PORT) if origin.address in machine.proxy else None
            self.flows.append(Flow(leaving, service, region, time, origin, through))
        return origin

    def key_in_use(
        self, instance: Instance, time: datetime, delivery: str | None = None
    ) -> Credential:
        """The key that the instance's software holds at a time (or its twin of a delivery).

        Raises LookupError where the instance has none then.
        """
        wanted = delivery or instance.delivery
        for key in reversed(self.keys[instance.id]):  # the latest first
            if key.delivery == wanted and key.issued <= time < key.expires:
                return key
        raise LookupError(f"{instance.id} holds no key at {time}")

    def trust(
        self, cidr: str, reason: str, accounts: list[Account], expires: date | None = None
    ) -> None:
        """Put a way out that no inventory shows into the configuration."""
        rule: Json = {"cidr": cidr, "reason": reason, "accounts": [one.id for one in accounts]}
        if expires is not None:
            rule["expires"] = expires
        self.trusted.append(rule)

    def register(self, instance: Instance) -> None:
        """Note the role session of an instance as clean, until a theft says otherwise."""
        if instance.role is None:
            return
        principal = f"{instance.role.id}:{instance.id}"
        self.sessions[principal] = Session(
            self.name, principal, instance.id, instance.account.id, stolen=False
        )

    def expect(self, principal: str, finding: Expected) -> None:
        """Add an expected finding to a session; all but an impostor's mean that it is stolen."""
        session = self.sessions[principal]
        stolen = session.stolen or finding.type != IMPOSTOR
        self.sessions[principal] = replace(
            session, stolen=stolen, findings=(*session.findings, finding)
        )


def world_of(estate: Estate, name: str) -> World:
    """Open the world of a scenario; its randomness depends on the seed and its name only."""
    rng = random.Random(f"{estate.seed}/{name}")  # noqa: S311 not for secrecy
    return World(name, estate, rng, Ids(rng))

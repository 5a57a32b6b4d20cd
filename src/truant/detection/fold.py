"""fold: calls in, sightings and facts out; a few thousand for a million calls.

The calls of a file are gathered by identity and origin, and each such group is told in one
sighting a day. Nothing else of a call outlives its file.
"""

from collections import Counter
from collections.abc import Sequence

from msgspec import Raw, Struct
from xxhash import xxh3_64_intdigest

from truant.detection.makings import MAKINGS, makings
from truant.detection.mints import MINTS, is_a_services_own, mints
from truant.detection.network_changes import CHANGES, network_changes
from truant.detection.sight import (
    Calls,
    Times,
    What,
    event_id,
    is_presigned,
    origin_of,
    sightings,
)
from truant.detection.standing import claims_instance
from truant.model.api_call import ApiCall, UserIdentity, identity_of
from truant.model.fact import Fact, Mint
from truant.model.network import Via, canonical, is_account
from truant.model.role_session import Identity, RoleSession, join_identity, join_session
from truant.model.sighting import Made

FOLDED_INSTANCE = "calls with an instance's credentials"
FOLDED_OTHER = "calls with other credentials, kept in case an instance's made them"
FOLDED_FACT = "changes of the network and credentials issued, by AWS services"
IGNORED_SERVICE = "an AWS service on its own or on another's behalf"
IGNORED_WORKLOAD = "a session of Lambda, ECS or a service-linked role"
IGNORED_NAMELESS = "no principal or no credential named"
IGNORED_COPY = "network activity or insight, told beside the call itself"
REFUSED_TIMELESS = "no usable eventTime"
FOLDED = frozenset({FOLDED_INSTANCE, FOLDED_OTHER, FOLDED_FACT})

COPIES = frozenset({"NetworkActivity", "Insight"})
_TOLD = frozenset(CHANGES) | MINTS
_LOOKED_INTO = _TOLD | frozenset(MAKINGS)
_WORKLOADS = frozenset({"AWS::Lambda::Function", "AWS::ECS::Task"})
_PRINCIPAL_LENGTH, _ARN_LENGTH = 256, 512  # AWS's own are shorter
_SERVICE_LINKED = (":assumed-role/AWSServiceRoleFor", ":assumed-role/AWSReservedSSO_")


class Fold(Struct):
    """What was found in some calls. `seen` counts the records by what became of each."""

    sessions: dict[str, RoleSession]
    facts: set[Fact]
    mints: set[Mint]
    seen: Counter[str]
    timeless: list[int]  # which calls have no usable time: their places among all, from 1
    accounts: set[str]  # whose trail this is: recipientAccountId
    latest: int = 0  # the newest eventTime, epoch seconds


def fold(calls: Sequence[ApiCall]) -> Fold:
    """Fold the calls of one file."""
    folding = Folding()
    folding.add(calls)
    return folding.result()


# Identity as raw JSON, address, endpoint, its account; and a mark where the URL was signed.
Index = tuple[bytes | str | None, ...]


Source = tuple[str | None, str | None, str | None]  # address, endpoint, the endpoint's account


class _Group:
    """The calls of one identity from one origin, so far.

    `ignored` is why they are not of interest, or None where they are. A plain class with slots, as
    is _Caller: their members change with every call.
    """

    __slots__ = (
        "calls",
        "direct",
        "ignored",
        "made",
        "origin",
        "others",
        "told",
        "whats",
        "who",
    )

    def __init__(self, caller: "_Caller", source: Source, via: Via = Via.DIRECT) -> None:
        self.who = who = caller.who  # and not the caller: a ring would never be let go
        self.ignored = _ignored(caller, source[0])
        service = who.invoked_by or canonical(source[0] or "") is None
        self.direct = via is Via.DIRECT and not service
        self.origin = origin_of(Via.SERVICE if service else via, source)
        self.calls = Calls()
        self.whats: dict[str | None, What] = {}  # by name: the latest of each
        self.made: set[Made] = set()
        self.told = self.others = 0  # of ignored calls: those that told facts, and the rest


class _Caller:
    """One `userIdentity`, by the bytes that it has in all calls of a credential."""

    __slots__ = (
        "address",
        "claims_instance",
        "delivered",
        "group",
        "groups",
        "identity",
        "principal",
        "told",
        "who",
    )

    def __init__(self, identity: Raw) -> None:
        self.identity = identity.copy()  # else it would hold the text of its whole piece
        self.who = who = identity_of(bytes(identity)) or UserIdentity()
        self.principal, self.told = _principal(who), _identity(who)
        session = RoleSession(self.principal, self.told, [])
        self.delivered = bool(who.session_context and who.session_context.ec2_role_delivery)
        self.claims_instance = claims_instance(session) or (
            self.delivered and session.instance is not None
        )
        self.groups: dict[tuple[object, ...], _Group] = {}
        self.address: str | None = None  # of the latest call without an endpoint, and its group
        self.group: _Group | None = None

    def from_source(self, source: Source) -> _Group:
        """The group of an origin."""
        group = self.groups.get(source)
        if group is None:
            group = self.groups[source] = _Group(self, source)
        if source[1] is None and source[2] is None:
            self.address, self.group = source[0], group
        return group

    def presigned(self, source: Source) -> _Group:
        """The group of calls by presigned URLs from an origin."""
        index = (*source, Via.PRESIGNED)
        if index not in self.groups:
            self.groups[index] = _Group(self, source, Via.PRESIGNED)
        return self.groups[index]


class _Callers(dict[int, _Caller]):
    """Callers by a hash of their identity; the identity itself settles it.

    Python's own hash of the some 500 bytes would take as long as all the rest of a look-up.
    """

    def caller(self, number: int, identity: Raw) -> _Caller:
        """The caller of an identity, where the number's own is none or another."""
        while (known := self.setdefault(number, _Caller(identity))).identity != identity:
            number += 1
        return known


class Folding:
    """Folds calls piece by piece: what is kept of each call is a small row until they are told.

    The text of a piece can be let go before the next is read, and a group that goes on through
    many files is told once. Both were measured: holding the texts until the end of a file costs
    as much again as decoding them (they leave the processor's cache), and telling each group
    file by file twice as much as telling it once for some dozens of files.
    """

    def __init__(self) -> None:
        self._callers = _Callers()
        self._times = Times()
        self._result = Fold({}, set(), set(), Counter(), [], set())
        self._read = 0
        self.rows = 0  # calls that may be held, until they are told

    def add(self, calls: Sequence[ApiCall]) -> None:
        """Take in more calls. This loop is the hottest of all: for most calls it calls nothing."""
        callers, times, recipient = self._callers, self._times, None
        seen, accounts = self._result.seen, self._result.accounts
        for call in calls:
            category = call.event_category
            if category != "Management" and category in COPIES:
                seen[IGNORED_COPY] += 1
                continue
            identity, address = call.user_identity, call.source_ip_address
            endpoint, owner = call.vpc_endpoint_id, call.vpc_endpoint_account_id
            caller = callers.get(number := xxh3_64_intdigest(identity))
            if caller is None or caller.identity != identity:
                caller = callers.caller(number, identity)
            group = caller.group
            if endpoint is not None or owner is not None or address != caller.address or not group:
                group = caller.from_source((address, endpoint, owner))
            if call.recipient_account_id != recipient:
                recipient = call.recipient_account_id
                accounts.add(recipient or "")
            time = times[call.event_time or call.timestamp]
            if time is None:
                self._refuse(call, calls)
                continue
            name = call.event_name
            if name in _LOOKED_INTO:
                self._look_into(call, time, group)
            if group.ignored is not None:
                group.others += 1
                continue
            if group.direct and call.event_source == "s3.amazonaws.com" and is_presigned(call):
                group = caller.presigned((address, endpoint, owner))
            what = group.whats.get(name)
            if (
                what is None
                or what.source != call.event_source
                or what.agent != call.user_agent
                or what.region != call.aws_region
                or what.error != call.error_code
            ):
                what = group.whats[name] = What(call)
            own, held = call.event_id or event_id(call), group.calls
            held.times.append(time)
            held.own.append(own)
            held.ids.append(call.shared_event_id or own)
            held.whats.append(what)
        self._read += len(calls)
        self.rows += len(calls)

    def _refuse(self, call: ApiCall, calls: Sequence[ApiCall]) -> None:
        """Note the position of a call without a usable time."""
        place = next(at for at, one in enumerate(calls, self._read + 1) if one is call)
        self._result.timeless.append(place)

    def take_timeless(self) -> list[int]:
        """The positions of records without a usable time since the last time; then counts anew."""
        found, self._result.timeless, self._read = self._result.timeless, [], 0
        return found

    def _look_into(self, call: ApiCall, time: int, group: _Group) -> None:
        """Take facts, credentials and things made out of a call of the few kinds that have any."""
        name = call.event_name
        if not call.error_code:
            if name in CHANGES:
                self._result.facts.update(network_changes(call, time))
            if name in MINTS and not is_a_services_own(call, group.who):
                self._result.mints.update(mints(call, time))
            if group.ignored is None:
                group.made.update(makings(call, time))
        if group.ignored is not None and name in _TOLD:
            group.told += 1
            group.others -= 1

    def tell(self) -> None:
        """Tell the calls so far as sightings, and let them go."""
        result, told = self._result, Fold({}, set(), set(), self._result.seen, [], set())
        for caller in self._callers.values():
            for group in caller.groups.values():
                if group.calls.times:
                    _tell(caller, group, told)
                result.seen[group.ignored or IGNORED_NAMELESS] += group.others
                result.seen[FOLDED_FACT] += group.told
        for principal, session in told.sessions.items():
            known = result.sessions.get(principal) or RoleSession(principal, session.identity, [])
            result.sessions[principal] = join_session(known, session)
        result.latest = max(result.latest, *(time or 0 for time in self._times.values()), 0)
        self._callers.clear()
        self._times.clear()
        self.rows = 0

    def result(self) -> Fold:
        """What all calls told."""
        self.tell()
        found = self._result
        found.seen = +Counter(found.seen | {REFUSED_TIMELESS: len(found.timeless)})
        found.accounts = {account for account in found.accounts if is_account(account)}
        return found


def _tell(caller: _Caller, group: _Group, told: Fold) -> None:
    """Put a group's sightings beside those of its session; what is the same is joined later."""
    seen = sightings(group.calls, caller.who, group.origin, group.made)
    known = told.sessions.get(caller.principal)
    if known is None:
        told.sessions[caller.principal] = RoleSession(caller.principal, caller.told, list(seen))
    else:
        known.identity = join_identity(known.identity, caller.told)
        known.sightings.extend(seen)
    outcome = FOLDED_INSTANCE if caller.claims_instance else FOLDED_OTHER
    told.seen[outcome] += len(group.calls.times)


def _ignored(caller: _Caller, source: str | None) -> str | None:
    """Why the calls of an identity are not of interest; None where they are."""
    who = caller.who
    if not (who.principal_id or who.arn):
        return IGNORED_SERVICE if who.type == "AWSService" else IGNORED_NAMELESS
    if who.type == "AWSService":
        return IGNORED_SERVICE
    if caller.delivered or caller.claims_instance:
        return None
    if not who.access_key_id:
        return IGNORED_NAMELESS
    if who.invoked_by or canonical(source or "") is None:
        return IGNORED_SERVICE
    scope = who.in_scope_of.issuer_type if who.in_scope_of else None
    linked = any(mark in (who.arn or "") for mark in _SERVICE_LINKED)
    return IGNORED_WORKLOAD if scope in _WORKLOADS or linked else None


def _principal(who: UserIdentity) -> str:
    return (who.principal_id or who.arn or "")[:_PRINCIPAL_LENGTH]


def _cut(text: str | None) -> str | None:
    return text[:_ARN_LENGTH] if text else None


def _identity(who: UserIdentity) -> Identity:
    issuer = who.session_context.session_issuer if who.session_context else None
    scope = who.in_scope_of
    of_instance = scope is not None and scope.issuer_type == "AWS::EC2::Instance"
    return Identity(
        account=_cut(who.account_id),
        arn=_cut(who.arn),
        issuer_arn=_cut(issuer.arn) if issuer else None,
        instance_arn=_cut(scope.credentials_issued_to) if scope and of_instance else None,
        type=_cut(who.type),
    )

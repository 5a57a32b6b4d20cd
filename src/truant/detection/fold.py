"""fold: calls in, sightings and facts out; a few thousand for a million calls.

The calls of a file are gathered by identity and origin, and each such group is told in one
sighting a day. Nothing else of a call outlives its file.
"""

from collections import Counter
from collections.abc import Sequence

from msgspec import Struct

from truant.detection.mints import MINTS, mints
from truant.detection.network_changes import CHANGES, network_changes
from truant.detection.sight import Timeless, sightings, time_of
from truant.detection.standing import claims_instance
from truant.model.api_call import ApiCall, UserIdentity, identity_of
from truant.model.fact import Fact, Mint
from truant.model.network import canonical, is_account
from truant.model.role_session import Identity, RoleSession, join_identity, join_session

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


Group = tuple[bytes, str | None, str | None, str | None]


def fold(calls: Sequence[ApiCall]) -> Fold:
    """Fold the calls of one file."""
    result = Fold({}, set(), set(), Counter(), [], set())
    timeless: set[int] = set()
    for group, members in _gathered(calls, result).items():
        recipients = {call.recipient_account_id for call in members}
        result.accounts.update(one for one in recipients if one and is_account(one))
        try:
            _tell(group, members, result)
        except Timeless:
            timed = [call for call in members if time_of(call) is not None]
            timeless.update(id(call) for call in members if time_of(call) is None)
            if timed:
                _tell(group, timed, result)
    result.sessions = {name: _joined(one) for name, one in result.sessions.items()}
    if timeless:
        result.timeless = [place for place, call in enumerate(calls, 1) if id(call) in timeless]
        result.seen[REFUSED_TIMELESS] += len(result.timeless)
    return result


def _gathered(calls: Sequence[ApiCall], result: Fold) -> dict[Group, list[ApiCall]]:
    groups: dict[Group, list[ApiCall]] = {}
    for call in calls:
        if call.event_category in COPIES:
            result.seen[IGNORED_COPY] += 1
            continue
        if call.event_name in _TOLD:
            _take_facts(call, result)
        group = (
            bytes(call.user_identity),
            call.source_ip_address,
            call.vpc_endpoint_id,
            call.vpc_endpoint_account_id,
        )
        members = groups.get(group)
        if members is None:
            groups[group] = [call]
        else:
            members.append(call)
    return groups


def _take_facts(call: ApiCall, result: Fold) -> None:
    time = time_of(call)
    if time is not None:
        result.facts.update(network_changes(call, time))
        result.mints.update(mints(call, time))


def _tell(group: Group, calls: list[ApiCall], result: Fold) -> None:
    """Add the sightings of one group to its principal's session, or count why there are none."""
    who = identity_of(group[0])
    ignored = _ignored(who, group[1])
    if ignored is not None or who is None:
        result.latest = max(result.latest, *(_sound_time(call) for call in calls))
        for call in calls:
            told = call.event_name in _TOLD
            result.seen[FOLDED_FACT if told else ignored or IGNORED_NAMELESS] += 1
        return
    seen = list(sightings(calls, who, group[1:]))
    session = RoleSession(_principal(who), _identity(who), seen)
    _add(session, result)
    result.seen[FOLDED_INSTANCE if claims_instance(session) else FOLDED_OTHER] += len(calls)
    result.latest = max(result.latest, *(sighting.last for sighting in seen))


def _add(session: RoleSession, result: Fold) -> None:
    """Put a group's sightings beside those of its session; `_joined` joins what is the same."""
    known = result.sessions.setdefault(session.principal_id, session)
    if known is not session:
        known.identity = join_identity(known.identity, session.identity)
        known.sightings.extend(session.sightings)


def _joined(session: RoleSession) -> RoleSession:
    empty = RoleSession(session.principal_id, session.identity, [])
    return join_session(empty, session)


def _sound_time(call: ApiCall) -> int:
    time = time_of(call)
    if time is None:
        raise Timeless
    return time


def _ignored(who: UserIdentity | None, source: str | None) -> str | None:
    """Why the calls of an identity are not of interest; None where they are."""
    if who is None or not (who.principal_id or who.arn):
        return IGNORED_SERVICE if who and who.type == "AWSService" else IGNORED_NAMELESS
    if who.type == "AWSService":
        return IGNORED_SERVICE
    if _names_an_instance(who):
        return None
    if not who.access_key_id:
        return IGNORED_NAMELESS
    if who.invoked_by or canonical(source or "") is None:
        return IGNORED_SERVICE
    scope = who.in_scope_of.issuer_type if who.in_scope_of else None
    linked = any(mark in (who.arn or "") for mark in _SERVICE_LINKED)
    return IGNORED_WORKLOAD if scope in _WORKLOADS or linked else None


def _names_an_instance(who: UserIdentity) -> bool:
    if who.session_context is not None and who.session_context.ec2_role_delivery:
        return True
    return claims_instance(RoleSession(_principal(who), _identity(who), []))


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

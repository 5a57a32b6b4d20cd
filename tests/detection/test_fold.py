"""Every record is folded, ignored for a named reason, or refused with its position."""

import pytest

from tests.detection.records import (
    INSTANCE,
    KEY,
    ROLE,
    SISTER,
    Json,
    at,
    call,
    child,
    folded,
    issuance,
    who,
)
from truant.detection.fold import (
    FOLDED_FACT,
    FOLDED_INSTANCE,
    FOLDED_OTHER,
    IGNORED_COPY,
    IGNORED_NAMELESS,
    IGNORED_SERVICE,
    IGNORED_WORKLOAD,
    REFUSED_TIMELESS,
)

FUNCTION = {"inScopeOf": {"issuerType": "AWS::Lambda::Function", "credentialsIssuedTo": "arn"}}
OF_INSTANCE = {
    "issuerType": "AWS::EC2::Instance",
    "credentialsIssuedTo": f"arn:aws:ec2:eu-west-2:111122223333:instance/{INSTANCE}",
}
BROKEN_TIMES = (
    "",
    "2026-03-15",
    "2026-03-15T10:15",
    "2026-03-15T10:15:XX",
    "2026-03-15T10:15:60Z",
    "2026-03-15T23:59:99Z",
    "2026-13-40T00:00:00Z",
    "1970-01-01T00:00:00Z",
    "\u0662026-03-15T00:00:0",
)
SERVICE = {"type": "AWSService", "invokedBy": "ec2.amazonaws.com"}
USER = {"type": "IAMUser", "principalId": "AIDAUSER", "accessKeyId": "AKIAUSER", "arn": "arn:u"}
LINKED = child("ASIA1", "AROASLR:worker") | {
    "arn": "arn:aws:sts::111122223333:assumed-role/AWSServiceRoleForConfig/worker"
}


@pytest.mark.parametrize(
    ("record", "outcome"),
    [
        (call(), FOLDED_INSTANCE),
        (call(identity=USER), FOLDED_OTHER),
        (call(identity=child("ASIA1")), FOLDED_OTHER),
        (call(identity=child("ASIA1", "AROA:i-deployment")), FOLDED_OTHER),
        (issuance(KEY), FOLDED_FACT),
        (call("ec2.amazonaws.com", identity=SERVICE), IGNORED_SERVICE),
        (call("ec2.amazonaws.com", identity=USER), IGNORED_SERVICE),
        (call(identity=USER | {"invokedBy": "athena.amazonaws.com"}), IGNORED_SERVICE),
        (call(identity=child("ASIA1") | FUNCTION), IGNORED_WORKLOAD),
        (call(identity=LINKED), IGNORED_WORKLOAD),
        (call(identity=USER | {"accessKeyId": ""}), IGNORED_NAMELESS),
        (call(identity={"type": "Root"}), IGNORED_NAMELESS),
        (call() | {"userIdentity": None}, IGNORED_NAMELESS),
        (call() | {"userIdentity": [1]}, IGNORED_NAMELESS),
        (call(eventCategory="NetworkActivity"), IGNORED_COPY),
        (call() | {"eventTime": None}, REFUSED_TIMELESS),
        (call("ec2.amazonaws.com", identity=SERVICE) | {"eventTime": "soon"}, REFUSED_TIMELESS),
    ],
)
def test_every_record_has_its_outcome(record: Json, outcome: str) -> None:
    assert folded([record]).seen == {outcome: 1}


def test_outcomes_add_up_to_what_was_read() -> None:
    records = [call(), call(), issuance(KEY), call(identity=USER), {"eventName": "Odd"}]
    assert folded(records).seen.total() == len(records)


@pytest.mark.parametrize("time", BROKEN_TIMES)
def test_a_broken_time_costs_only_its_record_wherever_it_stands(time: str) -> None:
    """In the middle of its neighbours as well as before and after them."""
    for place in range(12):
        records = [call(minute=minute) for minute in range(609, 620)]
        records.insert(place, call(minute=9) | {"eventTime": time})
        fold = folded(records)
        assert fold.seen == {FOLDED_INSTANCE: 11, REFUSED_TIMELESS: 1}
        assert fold.timeless == [place + 1]


@pytest.mark.parametrize("hour", ["24", "99"])
def test_an_hour_that_no_day_has_breaks_nothing(hour: str) -> None:
    fold = folded([call(), call(minute=1) | {"eventTime": f"2026-03-15T{hour}:00:00Z"}, call()])
    assert fold.seen.total() == 3


def test_thousands_of_timeless_records_take_no_time() -> None:
    records = [call(identity=who(f"ASIA{n}")) | {"eventTime": None} for n in range(20_000)]
    assert folded(records).seen == {REFUSED_TIMELESS: 20_000}


def test_an_instances_session_is_known_by_what_no_caller_can_write() -> None:
    """By inScopeOf, whatever the session's name, and by delivery, whatever the id looks like."""
    scoped = child("ASIA1", "AROA:odd") | {"inScopeOf": OF_INSTANCE}
    (session,) = folded([call(identity=scoped)]).sessions.values()
    assert session.instance == INSTANCE
    assert session.identity.region == "eu-west-2"
    masked = who(instance="i-786a3A8B5C0d92eF4", delivery="1.0")
    assert folded([call(identity=masked)]).seen == {FOLDED_INSTANCE: 1}


@pytest.mark.parametrize("instance", ["i-0abcdef1", "i-0123456789abcdef0"])
def test_ids_of_both_lengths_are_instances(instance: str) -> None:
    identity = who(instance=instance, delivery=None)
    assert folded([call(identity=identity)]).seen == {FOLDED_INSTANCE: 1}


def test_many_groups_of_one_session_are_one_session() -> None:
    records = [call(f"54.10.{n}.1", n, identity=who(f"ASIA{n % 3}")) for n in range(50)]
    fold = folded([*records, *records])
    assert list(fold.sessions) == [f"{ROLE}:{INSTANCE}"]
    assert len(fold.sessions[f"{ROLE}:{INSTANCE}"].sightings) == 50


def test_one_key_told_by_two_services_in_two_ways_is_one_sighting() -> None:
    """Not every service writes the whole identity."""
    records = [call(), call(minute=1, identity=who() | {"inScopeOf": OF_INSTANCE})]
    (session,) = folded(records).sessions.values()
    (sighting,) = session.sightings
    assert sighting.deliveries == {"2.0", "inScopeOf"}


def test_every_account_whose_trail_this_is_counts() -> None:
    records = [call(), call(recipientAccountId=SISTER), call(recipientAccountId="no account")]
    for some in (records, records[::-1]):
        assert folded(some).accounts == {"111122223333", SISTER}


def test_the_newest_time_is_kept() -> None:
    fold = folded([call(minute=5), call("ec2.amazonaws.com", 9, identity=SERVICE)])
    assert at(9).startswith("2026-03-15T00:09")
    assert fold.latest % 3600 == 540


def test_a_session_joins_what_is_known_of_it_and_empty_texts_are_unknown() -> None:
    nameless = who() | {"accountId": "", "arn": ""}
    for records in ([nameless, who()], [who(), nameless]):
        fold = folded([call(identity=one) for one in records])
        (session,) = fold.sessions.values()
        assert session.identity.account == "111122223333"
        assert session.identity.role_name == "web"


def test_names_of_any_length_are_cut() -> None:
    long = "x" * 1_000_000
    identity = who(instance=f"i-{long}", account=long)
    assert len(repr(folded([call(identity=identity)]).sessions)) < 5000

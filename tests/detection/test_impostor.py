"""Sessions that name themselves after an instance, with keys that EC2 never delivered."""

from tests.detection.records import (
    HOME,
    INSTANCE,
    KEY,
    OTHER,
    OUTSIDE,
    ROLE,
    TWIN,
    Json,
    call,
    found,
    issuance,
    judged,
    made,
    network,
    who,
)
from truant.model.finding import LOW, FindingType, Verdict

FORGED = "ASIAFORGED0000000001"
USER = {"type": "IAMUser", "principalId": "AIDAUSER", "accessKeyId": "AKIAUSER", "arn": "arn:user"}
MASK = who(FORGED, delivery=None, role="AROASUPPORT")


def masked(source: str = OUTSIDE, minute: float = 2, identity: Json = MASK) -> Json:
    context = identity["sessionContext"] | {"attributes": {"creationDate": "2026-03-15T06:00:00Z"}}
    return call(source, minute, identity=identity | {"sessionContext": context})


def impostors(*records: Json) -> list[Verdict]:
    return [v for v in found(records, network()) if v.type is FindingType.IMPOSTOR]


def surrounded(*records: Json) -> list[Json]:
    """The trail shows EC2 issuing keys to another instance, before and after."""
    return [issuance("ASIA1", 300, OTHER), issuance("ASIA2", 500, OTHER), *records]


def test_software_that_names_a_session_after_its_own_instance_is_no_impostor() -> None:
    making = made(FORGED, HOME, 1, identity=who(KEY))
    assert not found([making, masked(HOME)], network())


def test_a_name_alone_where_the_trail_shows_no_issuance_is_no_impostor() -> None:
    """A trail of writes only, or records of an old time."""
    assert not impostors(masked())


def test_calls_from_home_and_from_services_are_no_impostors() -> None:
    assert not impostors(*surrounded(masked(HOME), masked("AWS Internal", 3)))


def test_a_key_that_somebody_made_is_an_impostors_and_nothing_else() -> None:
    making = made(FORGED, OUTSIDE, 1, identity=USER)
    (verdict,) = found([making, masked(), masked(minute=9)], network())
    assert verdict.type is FindingType.IMPOSTOR
    assert verdict.severity == LOW
    assert (verdict.instance, verdict.principal_id) == (INSTANCE, f"AROASUPPORT:{INSTANCE}")
    (evidence,) = verdict.evidence
    assert "AIDAUSER" in evidence.sentence
    assert FORGED in evidence.sentence
    assert evidence.event_ids == (making["eventID"],)
    assert sum(stray.count for stray in verdict.strays) == 2


def test_a_key_that_is_not_among_those_issued_is_an_impostors() -> None:
    (verdict,) = impostors(*surrounded(masked()))
    (evidence,) = verdict.evidence
    assert "no record shows EC2 issuing" in evidence.sentence
    assert FORGED in evidence.sentence
    assert verdict.is_claim


def test_the_instances_own_key_in_the_same_session_stays_a_theft() -> None:
    """Somebody assumes the instance's role under its name, and somebody stole its key."""
    mask = who(FORGED, delivery=None)
    making = made(FORGED, OUTSIDE, 1, identity=USER)
    verdicts = found([making, masked(identity=mask), call(OUTSIDE, 5)], network())
    assert {verdict.type for verdict in verdicts} == {
        FindingType.IMPOSTOR,
        FindingType.OUTSIDE_AWS,
    }
    assert {verdict.principal_id for verdict in verdicts} == {f"{ROLE}:{INSTANCE}"}


def test_each_maker_has_his_finding_and_each_network_where_nobody_is_known() -> None:
    second = {**USER, "principalId": "AIDASECOND"}
    two = who(TWIN, delivery=None, role="AROASUPPORT")
    makings = [made(FORGED, OUTSIDE, 1, identity=USER), made(TWIN, OUTSIDE, 1, identity=second)]
    verdicts = impostors(*makings, masked(), masked(identity=two))
    assert {v.party for v in verdicts} == {"maker:AIDAUSER", "maker:AIDASECOND"}
    far = masked("198.51.100.9", identity=two)
    assert len(impostors(*surrounded(masked(), masked("203.0.113.99", 9), far))) == 2


def test_records_in_any_order_give_the_same_verdict() -> None:
    records = surrounded(
        *(masked(f"203.0.113.{n}", n, who(f"ASIA{n}", delivery=None)) for n in range(10, 20))
    )
    assert judged(records, network()) == judged(records[::-1], network())

"""Stories of one session: records in, verdicts out; the false alarm first."""

import cProfile
import pstats
from collections.abc import Callable

import pytest

from tests.detection.records import (
    ACCOUNT,
    AWS,
    HOME,
    INSIDE,
    INSTANCE,
    KEY,
    OTHER,
    OUTSIDE,
    ROLE,
    SISTER,
    STRANGER,
    TWIN,
    Json,
    around,
    call,
    child,
    found,
    issuance,
    judged,
    made,
    network,
    said,
    state_of,
    verdict_at,
    who,
)
from truant.detection.judge import is_finding
from truant.detection.scoring import THRESHOLD
from truant.detection.state import judge_all
from truant.detection.trust import Rule, Trust
from truant.model.finding import HIGH, LOW, MEDIUM, FindingType, Verdict
from truant.model.network import Place

CHILD = "ASIACHILD00000000001"
MEMBERS = Trust(administrator=ACCOUNT, members=frozenset({SISTER}))
HOST_MANAGEMENT = "AWSSystemsManagerDefaultEC2InstanceManagementRole"


def through(source: str, endpoint: str, owner: str | None = None, minute: float = 0) -> Json:
    return call(source, minute, vpcEndpointId=endpoint, vpcEndpointAccountId=owner)


def reserved(name: str, key: str = KEY) -> Json:
    """A session of a role that AWS keeps for the instance itself."""
    return who(key, role="x") | {
        "principalId": f"{ACCOUNT}:{name}:{INSTANCE}",
        "arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/{name}/{INSTANCE}",
    }


def test_an_instance_at_home_gives_no_verdict() -> None:
    assert judged([issuance(KEY), call(HOME, 1), call(HOME, 700)], network()) == []


@pytest.mark.parametrize("source", ["AWS Internal", "ec2.amazonaws.com"])
def test_services_on_its_behalf_give_no_verdict(source: str) -> None:
    assert judged([call(source)], network()) == []


def test_other_principals_give_no_verdict() -> None:
    assert judged([call(OUTSIDE, identity=child("ASIA1"))]) == []
    assert judged([call(OUTSIDE, identity=child("ASIA1", "AROA:i-deployment"))]) == []


def test_log_only_an_aws_address_without_anything_against_it_is_not_paged() -> None:
    """No issuance, no inventory: it may be its own NAT gateway."""
    (verdict,) = judged([call(AWS, minute) for minute in range(0, 900, 7)])
    assert verdict.strays[0].place is Place.AWS_UNKNOWN
    assert verdict.probability < 0.1
    assert not is_finding(verdict)


def test_log_only_a_trusted_desk_does_not_make_the_instances_own_address_strange() -> None:
    desk = Trust(rules=(Rule("desk", cidr="198.51.100.0/24"),))
    records = [call(AWS, m, identity=who(TWIN, delivery="1.0"), userAgent="x") for m in range(9)]
    assert not found([*records, call("198.51.100.9", 3)], (), desk)


def test_log_only_outside_aws_is_a_finding() -> None:
    (verdict,) = found([call(AWS, 0), call(OUTSIDE, 1)])
    assert verdict.type is FindingType.OUTSIDE_AWS
    assert "unknown" in said("place", verdict)[0].sentence


@pytest.mark.parametrize(
    ("record", "kind", "severity", "account", "affiliated"),
    [
        (call(OUTSIDE), FindingType.OUTSIDE_AWS, HIGH, None, False),
        (call("2001:db8::1"), FindingType.OUTSIDE_AWS, HIGH, None, False),
        (call(AWS), FindingType.INSIDE_AWS, HIGH, None, False),
        (through("10.9.0.1", "vpce-9", STRANGER), FindingType.INSIDE_AWS, HIGH, STRANGER, False),
        (through(INSIDE, "vpce-9", STRANGER), FindingType.INSIDE_AWS, HIGH, STRANGER, False),
        (through(HOME, "vpce-9", STRANGER), FindingType.INSIDE_AWS, HIGH, STRANGER, False),
        (through("10.9.0.1", "vpce-9", SISTER), FindingType.INSIDE_AWS, MEDIUM, SISTER, True),
        (call("54.10.9.9"), FindingType.OTHER_INSTANCE, MEDIUM, ACCOUNT, False),
    ],
)
def test_types_and_severities(
    record: Json, kind: FindingType, severity: float, account: str | None, affiliated: bool
) -> None:
    facts = network() | network(OTHER, "54.10.9.9", "10.0.9.9")
    (verdict,) = found([call(HOME, 500), record], facts, MEMBERS)
    assert (verdict.type, verdict.severity) == (kind, severity)
    assert (verdict.remote_account, verdict.is_affiliated) == (account, affiliated)
    assert verdict.probability >= THRESHOLD
    assert verdict.evidence


def test_a_session_that_only_bears_the_name_is_a_low_finding() -> None:
    user = {"type": "IAMUser", "principalId": "AIDAUSER", "accessKeyId": "AKIA", "arn": "arn"}
    mask = who("ASIA1", delivery=None, role="AROASUPPORT")
    (verdict,) = found([made("ASIA1", OUTSIDE, 0, identity=user), call(OUTSIDE, 1, identity=mask)])
    assert (verdict.type, verdict.severity) == (FindingType.IMPOSTOR, LOW)


def test_one_finding_for_each_session_type_and_party() -> None:
    second = who("ASIA9", OTHER, role="AROAOTHER")
    records = [
        call(OUTSIDE, 1),
        call("203.0.113.77", 2),  # the same network
        call("198.51.100.7", 3),  # another
        through("10.9.0.1", "vpce-9", STRANGER, 4),
        through("10.9.0.2", "vpce-8", STRANGER, 5),  # another endpoint of the same account
        call(OUTSIDE, 6, identity=second),
    ]
    verdicts = found(records, network())
    assert sorted((v.instance, v.party, len(v.strays)) for v in verdicts) == [
        (INSTANCE, f"InsideAWS:{STRANGER}", 2),
        (INSTANCE, "OutsideAWS:198.51.100.0/24", 1),
        (INSTANCE, "OutsideAWS:203.0.113.0/24", 2),
        (OTHER, "OutsideAWS:203.0.113.0/24", 1),
    ]
    assert len({verdict.id for verdict in verdicts}) == 4


def test_a_finding_keeps_its_id_while_it_grows_and_loses_no_origin() -> None:
    (before,) = found([call(OUTSIDE, 5)], network())
    later = [call(f"203.0.113.{n}", 10 + n) for n in range(1, 250)]
    (after,) = found([call("203.0.113.200", 1), call(OUTSIDE, 5), *later], network())
    assert after.id == before.id
    assert {stray.origin.address for stray in after.strays} >= {
        f"203.0.113.{n}" for n in range(1, 250)
    }
    assert min(stray.first for stray in after.strays) < min(stray.first for stray in before.strays)


def test_an_id_does_not_hang_on_how_well_home_is_known() -> None:
    (known,), (unknown,) = found([call(OUTSIDE)], network()), found([call(OUTSIDE)])
    assert known.id == unknown.id
    stranger = through("10.9.0.1", "vpce-9", STRANGER)
    (known,), (unknown,) = found([stranger], network()), found([stranger])
    assert known.id == unknown.id


def test_other_instances_of_the_account_are_one_party_whatever_is_known_of_them() -> None:
    facts = network() | network(OTHER, "54.10.9.9", "10.0.9.9")
    named = verdict_at("54.10.9.9", judged([call("54.10.9.9")], facts))
    less = {fact for fact in facts if fact.attribute != "instance" or fact.entity[-1] == "1"}
    unnamed = verdict_at("54.10.9.9", judged([call("54.10.9.9")], less))
    assert OTHER in named.strays[0].reason
    assert OTHER not in unnamed.strays[0].reason
    assert named.id == unnamed.id


def test_the_account_becoming_known_is_the_one_change_of_party() -> None:
    """ARCHITECTURE.md says so: the party is the account, where it is known."""
    facts = network() | network(OTHER, AWS, "10.0.9.9", SISTER)
    (unknown,), (known,) = found([call(AWS)], network()), found([call(AWS)], facts)
    assert (unknown.party, known.party) == ("InsideAWS:54.10.200.0/24", f"InsideAWS:{SISTER}")
    assert unknown.type is known.type
    assert unknown.id != known.id


def test_one_record_that_names_an_endpoints_owner_speaks_for_all() -> None:
    """STS and IAM do not write it."""
    records = [through("10.9.0.1", "vpce-9"), through("10.9.7.7", "vpce-9", STRANGER, 1)]
    (verdict,) = found(records, network())
    assert verdict.party == f"InsideAWS:{STRANGER}"
    assert sum(stray.count for stray in verdict.strays) == 2


def test_the_consoles_own_endpoint_is_where_its_user_is() -> None:
    (verdict,) = found([call(OUTSIDE), through(OUTSIDE, "vpce-f40dc59d", minute=1)], network())
    assert verdict.type is FindingType.OUTSIDE_AWS
    assert [stray.origin.endpoint for stray in verdict.strays] == [None, "vpce-f40dc59d"]
    assert "console" in verdict.strays[1].reason


def test_a_thiefs_endpoint_is_no_console_though_he_wears_another_address() -> None:
    verdicts = found([call(OUTSIDE), through(OUTSIDE, "vpce-9", STRANGER, 1)], network())
    assert [v.type for v in verdicts] == [FindingType.INSIDE_AWS, FindingType.OUTSIDE_AWS]


def test_what_a_stolen_key_made_belongs_to_the_theft() -> None:
    assume = made(CHILD, OUTSIDE, 2, sharedEventID="s")
    there = {"type": "AWSAccount", "principalId": f"{ROLE}:{INSTANCE}", "accountId": ACCOUNT}
    copy = assume | {"userIdentity": there, "recipientAccountId": SISTER, "eventID": "copy"}
    records = [call(OUTSIDE, 1), assume, copy, call(OUTSIDE, 3, identity=child(CHILD))]
    (verdict,) = found(records, network())
    assert sum(stray.count for stray in verdict.strays) == 3
    assert [mint.key for mint in verdict.lineage] == [CHILD]
    assert {one.name for stray in verdict.strays for one in stray.made} == {
        f"arn:aws:sts::{ACCOUNT}:assumed-role/deploy/job"
    }


def test_a_users_key_made_by_a_thief_is_his_weeks_later() -> None:
    answer = {"accessKey": {"accessKeyId": "AKIANEW", "userName": "backdoor"}}
    making = made("AKIANEW", OUTSIDE, 2, "iam:CreateAccessKey", responseElements=answer)
    user = {"type": "IAMUser", "principalId": "AIDABACK", "accessKeyId": "AKIANEW", "arn": "arn"}
    verdicts = found([making, call("198.51.100.7", 20 * 1440, identity=user)], network())
    assert len(verdicts) == 2
    far = verdict_at("198.51.100.7", verdicts)
    assert far.principal_id == f"{ROLE}:{INSTANCE}"
    assert said("lineage", far)


def test_keys_of_default_host_management_are_judged_once() -> None:
    """The identity role fetches them; both sessions carry the instance's id."""
    managed = who(CHILD, delivery=None) | {
        "principalId": f"AROADHMC:{INSTANCE}",
        "arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/{HOST_MANAGEMENT}/{INSTANCE}",
    }
    fetch = made(
        CHILD, HOME, 0, "ssm:RequestManagedInstanceRoleToken", reserved("aws:ec2-instance")
    )
    assert not found([fetch, call(HOME, 1, identity=managed)], network())
    (verdict,) = found([fetch, call(OUTSIDE, 1, identity=managed)], network())
    assert verdict.principal_id == f"AROADHMC:{INSTANCE}"
    assert verdict.role_name == HOST_MANAGEMENT


def test_ec2s_infrastructure_works_from_all_over_aws_and_not_from_outside() -> None:
    at_work = [call(AWS, identity=reserved("aws:ec2-infrastructure")), call("AWS Internal", 1)]
    assert not found(at_work, network())
    (verdict,) = found([call(OUTSIDE, identity=reserved("aws:ec2-infrastructure"))], network())
    assert verdict.type is FindingType.OUTSIDE_AWS


def test_the_identity_role_is_judged_as_any_other() -> None:
    assert not found([call(HOME, identity=reserved("aws:ec2-instance"))], network())
    assert found([call(OUTSIDE, identity=reserved("aws:ec2-instance"))], network())


def test_the_region_is_where_ec2_issued_the_key() -> None:
    records = [issuance(KEY, awsRegion="eu-west-2"), call(OUTSIDE, 1, awsRegion="ap-south-1")]
    assert found(records)[0].region == "eu-west-2"
    assert found(records[1:])[0].region == "ap-south-1"


def test_home_is_told_expected_and_seen() -> None:
    (verdict,) = found([call(HOME), call(OUTSIDE, 1)], network())
    assert verdict.home.is_known
    assert any(HOME in sentence for sentence in verdict.home.expected)
    assert any(HOME in sentence for sentence in verdict.home.seen)
    (unknown,) = found([call(OUTSIDE)])
    assert not unknown.home.is_known
    assert unknown.home.expected == ()


def test_issuance_of_the_stolen_key_is_told() -> None:
    (verdict,) = found([issuance(KEY), issuance(TWIN), call(OUTSIDE, 1)], network())
    assert [mint.key for mint in verdict.issuance] == [KEY]


def many_addresses(number: int) -> list[Json]:
    return [call(f"2001:db8:1::{n:x}", n, identity=who(f"ASIA{n}")) for n in range(number)]


def many_networks(number: int) -> list[Json]:
    return [call(f"203.{n // 256}.{n % 256}.7", n / 9) for n in range(number)]


def many_downloads(number: int) -> list[Json]:
    extra = {"additionalEventData": {"AuthenticationMethod": "QueryString"}}
    return [record | extra for record in many_networks(number)]


def many_keys_two_places(number: int) -> list[Json]:
    return [
        call((AWS, OUTSIDE)[n % 2], n / 9, identity=who(f"ASIA{n}", delivery=None))
        for n in range(number)
    ]


def many_children(number: int) -> list[Json]:
    return [
        record
        for n in range(number // 2)
        for record in (
            made(f"ASIACHILD{n}", (AWS, OUTSIDE)[n % 2], n),
            call(f"203.0.{n % 256}.7", n + 1, identity=child(f"ASIACHILD{n}", f"AROAD:{n % 9}")),
        )
    ]


def work(records: list[Json]) -> int:
    """How many calls of functions judging takes: the same on every machine."""
    state = state_of(records)
    profile = cProfile.Profile()
    verdicts: list[Verdict] = profile.runcall(lambda: list(judge_all(state, around(state))))
    assert verdicts
    stats: dict[object, tuple[int, ...]] = pstats.Stats(profile).stats  # type: ignore[attr-defined]
    return sum(one[1] for one in stats.values())


@pytest.mark.parametrize(
    "shape", [many_addresses, many_networks, many_downloads, many_keys_two_places, many_children]
)
def test_twice_the_sightings_are_twice_the_work(shape: Callable[[int], list[Json]]) -> None:
    """A session whose URLs the whole world fetches has tens of thousands of them."""
    work(shape(800))  # what is looked up once and kept
    assert work(shape(800)) < 2.5 * work(shape(400))

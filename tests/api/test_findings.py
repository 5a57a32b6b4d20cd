"""Tests of `findings`: an unmodified boto3 lists, gets, archives and judges them."""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError
from msgspec.structs import replace
from sqlalchemy import delete

from tests.api_server import MEMBER, REGION, STRANGER, Served
from tests.made_findings import START, made_finding
from truant.api import findings as api_findings
from truant.connectors.store import feedback, findings, history
from truant.connectors.store.findings import Finding
from truant.connectors.store.history import Change
from truant.connectors.store.schema import findings as table

MADE = [made_finding(number) for number in range(130)]
Wanted = Callable[[Finding], bool]


def ids(client: Any, detector: str, **given: Any) -> list[str]:
    pages = client.get_paginator("list_findings").paginate(DetectorId=detector, **given)
    return [one for page in pages for one in page["FindingIds"]]


def test_all_findings_come_newest_first_in_pages(client: Any, filled: str) -> None:
    found = ids(client, filled)
    assert found == [row.id for row in reversed(MADE)]
    first = client.list_findings(DetectorId=filled)
    assert len(first["FindingIds"]) == 50
    assert first["NextToken"]


@pytest.mark.parametrize(
    ("test", "wanted"),
    [
        ({"severity": {"Eq": ["8"]}}, lambda row: row.severity == 8),
        ({"severity": {"Gte": 4, "Lt": 7}}, lambda row: row.severity == 5),
        ({"severity": {"GreaterThan": 5}}, lambda row: row.severity == 8),
        ({"severity": {"LessThanOrEqual": 2}}, lambda row: row.severity == 2),
        ({"severity": {"NotEquals": ["8", "5"]}}, lambda row: row.severity == 2),
        ({"service.archived": {"Equals": ["false"]}}, lambda row: not row.archived),
        ({"service.archived": {"Eq": ["true"]}}, lambda row: row.archived),
        ({"accountId": {"Equals": [MEMBER]}}, lambda row: row.account == MEMBER),
        ({"id": {"Equals": [MADE[3].id, MADE[4].id]}}, lambda row: row in (MADE[3], MADE[4])),
        ({"type": {"Neq": [MADE[0].type]}}, lambda row: row.type != MADE[0].type),
        (
            {"updatedAt": {"GreaterThanOrEqual": (START + 36_000) * 1000 + 7}},
            lambda row: row.updated_at >= (START + 36_000) * 1000 + 7,
        ),
        (
            {"service.eventFirstSeen": {"Lt": (START + 600) * 1000}},
            lambda row: row.first_seen < START + 600,
        ),
        (
            {"service.action.awsApiCallAction.remoteAccountDetails.affiliated": {"Eq": ["true"]}},
            lambda row: int(row.id, 16) % 2 == 0,
        ),
        (
            {"resource.instanceDetails.tags.value": {"Equals": ["t1"]}},
            lambda row: int(row.id, 16) % 2 == 1,
        ),
        (
            {
                "service.action.awsApiCallAction.remoteIpDetails.ipAddressV4": {
                    "Equals": ["203.0.113.0/30", "203.0.113.64"]
                }
            },
            lambda row: int(row.id, 16) in (0, 1, 2, 3, 64),
        ),
        ({"service.count": {"Gt": 8}}, lambda row: row.count > 8),
        ({"no.such.member": {"Equals": ["x"]}}, lambda _: False),
        ({"no.such.member": {"NotEquals": ["x"]}}, lambda _: True),
        ({}, lambda _: True),
        (
            {
                "severity": {"Gte": 4},
                "accountId": {"Eq": [MEMBER]},
                "service.archived": {"Eq": ["false"]},
            },
            lambda row: row.severity >= 4 and row.account == MEMBER and not row.archived,
        ),
    ],
)
def test_criteria_mean_what_they_say(
    client: Any, filled: str, test: dict[str, Any], wanted: Wanted
) -> None:
    found = ids(client, filled, FindingCriteria={"Criterion": test})
    assert found == [row.id for row in reversed(MADE) if wanted(row)]


@pytest.mark.parametrize("order", ["ASC", "DESC"])
@pytest.mark.parametrize(
    "attribute",
    ["severity", "updatedAt", "type", "accountId", "service.count", "title", "service.archived"],
)
def test_any_attribute_orders_and_pages_join_without_gap(
    client: Any, filled: str, attribute: str, order: str
) -> None:
    sort = {"AttributeName": attribute, "OrderBy": order}
    found = ids(client, filled, SortCriteria=sort, PaginationConfig={"PageSize": 17})
    assert sorted(found) == sorted(row.id for row in MADE)
    by_id = {row.id: row for row in MADE}
    keys: dict[str, Callable[[Finding], Any]] = {
        "severity": lambda row: row.severity,
        "updatedAt": lambda row: row.updated_at,
        "type": lambda row: row.type,
        "accountId": lambda row: row.account,
        "service.count": lambda row: row.count,
        "title": lambda row: f"Title {int(row.id, 16)}",
        "service.archived": lambda row: row.archived,
    }
    shown = [keys[attribute](by_id[one]) for one in found]
    assert shown == sorted(shown, reverse=order == "DESC")


@pytest.mark.parametrize("order", ["ASC", "DESC"])
def test_pages_by_an_attribute_stand_though_findings_come_and_go(
    served: Served, client: Any, filled: str, order: str
) -> None:
    sort = {"AttributeName": "resource.accessKeyDetails.userName", "OrderBy": order}
    pages = client.get_paginator("list_findings").paginate(
        DetectorId=filled, SortCriteria=sort, PaginationConfig={"PageSize": 13}
    )
    found: list[str] = []
    for number, page in enumerate(pages):
        found += page["FindingIds"]
        with served.store.write() as conn:  # the first of each order, and one that was told
            early = replace(made_finding(0 if order == "ASC" else 3), id=f"-{number}")
            findings.keep(conn, [early])
            if number:
                conn.execute(delete(table).where(table.c.id == found[number * 13 - 1]))
    expected = sorted((row.id for row in MADE), key=lambda id_: (int(id_, 16) % 4, id_))
    if order == "DESC":
        expected = sorted((row.id for row in MADE), key=lambda id_: (-(int(id_, 16) % 4), id_))
    assert [one for one in found if one in set(expected)] == expected
    assert len(found) == len(set(found))


def test_long_texts_are_put_in_order_by_their_beginnings(
    served: Served, client: Any, filled: str
) -> None:
    with served.store.write() as conn:
        for number in range(60):
            row = replace(made_finding(number), count=1)
            row.body = row.body.replace("Description ", "\N{PILE OF POO}" * 2_000 + "Description ")
            findings.keep(conn, [row])
    sort = {"AttributeName": "description", "OrderBy": "DESC"}
    found = ids(client, filled, SortCriteria=sort, PaginationConfig={"PageSize": 25})
    assert found[:60] == [row.id for row in MADE[:60]]
    assert sorted(found) == sorted(row.id for row in MADE)


def test_what_is_too_much_to_put_in_order_is_refused_and_said(
    client: Any, filled: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api_findings, "SORTED_MAX", len(MADE) - 1)
    sort = {"AttributeName": "title"}
    with pytest.raises(client.exceptions.BadRequestException, match=r"more than 129 .* narrow"):
        client.list_findings(DetectorId=filled, SortCriteria=sort)
    fewer = {"Criterion": {"accountId": {"Equals": [MEMBER]}}}
    assert len(ids(client, filled, SortCriteria=sort, FindingCriteria=fewer)) == 44
    assert len(ids(client, filled, SortCriteria={"AttributeName": "severity"})) == len(MADE)
    monkeypatch.setattr(api_findings, "SORTED_MAX", len(MADE))
    assert len(ids(client, filled, SortCriteria=sort)) == len(MADE)


def test_a_token_is_good_for_its_own_request_alone(client: Any, filled: str) -> None:
    token = client.list_findings(DetectorId=filled)["NextToken"]
    for given in (
        {"NextToken": token, "SortCriteria": {"AttributeName": "severity"}},
        {"NextToken": token[:-4]},
        {"NextToken": "AAAA"},
        {"NextToken": "ü"},
    ):
        with pytest.raises(ClientError, match="nextToken") as caught:
            client.list_findings(DetectorId=filled, **given)
        assert caught.value.response["Error"]["Code"] == "BadRequestException"


def test_a_finding_is_shown_as_the_model_knows_it(client: Any, filled: str) -> None:
    wanted = [MADE[8].id, MADE[5].id, "f" * 32]
    found = client.get_findings(DetectorId=filled, FindingIds=wanted)["Findings"]
    assert [one["Id"] for one in found] == wanted[:2]
    assert found[1]["Service"]["Archived"] is True
    assert found[0]["CreatedAt"] == "2026-01-01T00:08:00.007Z"
    assert found[0]["UpdatedAt"] == "2026-01-01T08:00:00.007Z"
    assert found[0]["Severity"] == 8.0
    assert found[0]["Service"]["Count"] == 9
    by_count = client.get_findings(
        DetectorId=filled,
        FindingIds=[row.id for row in MADE[:20]],
        SortCriteria={"AttributeName": "service.count", "OrderBy": "DESC"},
    )["Findings"]
    counts = [one["Service"]["Count"] for one in by_count]
    assert counts == sorted(counts, reverse=True)


def test_archiving_is_kept_with_its_history(served: Served, client: Any, filled: str) -> None:
    some = [MADE[1].id, MADE[2].id]
    client.archive_findings(DetectorId=filled, FindingIds=some)
    client.archive_findings(DetectorId=filled, FindingIds=some)
    shown = client.get_findings(DetectorId=filled, FindingIds=some)["Findings"]
    assert [one["Service"]["Archived"] for one in shown] == [True, True]
    client.unarchive_findings(DetectorId=filled, FindingIds=some[:1])
    with served.store.read() as conn:
        changes = [entry.change for entry in history.of(conn, some[0])]
        assert "a test" in history.of(conn, some[0])[0].actor
    assert changes == [Change.ARCHIVED, Change.UNARCHIVED]


def test_ids_that_are_not_there_change_nothing(client: Any, filled: str) -> None:
    with pytest.raises(client.exceptions.BadRequestException, match="finding ids are invalid"):
        client.archive_findings(DetectorId=filled, FindingIds=[MADE[1].id, "0" * 31 + "g"])
    shown = client.get_findings(DetectorId=filled, FindingIds=[MADE[1].id])["Findings"]
    assert shown[0]["Service"]["Archived"] is False


def test_feedback_is_kept_as_a_label(served: Served, client: Any, filled: str) -> None:
    client.update_findings_feedback(
        DetectorId=filled, FindingIds=[MADE[1].id], Feedback="NOT_USEFUL", Comments="our scanner"
    )
    shown = client.get_findings(DetectorId=filled, FindingIds=[MADE[1].id])["Findings"]
    assert shown[0]["Service"]["UserFeedback"] == "NOT_USEFUL"
    with served.store.read() as conn:
        (label,) = feedback.of(conn)
    assert (label.label, label.comments) == ("NOT_USEFUL", "our scanner")


def test_who_sees_what(served: Served, filled: str) -> None:
    member = served.client(MEMBER)
    (own,) = member.list_detectors()["DetectorIds"]
    assert ids(member, own) == [row.id for row in reversed(MADE) if row.account == MEMBER]
    stranger = served.client(STRANGER)
    assert stranger.list_detectors()["DetectorIds"] == []
    for other in (stranger, served.client(region="us-east-1")):
        with pytest.raises(ClientError, match="is not owned by the current account"):
            other.list_findings(DetectorId=filled)
    with pytest.raises(ClientError, match="only its administrator account may do this"):
        member.archive_findings(DetectorId=own, FindingIds=[MADE[3].id])
    assert member.get_findings(DetectorId=own, FindingIds=[MADE[1].id])["Findings"] == []


def test_nothing_of_another_region(served: Served, filled: str) -> None:
    other = served.client(region="us-east-1")
    detector = other.create_detector(Enable=True)["DetectorId"]
    assert detector != filled
    assert ids(other, detector) == []
    assert REGION != "us-east-1"


@pytest.mark.parametrize(
    "given",
    [
        {"FindingCriteria": {"Criterion": {f"a{n}": {"Gt": 1} for n in range(51)}}},
        {"FindingCriteria": {"Criterion": {"severity": {"Equals": ["1"] * 51}}}},
        {"FindingCriteria": {"Criterion": {"title": {"Matches": ["x*"]}}}},
        {"FindingCriteria": {"Criterion": {".".join("a" * 40): {"Gt": 1}}}},
        {"FindingCriteria": {"Criterion": {"a" * 301: {"Gt": 1}}}},
        {"MaxResults": 51},
    ],
)
def test_what_is_out_of_bounds_is_refused(client: Any, filled: str, given: dict[str, Any]) -> None:
    with pytest.raises(client.exceptions.BadRequestException, match="invalid or out-of-range"):
        client.list_findings(DetectorId=filled, **given)

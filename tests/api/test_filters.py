"""Tests of `filters`: names, ranks, wildcards, and what cannot be a filter."""

from typing import Any

import pytest

from tests.api_server import MEMBER, Served

CRITERIA = {
    "Criterion": {
        "severity": {"Gte": 4, "LessThan": 9},
        "type": {"Equals": ["x"], "NotEquals": ["y"]},
        "title": {"Matches": ["*web*"], "NotMatches": ["?est"]},
    }
}


def ranks(client: Any, detector: str) -> dict[str, int]:
    names = [
        name
        for page in client.get_paginator("list_filters").paginate(
            DetectorId=detector, PaginationConfig={"PageSize": 2}
        )
        for name in page["FilterNames"]
    ]
    return {n: client.get_filter(DetectorId=detector, FilterName=n)["Rank"] for n in names}


def test_a_filter_comes_back_as_it_was_made(client: Any, detector: str) -> None:
    made = client.create_filter(
        DetectorId=detector,
        Name="quiet.web-1",
        Description="the web fleet",
        Action="ARCHIVE",
        Rank=1,
        FindingCriteria=CRITERIA,
        Tags={"why": "scanner"},
    )
    assert made["Name"] == "quiet.web-1"
    shown = client.get_filter(DetectorId=detector, FilterName="quiet.web-1")
    assert shown["FindingCriteria"] == CRITERIA
    assert (shown["Action"], shown["Rank"], shown["Version"]) == ("ARCHIVE", 1, 1)
    assert shown["Description"] == "the web fleet"
    assert shown["Tags"] == {"why": "scanner"}


def test_ranks_have_no_gap_and_move(client: Any, detector: str) -> None:
    for number, rank in enumerate((1, 1, 99, 2)):
        client.create_filter(
            DetectorId=detector, Name=f"f-{number}", Rank=rank, FindingCriteria=CRITERIA
        )
    assert ranks(client, detector) == {"f-1": 1, "f-3": 2, "f-0": 3, "f-2": 4}
    client.update_filter(DetectorId=detector, FilterName="f-2", Rank=1)
    assert ranks(client, detector) == {"f-2": 1, "f-1": 2, "f-3": 3, "f-0": 4}
    client.delete_filter(DetectorId=detector, FilterName="f-1")
    assert ranks(client, detector) == {"f-2": 1, "f-3": 2, "f-0": 3}


def test_an_update_changes_what_is_given(client: Any, detector: str) -> None:
    client.create_filter(DetectorId=detector, Name="abc", FindingCriteria=CRITERIA)
    client.update_filter(DetectorId=detector, FilterName="abc", Action="ARCHIVE")
    shown = client.get_filter(DetectorId=detector, FilterName="abc")
    assert (shown["Action"], shown["Version"]) == ("ARCHIVE", 2)
    assert shown["FindingCriteria"] == CRITERIA


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"Name": "a b c"}, "letters, digits"),
        ({"FindingCriteria": {"Criterion": {}}}, "at least one condition"),
        ({"FindingCriteria": {}}, "at least one condition"),
        ({"FindingCriteria": {"Criterion": {"type": {}}}}, "at least one condition"),
        ({"FindingCriteria": {"Criterion": {"type": {"Matches": ["*"] * 6}}}}, "longer than 5"),
        ({"Rank": 101}, "larger than 100"),
        ({"Action": "DELETE"}, "must be one of NOOP, ARCHIVE"),
        ({"Tags": {"aws:x": "y"}}, "form|reserved"),
    ],
)
def test_what_cannot_be_a_filter_is_refused(
    client: Any, detector: str, given: dict[str, Any], says: str
) -> None:
    whole = {"DetectorId": detector, "Name": "name", "FindingCriteria": CRITERIA, **given}
    with pytest.raises(client.exceptions.BadRequestException, match=says):
        client.create_filter(**whole)
    assert client.list_filters(DetectorId=detector)["FilterNames"] == []


def test_a_name_stands_once(client: Any, detector: str) -> None:
    client.create_filter(DetectorId=detector, Name="abc", FindingCriteria=CRITERIA)
    with pytest.raises(client.exceptions.BadRequestException, match="already exists"):
        client.create_filter(DetectorId=detector, Name="abc", FindingCriteria=CRITERIA)
    with pytest.raises(client.exceptions.BadRequestException, match="no such resource found"):
        client.get_filter(DetectorId=detector, FilterName="abcd")


def test_members_make_no_filters(served: Served, filled: str) -> None:
    member = served.client(MEMBER)
    (own,) = member.list_detectors()["DetectorIds"]
    assert own != filled
    with pytest.raises(member.exceptions.BadRequestException, match="only its administrator"):
        member.create_filter(DetectorId=own, Name="abc", FindingCriteria=CRITERIA)

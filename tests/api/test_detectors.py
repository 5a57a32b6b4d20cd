"""Tests of `detectors`: made once, switched, deleted, and made again."""

from typing import Any

import pytest

from tests.api_server import MEMBER, Served
from tests.made_findings import made_finding
from truant.connectors.store import findings
from truant.connectors.store.detectors import Status, find
from truant.detection.findings import detector_id


def test_a_detector_is_made_once_with_the_id_that_findings_name(client: Any) -> None:
    assert client.list_detectors()["DetectorIds"] == []
    made = client.create_detector(Enable=True, Tags={"team": "blue"})["DetectorId"]
    assert made == detector_id("111111111111", "eu-west-1")
    assert client.list_detectors()["DetectorIds"] == [made]
    with pytest.raises(client.exceptions.BadRequestException, match="a detector already exists"):
        client.create_detector(Enable=True)
    shown = client.get_detector(DetectorId=made)
    assert (shown["Status"], shown["FindingPublishingFrequency"]) == ("ENABLED", "SIX_HOURS")
    assert shown["Tags"] == {"team": "blue"}
    assert shown["CreatedAt"].endswith("Z")
    assert shown["DataSources"]["S3Logs"]["Status"] == "ENABLED"
    assert shown["DataSources"]["DNSLogs"]["Status"] == "DISABLED"
    on = {one["Name"] for one in shown["Features"] if one["Status"] == "ENABLED"}
    assert on == {"CLOUD_TRAIL", "S3_DATA_EVENTS"}


def test_a_detector_is_switched_and_told_how_often(client: Any, detector: str) -> None:
    client.update_detector(
        DetectorId=detector, Enable=False, FindingPublishingFrequency="FIFTEEN_MINUTES"
    )
    shown = client.get_detector(DetectorId=detector)
    assert shown["Status"] == "DISABLED"
    assert shown["FindingPublishingFrequency"] == "FIFTEEN_MINUTES"
    assert {one["Status"] for one in shown["Features"]} == {"DISABLED"}


def test_deleting_takes_all_that_is_the_detectors(served: Served, client: Any) -> None:
    detector = client.create_detector(Enable=True)["DetectorId"]
    one = {"Criterion": {"severity": {"Gte": 1}}}
    client.create_filter(DetectorId=detector, Name="mine", FindingCriteria=one, Tags={"a": "b"})
    with served.store.write() as conn:
        findings.keep(conn, [made_finding(1)])
    client.delete_detector(DetectorId=detector)
    assert client.list_detectors()["DetectorIds"] == []
    with pytest.raises(client.exceptions.BadRequestException, match="not owned"):
        client.get_detector(DetectorId=detector)
    with served.store.read() as conn:
        known = find(conn, "111111111111", "eu-west-1")
        assert known is not None
        assert known.status is Status.DELETED
        assert findings.count(conn) == 0
    again = client.create_detector(Enable=True)["DetectorId"]
    assert again == detector
    assert client.list_filters(DetectorId=detector)["FilterNames"] == []
    assert "Tags" not in client.get_detector(DetectorId=detector)


def test_an_administrator_with_members_keeps_his_detector(client: Any, filled: str) -> None:
    with pytest.raises(client.exceptions.BadRequestException, match="has member accounts"):
        client.delete_detector(DetectorId=filled)


def test_a_member_does_not_say_how_often(served: Served, filled: str) -> None:
    member = served.client(MEMBER)
    (own,) = member.list_detectors()["DetectorIds"]
    assert own != filled
    with pytest.raises(member.exceptions.BadRequestException, match="only its administrator"):
        member.update_detector(DetectorId=own, FindingPublishingFrequency="ONE_HOUR")
    member.update_detector(DetectorId=own, Enable=False)

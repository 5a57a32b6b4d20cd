"""Tests of `tags`: ARNs come percent-encoded in the path, slashes too."""

from typing import Any

import pytest

from tests.api_server import STRANGER, Served

CRITERIA = {"Criterion": {"severity": {"Gte": 1}}}


def test_tags_of_detectors_and_filters(client: Any, detector: str) -> None:
    arn = f"arn:aws:guardduty:eu-west-1:111111111111:detector/{detector}"
    client.create_filter(DetectorId=detector, Name="a.b", FindingCriteria=CRITERIA)
    for resource in (arn, f"{arn}/filter/a.b"):
        client.tag_resource(ResourceArn=resource, Tags={"one": "1", "two": "2"})
        client.tag_resource(ResourceArn=resource, Tags={"two": "zwei", "a:b/c+d": "é \u2028"})
        client.untag_resource(ResourceArn=resource, TagKeys=["one", "none"])
        shown = client.list_tags_for_resource(ResourceArn=resource)["Tags"]
        assert shown == {"two": "zwei", "a:b/c+d": "é \u2028"}
    client.delete_filter(DetectorId=detector, FilterName="a.b")
    with pytest.raises(client.exceptions.BadRequestException, match="no such resource"):
        client.list_tags_for_resource(ResourceArn=f"{arn}/filter/a.b")


def test_nobody_elses_tags(served: Served, detector: str) -> None:
    arn = f"arn:aws:guardduty:eu-west-1:111111111111:detector/{detector}"
    stranger = served.client(STRANGER)
    with pytest.raises(stranger.exceptions.BadRequestException, match="no such resource"):
        stranger.list_tags_for_resource(ResourceArn=arn)


def test_a_resource_has_so_many_tags(client: Any, detector: str) -> None:
    arn = f"arn:aws:guardduty:eu-west-1:111111111111:detector/{detector}"
    client.tag_resource(ResourceArn=arn, Tags={f"n{n}": "" for n in range(50)})
    with pytest.raises(client.exceptions.BadRequestException, match="at most 50"):
        client.tag_resource(ResourceArn=arn, Tags={"more": ""})

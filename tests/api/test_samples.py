"""Tests of `samples`: one of each type, marked, counted up when made again."""

from typing import Any

import pytest

from tests.api.test_findings import ids
from truant.model.finding import FindingType


def test_a_sample_of_every_type(client: Any, detector: str) -> None:
    client.create_sample_findings(DetectorId=detector)
    client.create_sample_findings(DetectorId=detector, FindingTypes=[FindingType.OUTSIDE_AWS.value])
    found = client.get_findings(DetectorId=detector, FindingIds=ids(client, detector))["Findings"]
    assert {one["Type"] for one in found} == {kind.value for kind in FindingType}
    counts = {one["Type"]: one["Service"]["Count"] for one in found}
    assert counts[FindingType.OUTSIDE_AWS] == 2
    assert all(one["Title"].startswith("[SAMPLE]") for one in found)
    assert all('"sample":true' in one["Service"]["AdditionalInfo"]["Value"] for one in found)
    inside = next(one for one in found if one["Type"] == FindingType.INSIDE_AWS)
    action = inside["Service"]["Action"]["AwsApiCallAction"]
    assert action["RemoteAccountDetails"] == {"AccountId": "123456789012", "Affiliated": False}


def test_types_that_truant_does_not_find_are_named(client: Any, detector: str) -> None:
    with pytest.raises(client.exceptions.BadRequestException, match="Backdoor:EC2/Spambot"):
        client.create_sample_findings(DetectorId=detector, FindingTypes=["Backdoor:EC2/Spambot"])
    assert ids(client, detector) == []

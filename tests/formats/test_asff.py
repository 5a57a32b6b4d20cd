"""Tests of `asff`: valid by botocore's model, and within Security Hub's bounds."""

import json

import botocore.session
import pytest
from botocore.validate import ParamValidator

from tests.told_findings import HOSTILE, Json, hostile, told
from truant.formats.asff import asff
from truant.formats.document import read

US, REGION = "999999999999", "eu-central-1"
INPUT = (
    botocore.session.get_session()
    .get_service_model("securityhub")
    .operation_model("BatchImportFindings")
    .input_shape
)
BYTES_MAX = 240_000


def checked(document: Json) -> Json:
    made = asff(read(document), US, REGION)
    report = ParamValidator().validate({"Findings": [made]}, INPUT)
    assert not report.has_errors(), report.generate_report()
    assert len(json.dumps(made)) < BYTES_MAX
    return made


def test_every_finding_is_valid_by_the_model() -> None:
    for document in told():
        made = checked(document)
        assert made["Id"] == document["arn"]
        assert made["RecordState"] == "ACTIVE"


def test_types_are_those_that_security_hub_gives_guardduty_s() -> None:
    kinds = {str(one["type"]): checked(one)["Types"] for one in told()}
    for kind, types in kinds.items():
        space = "TTPs/Defense Evasion" if "Impostor" in kind else "Effects/Data Exfiltration"
        assert types == [f"{space}/{kind.replace('/', '-')}"]
    assert len(kinds) >= 2


@pytest.mark.parametrize("text", HOSTILE)
def test_texts_keep_within_their_bounds(text: str) -> None:
    made = checked(hostile(text))
    assert len(str(made["Title"])) <= 256
    assert len(str(made["Description"])) <= 1024
    fields = made["ProductFields"]
    assert isinstance(fields, dict)
    assert len(fields) <= 50
    assert max(map(len, fields.values())) <= 2048


def test_one_that_is_withdrawn_is_archived_with_its_reason() -> None:
    document = hostile("a way out of ours")
    document["service"]["archived"] = True  # type: ignore[index]
    made = checked(document)
    assert made["RecordState"] == "ARCHIVED"
    assert made["ProductFields"]["truant/archivedBecause"] == "a way out of ours"  # type: ignore[index]


def test_it_is_of_the_importer_s_default_product() -> None:
    made = checked(told()[0])
    assert made["AwsAccountId"] == US
    assert made["ProductArn"] == f"arn:aws:securityhub:{REGION}:{US}:product/{US}/default"

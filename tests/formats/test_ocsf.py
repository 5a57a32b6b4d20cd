"""Tests of `ocsf`: valid by OCSF's own schema, and no member that it does not have."""

from collections.abc import Iterator

import pytest
from ocsf.v1_7_0.events import DetectionFinding
from pydantic import BaseModel

from tests.told_findings import HOSTILE, Json, hostile, told
from truant.formats.document import read
from truant.formats.ocsf import ocsf

AT = 1_800_000_000_123
PROFILE = {"cloud"}  # of the profile that `metadata.profiles` names; the class has no such member


def unknown(model: BaseModel, where: str = "") -> Iterator[str]:
    """Paths of members that the schema does not have."""
    yield from (f"{where}.{name}" for name in model.model_extra or {})
    for name in type(model).model_fields:
        value = getattr(model, name)
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, BaseModel) and name != "unmapped":
                yield from unknown(one, f"{where}.{name}")


def checked(document: Json, change: str) -> DetectionFinding:
    event = ocsf(read(document), change, AT, "0.1.0")
    found = DetectionFinding.model_validate(event)
    assert set(unknown(found)) == {f".{name}" for name in PROFILE}
    return found


@pytest.mark.parametrize("change", ["created", "updated", "withdrawn", "restored"])
def test_every_finding_is_valid_by_the_schema(change: str) -> None:
    uids = {"created": 200401, "withdrawn": 200403}
    for document in told():
        found = checked(document, change)
        assert found.type_uid == uids.get(change, 200402)
        assert found.finding_info.uid == document["id"]
        assert (found.finding_info.first_seen_time or 0) > 10**12, "milliseconds, as timestamp_t is"


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_stay_valid(text: str) -> None:
    assert checked(hostile(text), "created").message == text.strip()


def test_severities_are_ocsf_s() -> None:
    named = {8.0: 4, 5.0: 3, 2.0: 2, 9.5: 5}
    for severity, number in named.items():
        document = {**told()[0], "severity": severity}
        assert ocsf(read(document), "created", AT, "0")["severity_id"] == number


def test_one_that_is_withdrawn_is_closed_with_its_reason() -> None:
    document = hostile("203.0.113.9 is a way out")
    document["service"]["archived"] = True  # type: ignore[index]
    found = ocsf(read(document), "withdrawn", AT, "0")
    assert (found["activity_id"], found["status_id"], found["is_alert"]) == (3, 5, False)
    assert found["status_detail"] == "203.0.113.9 is a way out"


def test_the_schema_would_notice() -> None:
    event = ocsf(read(told()[0]), "created", AT, "0")
    del event["finding_info"]
    with pytest.raises(ValueError, match="finding_info"):
        DetectionFinding.model_validate(event)

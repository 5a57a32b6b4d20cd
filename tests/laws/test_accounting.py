"""Laws 5 and 6: every record is accounted for, and every finding has its reasons."""

import json

import pytest

from tests.scenarios.judged import FULL, LOGS, NAMES, findings, state, trail, world


@pytest.mark.parametrize("name", NAMES)
def test_what_became_of_records_adds_up_to_what_was_read(name: str) -> None:
    read = sum(len(json.loads(content)["Records"]) for content in trail(world(1, name)))
    assert sum(state(1, name).seen.values()) == read
    assert read


@pytest.mark.parametrize("mode", [FULL, LOGS])
@pytest.mark.parametrize("name", NAMES)
def test_every_finding_has_a_reason_that_a_person_can_check(name: str, mode: str) -> None:
    for finding in findings(1, name, mode):
        info = finding["service"]["additionalInfo"]
        assert any(evidence["weight"] > 0 for evidence in info["evidence"])
        for evidence in info["evidence"]:
            assert len(evidence["sentence"].split()) >= 5
            assert evidence["sentence"].endswith((".", "”"))
            assert evidence["sentence"].isprintable()
        assert info["eventIds"]
        assert all(origin["reason"] for origin in info["origins"])

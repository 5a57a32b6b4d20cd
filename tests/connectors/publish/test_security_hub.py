"""Tests of `security_hub`: findings as Security Hub shows them afterwards."""

from typing import Any

import pytest

from tests.messages import message, messages, place
from tests.told_findings import HOSTILE, hostile, told
from truant.connectors.config import BadConfig
from truant.connectors.publish.publisher import NotDelivered

CALLER = "123456789012"  # moto's


def shown(aws: Any) -> dict[str, dict[str, Any]]:
    return {one["Id"]: one for one in aws("securityhub").get_findings()["Findings"]}


def test_findings_are_imported_as_the_caller_s(aws: Any) -> None:
    hub = place("securityhub").publisher
    many = messages()
    for start in range(0, len(many), hub.most):
        assert hub.send(many[start : start + hub.most]) == {}
    found = shown(aws)
    assert set(found) == {str(one["arn"]) for one in told()}
    assert {one["AwsAccountId"] for one in found.values()} == {CALLER}
    assert {one["Region"] for one in found.values()} == {"eu-west-1"}


def test_a_withdrawal_archives_the_record(aws: Any) -> None:
    hub = place("securityhub", account=CALLER).publisher
    document = told()[0]
    hub.send([message(document)])
    withdrawn = hostile("a way out of ours")
    withdrawn["service"]["archived"] = True  # type: ignore[index]
    assert hub.send([message(document), message(withdrawn, "withdrawn", 1)]) == {}
    (one,) = shown(aws).values()
    assert one["RecordState"] == "ARCHIVED"


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_findings_are_taken(aws: Any, text: str) -> None:
    assert place("securityhub").publisher.send([message(hostile(text))]) == {}
    assert len(shown(aws)) == 1


def test_no_aws_and_no_account_are_said(no_aws: None) -> None:  # noqa: ARG001
    with pytest.raises(NotDelivered, match="STS was not reached"):
        place("securityhub").publisher.send([message()])
    with pytest.raises(NotDelivered, match="Security Hub was not reached"):
        place("securityhub", account=CALLER).publisher.send([message()])
    with pytest.raises(BadConfig, match="twelve digits"):
        place("securityhub", account="1")

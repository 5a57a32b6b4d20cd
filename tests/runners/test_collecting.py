"""Collecting from living accounts: moto's server, asked over HTTP as AWS would be."""

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from tests.moto_aws import CENTRAL, MEMBER, OTHER, REGION, Estate, Moto, moto
from truant.connectors import policies
from truant.connectors.aws_api import Aws
from truant.connectors.aws_inventory import LIST_ACCOUNTS, OF_REGION, Role
from truant.connectors.ec2_describe import described
from truant.connectors.ec2_snapshot import Snapshot
from truant.detection.inventory import Inventory
from truant.detection.routes import ways_of
from truant.detection.view import View
from truant.model.fact import Fact
from truant.runners.collecting import (
    ASSUME_ROLE,
    DESCRIBE_REGIONS,
    CannotCollect,
    Collected,
    CollectRequest,
    Part,
    collect,
)

NOW = int(time.time()) + 3600  # after all that the tests make, however long others run before
ROLE = Role("truant-inventory", "an external id", policies.compact("member"))


@pytest.fixture(scope="module")
def aws() -> Iterator[Moto]:
    """An account with a network, and two with a role that can be assumed."""
    with moto() as running:
        for account in (MEMBER, OTHER):
            running.role(ROLE.name, account, policies.read("member"))
        yield running


@pytest.fixture(scope="module", autouse=True)
def estate(aws: Moto) -> Estate:
    """The network."""
    return Estate(aws.client("ec2"))


@pytest.fixture(autouse=True)
def asked(aws: Moto, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Have this process ask the server, and IAM nobody unless a test wants it."""
    for name, value in aws.environment().items():
        monkeypatch.setenv(name, value)
    yield
    aws.enforce(None)


def become(aws: Moto, monkeypatch: pytest.MonkeyPatch, name: str, *allowed: str) -> None:
    """Go on as a user who may do what these policies say, and nothing else."""
    for variable, value in aws.environment(aws.user(name, *allowed)).items():
        monkeypatch.setenv(variable, value)
    aws.enforce()


def collected(request: CollectRequest) -> tuple[Collected, dict[tuple[str, str], Part]]:
    parts: list[Part] = []
    result = collect(Aws(), request, parts.append, lambda: NOW)
    found = {(part.account, part.region): part for part in parts}
    assert len(found) == len(parts), "nothing comes twice"
    return result, found


def facts(parts: dict[tuple[str, str], Part]) -> set[Fact]:
    return {
        fact
        for part in parts.values()
        for operation, document in part.documents.items()
        for fact in described(
            operation, document, Snapshot(part.account, part.region, part.at, operation)
        )
    }


def asked_directly(client: Any, account: str) -> set[Fact]:
    """What boto3 alone is told, operation by operation."""
    found = set()
    for operation in OF_REGION:
        answer = getattr(client, operation.replace("-", "_"))()
        document = json.loads(json.dumps(answer, default=lambda time: time.isoformat()))
        found |= set(described(operation, document, Snapshot(account, REGION, NOW, operation)))
    return found


def test_the_callers_account_tells_what_boto3_is_told(aws: Moto) -> None:
    result, parts = collected(CollectRequest(regions=(REGION,)))
    assert result.caller.account == CENTRAL
    assert (result.accounts, result.regions, result.missing) == ({CENTRAL}, 1, [])
    told = facts(parts)
    assert told == asked_directly(aws.client("ec2"), CENTRAL)
    assert set(parts[CENTRAL, REGION].documents) == set(OF_REGION)


def test_what_is_collected_shows_the_ways_out(estate: Estate) -> None:
    _, parts = collected(CollectRequest(regions=(REGION,)))
    inventory = Inventory(facts(parts))
    view = View(inventory, NOW)
    private = ways_of(view, estate.ids["private instance"])
    public = ways_of(view, estate.ids["public instance"])
    assert private.known
    assert public.known
    assert set(private.out) == {estate.ids["nat address"]}
    assert estate.ids["elastic"] in public.own


def test_pages_are_put_together() -> None:
    whole, of_whole = collected(CollectRequest(regions=(REGION,)))
    paged, of_pages = collected(CollectRequest(regions=(REGION,), page=5))
    assert len(of_pages[CENTRAL, REGION].documents["describe-network-interfaces"]) == 1
    assert facts(of_pages) == facts(of_whole)
    assert paged == whole


def test_nothing_secret_is_taken(aws: Moto) -> None:
    organizations = aws.client("organizations")
    organizations.create_organization(FeatureSet="ALL")
    organizations.create_account(Email="root@example.com", AccountName="a")
    _, parts = collected(CollectRequest(organization=True, regions=(REGION,), role=ROLE))
    told = repr(parts)
    assert "hunter2" not in told
    assert "example.com" not in told
    assert "ResponseMetadata" not in told
    document = parts[CENTRAL, ""].documents[LIST_ACCOUNTS]
    listed = {fact.values for fact in described(LIST_ACCOUNTS, document, _of_organization())}
    assert {CENTRAL} < set(*listed)
    assert {account for account, _ in parts} == set(*listed), "every account was asked"


def _of_organization() -> Snapshot:
    return Snapshot(CENTRAL, "", NOW, LIST_ACCOUNTS)


def test_the_shipped_policies_are_all_it_needs(aws: Moto, monkeypatch: pytest.MonkeyPatch) -> None:
    become(aws, monkeypatch, "least", policies.read("central"))
    request = CollectRequest(accounts=(MEMBER,), regions=(REGION, "us-east-1"), role=ROLE)
    result, parts = collected(request)
    assert result.missing == []
    assert set(parts) == {(MEMBER, REGION), (MEMBER, "us-east-1")}
    assert all(set(part.documents) == set(OF_REGION) for part in parts.values())


def test_no_line_of_the_members_policy_is_idle(aws: Moto, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = json.loads(policies.read("member"))
    actions = whole["Statement"][0]["Action"]
    become(aws, monkeypatch, "one-less", policies.read("member"))
    asking = Aws()
    for action in actions:
        aws.enforce(None)
        whole["Statement"][0]["Action"] = [one for one in actions if one != action]
        aws.client("iam").put_user_policy(
            UserName="one-less", PolicyName="p0", PolicyDocument=json.dumps(whole)
        )
        aws.enforce()
        regions = () if action == "ec2:DescribeRegions" else (REGION,)
        parts: list[Part] = []
        result = collect(asking, CollectRequest(regions=regions), parts.append, lambda: NOW)
        (missing,) = result.missing
        assert action in missing.message
        for part in parts:
            assert part.missing == [missing]
            assert set(part.documents) == set(OF_REGION) - {missing.operation}


def test_what_is_missing_is_not_known_to_be_absent(
    aws: Moto, monkeypatch: pytest.MonkeyPatch
) -> None:
    without = json.loads(policies.read("member"))
    without["Statement"][0]["Action"].remove("ec2:DescribeVpcEndpoints")
    become(aws, monkeypatch, "no-endpoints", json.dumps(without))
    _, parts = collected(CollectRequest(regions=(REGION,)))
    inventory = Inventory(facts(parts))
    assert inventory.covers(CENTRAL, REGION, "instances")
    assert not inventory.covers(CENTRAL, REGION, "endpoints")


def test_an_account_that_cannot_be_entered_stops_no_other(
    aws: Moto, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = json.loads(policies.read("member"))
    become(aws, monkeypatch, "no-entry", json.dumps(own))
    request = CollectRequest((CENTRAL, MEMBER), regions=(REGION,), role=ROLE)
    result, parts = collected(request)
    assert [(one.account, one.region, one.operation) for one in result.missing] == [
        (MEMBER, "", ASSUME_ROLE)
    ]
    assert set(parts) == {(CENTRAL, REGION)}


def test_without_the_organization_the_rest_is_collected(
    aws: Moto, monkeypatch: pytest.MonkeyPatch
) -> None:
    become(aws, monkeypatch, "no-list", policies.read("member"))
    result, parts = collected(CollectRequest(organization=True, regions=(REGION,)))
    assert [one.operation for one in result.missing] == [LIST_ACCOUNTS]
    assert set(parts) == {(CENTRAL, REGION)}


def test_an_account_that_does_not_name_its_regions_is_told(
    aws: Moto, monkeypatch: pytest.MonkeyPatch
) -> None:
    become(aws, monkeypatch, "nothing")
    result, parts = collected(CollectRequest())
    assert [one.operation for one in result.missing] == [DESCRIBE_REGIONS]
    assert parts == {}


def test_another_account_needs_a_role() -> None:
    with pytest.raises(CannotCollect, match=f"{MEMBER}.*--role"):
        collected(CollectRequest(accounts=(MEMBER,)))


def test_without_credentials_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    with pytest.raises(CannotCollect, match="AWS_PROFILE"):
        collected(CollectRequest())


def test_a_stop_leaves_the_rest_unasked() -> None:
    parts: list[Part] = []
    request = CollectRequest(regions=(REGION,) * 9, parallel=1)
    collect(Aws(), request, parts.append, lambda: NOW, lambda: bool(parts))
    assert 0 < len(parts) < 5


class _Throttled(BaseHTTPRequestHandler):
    """An STS, and EC2 of three regions that asks to come back later, twice, and has one VPC."""

    refused = 0

    def do_POST(self) -> None:
        asked = self.rfile.read(int(self.headers["Content-Length"])).decode()
        status, body = 200, "<R><requestId>1</requestId></R>"
        if "GetCallerIdentity" in asked:
            body = (
                "<GetCallerIdentityResponse><GetCallerIdentityResult><Account>123456789012"
                "</Account><Arn>arn:aws:iam::123456789012:user/a</Arn></GetCallerIdentityResult>"
                "</GetCallerIdentityResponse>"
            )
        elif "DescribeRegions" in asked:
            opted = ("opt-in-not-required", "opted-in", "not-opted-in")
            items = (
                f"<item><regionName>eu-{n}</regionName><optInStatus>{one}</optInStatus></item>"
                for n, one in enumerate(opted)
            )
            body = f"<R><regionInfo>{''.join(items)}</regionInfo></R>"
        elif "Action=DescribeVpcs&" in asked and type(self).refused < 2:
            type(self).refused += 1
            status, body = (
                503,
                (
                    "<Response><Errors><Error><Code>RequestLimitExceeded</Code><Message>slow"
                    "</Message></Error></Errors><RequestID>1</RequestID></Response>"
                ),
            )
        elif "Action=DescribeVpcs&" in asked:
            body = "<R><vpcSet><item><vpcId>vpc-1</vpcId></item></vpcSet></R>"
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def test_enabled_regions_are_asked_and_throttling_is_waited_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Throttled)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{server.server_port}")
    try:
        result, parts = collected(CollectRequest())
    finally:
        server.shutdown()
        server.server_close()
    assert _Throttled.refused == 2
    assert set(parts) == {(CENTRAL, "eu-0"), (CENTRAL, "eu-1")}
    for part in parts.values():
        assert part.documents["describe-vpcs"] == {"Vpcs": [{"VpcId": "vpc-1"}]}
    assert result.missing == []


def test_where_nobody_answers_a_region_costs_one_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    aws = Aws(attempts=1)
    monkeypatch.setenv("AWS_ENDPOINT_URL_EC2", "http://127.0.0.1:9")
    result = collect(aws, CollectRequest(regions=(REGION,)), lambda _: None, lambda: NOW)
    assert [one.operation for one in result.missing] == sorted(OF_REGION)
    assert {one.code for one in result.missing} == {"EndpointConnectionError"}
    assert result.accounts == set()

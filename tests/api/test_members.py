"""Tests of `members`: who is monitored, and so who is affiliated."""

from typing import Any

import pytest

from tests.api_server import ADMINISTRATOR, MEMBER, STRANGER, Served
from truant.connectors.store import members
from truant.connectors.store.batch import Batch, commit
from truant.detection.state import State

EMAIL = "someone@example.com"


def watch(served: Served, *accounts: str) -> None:
    """Let the service have read these accounts' trail."""
    with served.store.write() as conn:
        members.put_organization(conn, members.Organization("NONE"))
    commit(served.store, Batch("trail", 1, State(accounts=set(accounts)), ("a",)))


def name(client: Any, detector: str, *accounts: str) -> list[dict[str, str]]:
    details = [{"AccountId": account, "Email": EMAIL} for account in accounts]
    answer = client.create_members(DetectorId=detector, AccountDetails=details)
    unprocessed: list[dict[str, str]] = answer["UnprocessedAccounts"]
    return unprocessed


def statuses(client: Any, detector: str) -> dict[str, str]:
    pages = client.get_paginator("list_members").paginate(
        DetectorId=detector, OnlyAssociated="false", PaginationConfig={"PageSize": 1}
    )
    return {
        one["AccountId"]: one["RelationshipStatus"] for page in pages for one in page["Members"]
    }


def affiliated(served: Served) -> frozenset[str]:
    with served.store.read() as conn:
        return members.monitored(conn)[1]


def test_an_account_whose_trail_is_read_is_monitored_at_once(
    served: Served, client: Any, detector: str
) -> None:
    watch(served, MEMBER)
    assert name(client, detector, MEMBER, STRANGER) == []
    assert statuses(client, detector) == {MEMBER: "Enabled", STRANGER: "Created"}
    assert affiliated(served) == {MEMBER}
    (shown,) = client.list_members(DetectorId=detector)["Members"]
    assert (shown["AccountId"], shown["Email"]) == (MEMBER, EMAIL)
    assert shown["AdministratorId"] == shown["MasterId"] == ADMINISTRATOR
    assert name(client, detector, MEMBER) == [], "naming one twice, as in each region, is no error"
    refused = name(client, detector, ADMINISTRATOR, "not-a-number")
    assert {one["AccountId"] for one in refused} == {ADMINISTRATOR, "not-a-number"}


def test_monitoring_stops_and_starts(served: Served, client: Any, detector: str) -> None:
    watch(served, MEMBER)
    name(client, detector, MEMBER)
    client.stop_monitoring_members(DetectorId=detector, AccountIds=[MEMBER])
    assert statuses(client, detector) == {MEMBER: "Disabled"}
    assert affiliated(served) == frozenset()
    answer = client.start_monitoring_members(DetectorId=detector, AccountIds=[MEMBER, STRANGER])
    assert [one["AccountId"] for one in answer["UnprocessedAccounts"]] == [STRANGER]
    assert affiliated(served) == {MEMBER}


def test_parting_and_forgetting(served: Served, client: Any, detector: str) -> None:
    watch(served, MEMBER)
    name(client, detector, MEMBER)
    answer = client.delete_members(DetectorId=detector, AccountIds=[MEMBER])
    assert "still associated" in answer["UnprocessedAccounts"][0]["Result"]
    client.disassociate_members(DetectorId=detector, AccountIds=[MEMBER])
    assert statuses(client, detector) == {MEMBER: "Removed"}
    client.delete_members(DetectorId=detector, AccountIds=[MEMBER])
    assert statuses(client, detector) == {}
    answer = client.get_members(DetectorId=detector, AccountIds=[MEMBER])
    assert answer["Members"] == []
    assert "not a member" in answer["UnprocessedAccounts"][0]["Result"]


def test_an_invitation_is_seen_and_accepted(served: Served, client: Any, detector: str) -> None:
    name(client, detector, MEMBER)
    client.invite_members(DetectorId=detector, AccountIds=[MEMBER], Message="please")
    member = served.client(MEMBER)
    own = member.create_detector(Enable=True)["DetectorId"]
    assert member.get_invitations_count()["InvitationsCount"] == 1
    pages = member.get_paginator("list_invitations").paginate()
    (invitation,) = [one for page in pages for one in page["Invitations"]]
    assert invitation["AccountId"] == ADMINISTRATOR
    assert "Administrator" not in member.get_administrator_account(DetectorId=own)
    with pytest.raises(member.exceptions.BadRequestException, match="no such resource"):
        member.accept_administrator_invitation(
            DetectorId=own, AdministratorId=ADMINISTRATOR, InvitationId="0" * 32
        )
    member.accept_administrator_invitation(
        DetectorId=own,
        AdministratorId=ADMINISTRATOR,
        InvitationId=invitation["InvitationId"],
    )
    shown = member.get_administrator_account(DetectorId=own)["Administrator"]
    assert (shown["AccountId"], shown["RelationshipStatus"]) == (ADMINISTRATOR, "Enabled")
    assert member.get_master_account(DetectorId=own)["Master"]["AccountId"] == ADMINISTRATOR
    assert affiliated(served) == {MEMBER}
    assert member.list_members(DetectorId=own)["Members"] == []
    member.disassociate_from_administrator_account(DetectorId=own)
    assert statuses(client, detector) == {MEMBER: "Resigned"}


def test_an_invitation_is_declined(served: Served, client: Any, detector: str) -> None:
    name(client, detector, MEMBER)
    client.invite_members(DetectorId=detector, AccountIds=[MEMBER])
    member = served.client(MEMBER)
    answer = member.decline_invitations(AccountIds=[ADMINISTRATOR, STRANGER])
    assert [one["AccountId"] for one in answer["UnprocessedAccounts"]] == [STRANGER]
    assert member.get_invitations_count()["InvitationsCount"] == 0


def test_one_service_has_one_administrator(served: Served, detector: str) -> None:
    assert detector
    stranger = served.client(STRANGER)
    own = stranger.create_detector(Enable=True)["DetectorId"]
    with pytest.raises(stranger.exceptions.BadRequestException, match="another account is"):
        name(stranger, own, MEMBER)
    for refused in ("enable", "disable"):
        with pytest.raises(stranger.exceptions.BadRequestException, match="present administrator"):
            getattr(stranger, f"{refused}_organization_admin_account")(AdminAccountId=STRANGER)


def test_what_is_read_of_members(served: Served, client: Any, detector: str) -> None:
    watch(served, MEMBER)
    name(client, detector, MEMBER)
    answer = client.get_member_detectors(DetectorId=detector, AccountIds=[MEMBER, STRANGER])
    (shown,) = answer["MemberDataSourceConfigurations"]
    assert shown["DataSources"]["CloudTrail"]["Status"] == "ENABLED"
    assert answer["UnprocessedAccounts"][0]["AccountId"] == STRANGER

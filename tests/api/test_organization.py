"""Tests of `organization`: the administrator, and how accounts become members by themselves."""

from typing import Any

import pytest

from tests.api.test_members import affiliated
from tests.api_server import ADMINISTRATOR, MEMBER, STRANGER, Served
from truant.connectors.store.batch import Batch, commit
from truant.detection.state import State


def see(served: Served, account: str) -> None:
    commit(served.store, Batch("trail", 1, State(accounts={account}), (account,)))


def test_accounts_become_members_as_their_trail_is_read(
    served: Served, client: Any, detector: str
) -> None:
    shown = client.describe_organization_configuration(DetectorId=detector)
    assert (shown["AutoEnable"], shown["AutoEnableOrganizationMembers"]) == (True, "ALL")
    see(served, MEMBER)
    assert affiliated(served) == {MEMBER}
    client.update_organization_configuration(
        DetectorId=detector, AutoEnableOrganizationMembers="NONE"
    )
    see(served, STRANGER)
    assert affiliated(served) == {MEMBER}
    client.update_organization_configuration(
        DetectorId=detector, AutoEnableOrganizationMembers="ALL"
    )
    assert affiliated(served) == {MEMBER, STRANGER}
    counted = client.get_organization_statistics()["OrganizationDetails"]["OrganizationStatistics"]
    assert (counted["MemberAccountsCount"], counted["TotalAccountsCount"]) == (2, 3)


def test_the_administrator_hands_over(served: Served, client: Any, detector: str) -> None:
    assert detector
    pages = client.get_paginator("list_organization_admin_accounts").paginate()
    (shown,) = [one for page in pages for one in page["AdminAccounts"]]
    assert shown == {"AdminAccountId": ADMINISTRATOR, "AdminStatus": "ENABLED"}
    client.enable_organization_admin_account(AdminAccountId=MEMBER)
    member = served.client(MEMBER)
    with pytest.raises(client.exceptions.BadRequestException, match="present administrator"):
        client.disable_organization_admin_account(AdminAccountId=MEMBER)
    member.disable_organization_admin_account(AdminAccountId=MEMBER)
    assert client.list_organization_admin_accounts()["AdminAccounts"] == []


def test_members_do_not_configure_the_organization(served: Served, filled: str) -> None:
    member = served.client(MEMBER)
    (own,) = member.list_detectors()["DetectorIds"]
    assert own != filled
    with pytest.raises(member.exceptions.BadRequestException, match="organization's administrator"):
        member.update_organization_configuration(DetectorId=own, AutoEnable=False)

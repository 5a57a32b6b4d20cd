"""The organization: its administrator for this service, and how accounts become members."""

import re

from truant.api.call import Call, Given, Output
from truant.api.errors import BadRequest, invalid
from truant.connectors.store import batch, members
from truant.connectors.store.members import Organization, Status

ENABLED = "ENABLED"


def list_organization_admin_accounts(call: Call, _: Given) -> Output:
    """The one administrator, if there is one."""
    chief = members.administrator(call.conn)
    shown = {"AdminAccountId": chief, "AdminStatus": ENABLED}
    return {"AdminAccounts": [shown] if chief is not None else []}


def enable_organization_admin_account(call: Call, given: Given) -> Output:
    """Name the administrator. One that is there already names his successor."""
    account = given["AdminAccountId"]
    if re.fullmatch(r"\d{12}", account, re.ASCII) is None:
        raise invalid("adminAccountId is no account id")
    _only_chief(call)
    members.appoint(call.conn, account)
    members.remove(call.conn, [account])
    return {}


def disable_organization_admin_account(call: Call, given: Given) -> Output:
    """Take the administrator away."""
    _only_chief(call)
    if members.administrator(call.conn) != given["AdminAccountId"]:
        raise BadRequest(
            "The request is rejected because the account is not the administrator of this service."
        )
    members.appoint(call.conn, None)
    return {}


def _only_chief(call: Call) -> None:
    chief = members.administrator(call.conn)
    if chief is not None and chief != call.account:
        raise BadRequest(
            "The request is rejected because only the present administrator may change that."
        )


def describe_organization_configuration(call: Call, given: Given) -> Output:
    """How accounts that are newly seen become members."""
    call.detector(given)
    how = members.organization(call.conn).auto_enable
    return {
        "AutoEnable": how != "NONE",
        "AutoEnableOrganizationMembers": how,
        "MemberAccountLimitReached": False,
        "DataSources": {
            "S3Logs": {"AutoEnable": True},
            "Kubernetes": {"AuditLogs": {"AutoEnable": False}},
        },
        "Features": [{"Name": "S3_DATA_EVENTS", "AutoEnable": "ALL"}],
    }


def update_organization_configuration(call: Call, given: Given) -> Output:
    """Set how accounts become members; ALL takes in those that are known already."""
    call.detector(given)
    if not call.is_administrator:
        raise BadRequest(
            "The request failed because the calling account is not the organization's "
            "administrator."
        )
    how = given.get("AutoEnableOrganizationMembers")
    if how is None and "AutoEnable" in given:
        how = "NEW" if given["AutoEnable"] else "NONE"
    if how is None:
        return {}
    features = members.organization(call.conn).features
    members.put_organization(call.conn, Organization(how, features))
    if how == "ALL":
        members.enrol(call.conn, batch.accounts(call.conn), call.now)
    return {}


def get_organization_statistics(call: Call, _: Given) -> Output:
    """How many accounts there are, and how many are monitored."""
    everyone = members.every(call.conn) if call.is_administrator else []
    on = sum(one.status is Status.ENABLED for one in everyone)
    watched = batch.accounts(call.conn) | {one.account for one in everyone} | {call.account}
    return {
        "OrganizationDetails": {
            "UpdatedAt": call.now,
            "OrganizationStatistics": {
                "TotalAccountsCount": len(watched),
                "MemberAccountsCount": len(everyone),
                "ActiveAccountsCount": on + 1,
                "EnabledAccountsCount": on + 1,
                "CountByFeature": [{"Name": "S3_DATA_EVENTS", "EnabledAccountsCount": on + 1}],
            },
        }
    }

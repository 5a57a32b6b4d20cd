"""Usage: nothing is metered, so everything costs nothing, and no trial ends."""

from collections.abc import Callable, Mapping

from truant.api.call import Call, Given, Output

FREE = {"Amount": "0.00", "Unit": "USD"}
FEATURES = ("CLOUD_TRAIL", "S3_DATA_EVENTS")


def get_usage_statistics(call: Call, given: Given) -> Output:
    """What was used, as sums of 0.00 USD; no resource is metered by itself."""
    accounts = sorted(call.scope(call.detector(given)).accounts or ())
    wanted = given["UsageCriteria"].get("AccountIds") or accounts
    accounts = [account for account in accounts if account in wanted]
    member, rows = _KINDS[given["UsageStatisticType"]]
    return {"UsageStatistics": {member: rows(accounts)}}


def _by_account(accounts: list[str]) -> list[dict[str, object]]:
    return [{"AccountId": account, "Total": FREE} for account in accounts]


def _by_source(_: list[str]) -> list[dict[str, object]]:
    return [{"DataSource": name, "Total": FREE} for name in ("CLOUD_TRAIL", "S3_LOGS")]


def _by_feature(_: list[str]) -> list[dict[str, object]]:
    return [{"Feature": name, "Total": FREE} for name in FEATURES]


def _nothing(_: list[str]) -> list[dict[str, object]]:
    return []


_KINDS: Mapping[str, tuple[str, Callable[[list[str]], list[dict[str, object]]]]] = {
    "SUM_BY_ACCOUNT": ("SumByAccount", _by_account),
    "SUM_BY_DATA_SOURCE": ("SumByDataSource", _by_source),
    "SUM_BY_FEATURES": ("SumByFeature", _by_feature),
    "SUM_BY_RESOURCE": ("SumByResource", _nothing),
    "TOP_RESOURCES": ("TopResources", _nothing),
    "TOP_ACCOUNTS_BY_FEATURE": ("TopAccountsByFeature", _nothing),
}


def get_remaining_free_trial_days(call: Call, given: Given) -> Output:
    """No account is in a trial."""
    call.detector(given)
    why = "The request is rejected because the account is in no free trial."
    ids = dict.fromkeys(given.get("AccountIds") or ())
    return {
        "Accounts": [],
        "UnprocessedAccounts": [{"AccountId": one, "Result": why} for one in ids],
    }

"""Usage: nothing is metered, so that it costs nothing; what has been read is told in records.

GuardDuty's unit is USD, and so it is here unless a caller asks for RECORDS: then an amount is how
many records of an account have been taken in, as `connectors/store/arrivals.py` counts them. An
account of which nothing has arrived in the region has no usage, in either unit.
"""

from collections import Counter
from collections.abc import Callable, Mapping

from truant.api.call import Call, Given, Output
from truant.api.errors import invalid
from truant.connectors.store import arrivals

USD, RECORDS = "USD", "RECORDS"
# Which of an account's records are S3's data events is not counted: only the trail has a number.
SOURCES, FEATURES = ("CLOUD_TRAIL", "S3_LOGS"), ("CLOUD_TRAIL", "S3_DATA_EVENTS")
TOP_MAX = 50

Rows = list[dict[str, object]]


def get_usage_statistics(call: Call, given: Given) -> Output:
    """What has been read of the region, by account: 0.00 USD, or in the unit RECORDS a number."""
    scope = call.scope(call.detector(given))
    unit = given.get("Unit") or USD
    if unit not in (USD, RECORDS):
        raise invalid("unit must be USD or RECORDS")
    wanted = given["UsageCriteria"].get("AccountIds")
    read = Counter[str]()
    for one in arrivals.every(call.conn):
        seen = scope.accounts is None or one.account in scope.accounts
        if seen and one.region == scope.region and (not wanted or one.account in wanted):
            read[one.account] += one.records
    member, rows = _KINDS[given["UsageStatisticType"]]
    return {"UsageStatistics": {member: rows(read, unit)}}


def _total(number: int, unit: str) -> dict[str, str]:
    return {"Amount": "0.00" if unit == USD else str(number), "Unit": unit}


def _accounts(read: Counter[str], unit: str) -> Rows:
    """Who sends most comes first."""
    most = sorted(read.items(), key=lambda one: (-one[1], one[0]))
    return [{"AccountId": account, "Total": _total(number, unit)} for account, number in most]


def _by(member: str, names: tuple[str, ...]) -> Callable[[Counter[str], str], Rows]:
    def rows(read: Counter[str], unit: str) -> Rows:
        known = names if unit == USD else names[:1]
        return [{member: name, "Total": _total(read.total(), unit)} for name in known if read]

    return rows


def _top_accounts(read: Counter[str], unit: str) -> Rows:
    accounts = _accounts(read, unit)[:TOP_MAX]
    return [{"Feature": FEATURES[0], "Accounts": accounts}] if accounts else []


def _nothing(_: Counter[str], __: str) -> Rows:
    """No resource is metered by itself."""
    return []


_KINDS: Mapping[str, tuple[str, Callable[[Counter[str], str], Rows]]] = {
    "SUM_BY_ACCOUNT": ("SumByAccount", _accounts),
    "SUM_BY_DATA_SOURCE": ("SumByDataSource", _by("DataSource", SOURCES)),
    "SUM_BY_FEATURES": ("SumByFeature", _by("Feature", FEATURES)),
    "SUM_BY_RESOURCE": ("SumByResource", _nothing),
    "TOP_RESOURCES": ("TopResources", _nothing),
    "TOP_ACCOUNTS_BY_FEATURE": ("TopAccountsByFeature", _top_accounts),
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

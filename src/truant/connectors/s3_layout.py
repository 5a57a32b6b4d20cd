"""How AWS lays logs out in a bucket: a shard for each account and region, in it a folder a day.

    PREFIX/AWSLogs/[o-…/]ACCOUNT/CloudTrail/REGION/YYYY/MM/DD/
    PREFIX/AWSLogs/ACCOUNT/vpcflowlogs/REGION/YYYY/MM/DD/[HH/]
    PREFIX/AWSLogs/aws-account-id=ACCOUNT/aws-service=vpcflowlogs/aws-region=REGION/year=YYYY/…

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/get-and-view-cloudtrail-log-files.html
https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-s3-path.html
"""

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date

from truant.connectors.sources import Holds

LOGS = "AWSLogs/"
_ACCOUNT = re.compile(r"(?:aws-account-id=)?\d{12}/")
_ORGANIZATION = re.compile(r"o-[a-z0-9]{10,32}/")
_REGION = re.compile(r"(?:aws-region=)?[a-z]{2,4}(?:-[a-z]+)+-\d/")
_SERVICES = {
    Holds.TRAIL: ("CloudTrail/",),
    Holds.FLOW_LOGS: ("vpcflowlogs/", "aws-service=vpcflowlogs/"),
}
_NUMBER = re.compile(r"(?:year=|month=|day=)?(\d{2,4})/")

Folders = Callable[[str], Iterable[str]]  # what stands below a prefix, up to the next slash


def shards(prefix: str, holds: Holds, folders: Folders) -> list[str]:
    """The prefix of each account and region, which ends before the year; none in another layout."""
    found = []
    for account in _accounts(prefix + LOGS, folders):
        for service in folders(account):
            if _last(service) in _SERVICES[holds]:
                found += [r for r in folders(service) if _REGION.fullmatch(_last(r))]
    return sorted(found)


def _accounts(top: str, folders: Folders) -> Iterator[str]:
    for folder in folders(top):
        if _ORGANIZATION.fullmatch(_last(folder)):
            yield from (one for one in folders(folder) if _ACCOUNT.fullmatch(_last(one)))
        elif _ACCOUNT.fullmatch(_last(folder)):
            yield folder


def _last(folder: str) -> str:
    return folder[folder.rstrip("/").rfind("/") + 1 :]


def days(shard: str, since: date, folders: Folders) -> Iterator[date]:
    """The days of a shard for which there is a folder, from one on."""
    for year, in_year in _numbered(folders(shard)):
        if year < since.year:
            continue
        for month, in_month in _numbered(folders(in_year)):
            if (year, month) < (since.year, since.month):
                continue
            for day, _ in _numbered(folders(in_month)):
                try:
                    found = date(year, month, day)
                except ValueError:
                    continue
                if found >= since:
                    yield found


def _numbered(found: Iterable[str]) -> Iterator[tuple[int, str]]:
    for folder in found:
        number = _NUMBER.fullmatch(_last(folder))
        if number is not None:
            yield int(number[1]), folder


def folder_of(shard: str, day: date) -> str:
    """The prefix of a day's folder in a shard."""
    if "/aws-service=" in shard:
        return f"{shard}year={day.year}/month={day.month:02}/day={day.day:02}/"
    return f"{shard}{day.year}/{day.month:02}/{day.day:02}/"

"""Calls in few words, for stories about what sessions of instances said from where."""

from itertools import count

from truant.model.api_call import ApiCall, decode_call
from truant.model.aws_ranges import RangesHistory, parse

ACCOUNT = "111122223333"
# 54.10.0.0/16 is AWS's in these stories; everything else is outside.
RANGES = RangesHistory(
    [
        parse(
            b'{"syncToken": "1", "createDate": "2020-01-01-00-00-00", "prefixes":'
            b'[{"ip_prefix": "54.10.0.0/16", "service": "EC2", "region": "eu-west-1"}]}',
            "ip-ranges.json",
        )
    ]
)
_ids = count()


def call(
    instance: str,
    day: int,
    source: str,
    api: str = "s3:ListBuckets",
    agent: str = "Boto3/1.34 md/Botocore",
) -> ApiCall:
    """One call by the role `web` of an instance at ten o'clock of a day in March 2026."""
    service, name = api.split(":")
    return decode_call(
        f"""{{
        "eventTime": "2026-03-{day:02}T10:00:00Z", "eventID": "e{next(_ids)}",
        "eventName": "{name}", "eventSource": "{service}.amazonaws.com", "awsRegion": "eu-west-1",
        "sourceIPAddress": "{source}", "userAgent": "{agent}", "recipientAccountId": "{ACCOUNT}",
        "userIdentity": {{"type": "AssumedRole", "principalId": "AROAEXAMPLE:{instance}",
          "arn": "arn:aws:sts::{ACCOUNT}:assumed-role/web/{instance}",
          "accountId": "{ACCOUNT}", "accessKeyId": "ASIA{instance[-1]}{day}",
          "sessionContext": {{"sessionIssuer": {{"arn": "arn:aws:iam::{ACCOUNT}:role/web"}},
            "ec2RoleDelivery": "2.0"}}}}}}""".encode()
    )

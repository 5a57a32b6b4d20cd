"""GuardDuty's export to S3: where an object lies, and what is in it.

https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_exportfindings.html.
"""

import gzip
import hashlib
from collections.abc import Iterable, Mapping

from truant.formats.size import encoded


def object_key(prefix: str, account: str, region: str, day: str, keys: Iterable[str]) -> str:
    """The key of an object with the notices of these keys; the same for the same ones.

    `day`: like 2026-11-25. `prefix`: of the destination, with or without a slash at its end.
    """
    digest = hashlib.sha256("\x1f".join(keys).encode()).hexdigest()
    name = f"{digest[:8]}-{digest[8:12]}-{digest[12:16]}-{digest[16:20]}-{digest[20:32]}"
    folder = f"AWSLogs/{account}/GuardDuty/{region}/{day.replace('-', '/')}"
    start = f"{prefix.rstrip('/')}/" if prefix.strip("/") else ""
    return f"{start}{folder}/{name}.jsonl.gz"


def content(documents: Iterable[Mapping[str, object]]) -> bytes:
    """The object: one finding a line, gzipped; the same bytes for the same findings."""
    lines = "".join(f"{encoded(document)}\n" for document in documents)
    return gzip.compress(lines.encode(), mtime=0)


def bucket_and_prefix(arn: str) -> tuple[str, str]:
    """The bucket and the prefix that `arn:aws:s3:::BUCKET/PREFIX` names."""
    bucket, _, prefix = arn.split(":::", 1)[1].partition("/")
    return bucket, prefix

"""The plain loop that everybody writes first: gzip, json.loads, a dictionary."""

import gzip
import json
from collections.abc import Sequence
from pathlib import Path

from benchmarks.contenders.answer import (
    INSTANCE_SESSION,
    SERVICE,
    Answer,
    Seen,
    note,
    over_files,
)
from benchmarks.generate import Trail


def plain_loop(trail: Trail, cores: int) -> Answer:
    """Every record as a dictionary, the rule on each."""
    return over_files(_loop, trail, cores)


def _loop(files: Sequence[Path]) -> tuple[int, Seen]:
    records, seen = 0, Seen()
    for path in files:
        with gzip.open(path) as stream:
            for record in json.loads(stream.read())["Records"]:
                records += 1
                identity = record["userIdentity"]
                address = record["sourceIPAddress"]
                if INSTANCE_SESSION.search(identity.get("principalId", "")) and not (
                    address.endswith(SERVICE)
                ):
                    origin = (address, record.get("vpcEndpointId"))
                    note(seen, identity["accessKeyId"], origin, record["eventTime"])
    return records, seen

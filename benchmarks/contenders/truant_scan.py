"""Truant: the whole scan, with inventory and full judgement."""

from pathlib import Path

from benchmarks.contenders.answer import Answer
from benchmarks.generate import Trail
from truant.runners.scan import ScanRequest, scan


def truant_scan(trail: Trail, cores: int) -> Answer:
    """What `truant scan` does, up to its findings."""
    request = ScanRequest(
        paths=(trail.folder / "trail",),
        cache=Path("/nonexistent"),
        now=0,
        inventory=trail.inventory,
        ip_ranges=trail.ip_ranges,
        jobs=cores,
    )
    result = scan(request, lambda _files, _all: None)
    keys = {_key(finding) for finding in result.findings}
    return Answer(result.accounting.records, frozenset(keys))


def _key(finding: dict[str, object]) -> str:
    resource = finding["resource"]
    details = resource["accessKeyDetails"] if isinstance(resource, dict) else {}
    return str(details["accessKeyId"])

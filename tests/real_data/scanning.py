"""A scan of real files, with the real ranges of their times."""

from pathlib import Path

from tests.shared_data import shared_data
from truant.runners.scan import ScanRequest, ScanResult, scan


def scanned(paths: Path, cache: Path, jobs: int = 1) -> ScanResult:
    """Scan a file or folder, with no inventory and no network."""
    request = ScanRequest(
        paths=(paths,),
        cache=cache,
        now=1_790_000_000,
        ip_ranges=shared_data("ip-ranges"),
        jobs=jobs,
    )
    return scan(request, lambda _files, _size: None)

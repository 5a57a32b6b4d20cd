"""Where real data for tests lies, outside the repository; tests skip with a reason without it."""

from pathlib import Path

import pytest


def shared_data(name: str) -> Path:
    """The folder `shared/data/<name>` beside or above the repository; skips where it is absent."""
    for folder in Path(__file__).resolve().parents:
        candidate = folder / "shared" / "data" / name
        if candidate.is_dir():
            return candidate
    pytest.skip(f"real data absent: no shared/data/{name} above the repository")

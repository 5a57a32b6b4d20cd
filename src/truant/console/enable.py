"""Enable: the first start, step by step; or the demonstration world with one click."""

import tempfile
from pathlib import Path

from starlette.responses import Response

from truant.connectors import aws_ranges
from truant.connectors.store import batch, finding_pages, findings, members, sessions, snapshots
from truant.connectors.store.coverage import last_taken
from truant.console.visit import Problem, Visit
from truant.runners.scan import ScanRequest
from truant.runners.scan_into import scan_into
from truant.simulator.scenario import build
from truant.simulator.simulation import files

SEED = 7


def show(visit: Visit) -> Response:
    """The steps, and how far they have come."""
    conn = visit.conn
    chief, monitored = members.monitored(conn)
    collected = snapshots.times(conn)
    return visit.page(
        "enable.html",
        chief=chief,
        members=sorted(monitored),
        taken=last_taken(conn),
        accounts=sorted(batch.accounts(conn)),
        places=sorted(place for place in collected if place[1]),
        found=findings.count(conn),
        watched=sessions.count(conn),
        newest=finding_pages.newest(conn),
        is_empty=_is_empty(visit),
    )


def _is_empty(visit: Visit) -> bool:
    return not sessions.count(visit.conn) and not findings.count(visit.conn)


def load_demo(visit: Visit) -> Response:
    """Make the demonstration world and take it in, as a trail and an inventory would be."""
    with visit.store.read() as conn:
        visit.conn = conn
        if not _is_empty(visit):
            text = "The demonstration would mix with what is there. Give it a database of its own."
            raise Problem(409, "The store is not empty", text)
    with tempfile.TemporaryDirectory(prefix="truant-demo-") as name:
        folder = Path(name)
        for path, data in files(build(SEED, ["demo"])).items():
            file = folder / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(data)
        request = ScanRequest(
            paths=(folder / "trail",),
            cache=folder,
            now=visit.now // 1000,
            inventory=folder / "inventory",
            config=folder / "truant.toml",
        )
        ranges = aws_ranges.load(
            folder / "ip-ranges.json", folder, download=False, now=visit.now // 1000
        ).history
        scan_into(visit.store, request, ranges, lambda _done, _all: None)

    def work(conn: object) -> None:
        visit.conn = conn  # type: ignore[assignment]
        visit.note("demonstration loaded", f"seed {SEED}")

    visit.store.run(work)
    return visit.go("/", "demo")

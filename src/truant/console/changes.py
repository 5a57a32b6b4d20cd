"""The audit log: what people changed, latest first."""

from starlette.responses import Response

from truant.connectors.store import audit
from truant.console.visit import Visit

SHOWN = 100


def show(visit: Visit) -> Response:
    """One page of the log."""
    asked = visit.asked("before")
    before = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 18 else None
    found = audit.page(visit.conn, before, SHOWN)
    return visit.page(
        "changes.html",
        deeds=found,
        before=found[-1].id if len(found) == SHOWN else None,
        paged=before is not None,
    )

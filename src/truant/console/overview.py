"""The overview: are we covered, what is open, what was read, and the last days."""

from starlette.responses import Response

from truant.connectors.store import (
    accounting,
    arrivals,
    batch,
    dirty,
    finding_pages,
    members,
    outbox,
    quarantine,
    sessions,
    snapshots,
    workers,
)
from truant.connectors.store.coverage import heard
from truant.connectors.store.finding_pages import Wanted
from truant.console.findings import row_of
from truant.console.views import coverage, days
from truant.console.visit import Visit
from truant.model.event_time import DAY

OPEN_SHOWN = 5


def show(visit: Visit) -> Response:
    """The page on which the console opens."""
    conn = visit.conn
    newest = max(sessions.newest(conn), finding_pages.newest(conn))
    last = newest // DAY
    shown = days.days_of(finding_pages.by_day(conn, last - 13), last) if newest else []
    chief, monitored = members.monitored(conn)
    covered = coverage.coverage(
        chief,
        monitored,
        batch.accounts(conn),
        snapshots.times(conn),
        heard(conn),
        coverage.deliveries(arrivals.every(conn)),
        visit.now // 1000,
    )
    worst = finding_pages.page(conn, Wanted(order="severity"), most=OPEN_SHOWN)
    return visit.page(
        "overview.html",
        bands=finding_pages.bands(conn),
        worst=[row_of(one) for one in worst.rows],
        days=shown,
        days_picture=days.draw(shown) if shown else None,
        coverage=covered,
        numbers=_numbers(visit),
        newest=newest,
        tasks=workers.every(conn),
        minutes=arrivals.records_since(conn, visit.now // 60_000 - 60),
        waiting=dirty.count(conn),
        notices=sum(one.notices for one in outbox.waiting(conn).values()),
        quarantined=quarantine.count(conn),
        nothing=not newest and not covered.regions,
    )


def _numbers(visit: Visit) -> dict[str, int]:
    read = accounting.counts(visit.conn, accounting.RECORDS)
    return {"sessions": sessions.count(visit.conn), "calls": sum(read.values())}

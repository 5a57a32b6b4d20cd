"""Prometheus' metrics: what the store holds, how the tasks do, and what is asked of the API.

The store is asked at most every few seconds, however often somebody scrapes.
"""

import hmac
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.metrics_core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from truant.connectors.store import (
    accounting,
    arrivals,
    channels,
    dirty,
    findings,
    outbox,
    quarantine,
)
from truant.connectors.store.database import Store
from truant.runners.crew import Task

FRESH_SECONDS = 5.0
PAIRS_MAX = 500  # accounts and regions that are told one by one
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
_LOOPBACK = frozenset({"127.0.0.1", "::1"})
_FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip", "via")


class Metrics:
    """What is counted for one application."""

    def __init__(
        self, store: Store, tasks: Sequence[Task] = (), clock: Callable[[], float] = time.time
    ) -> None:
        """`tasks`: of the service's crew; `clock`: epoch seconds."""
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "truant_requests",
            "Requests to the API, by operation and HTTP status.",
            ["operation", "status"],
            registry=self._registry,
        )
        self._seconds = Histogram(
            "truant_request_seconds",
            "How long requests to the API took, by operation.",
            ["operation"],
            buckets=_SECONDS,
            registry=self._registry,
        )
        ProcessCollector(registry=self._registry)
        self._registry.register(_OfStore(store, clock))
        self._registry.register(_OfTasks(tasks))

    def asked(self, operation: str, status: int, seconds: float) -> None:
        """Count a request."""
        self._requests.labels(operation, str(status)).inc()
        self._seconds.labels(operation).observe(seconds)

    def text(self) -> bytes:
        """Everything, as Prometheus reads it."""
        return generate_latest(self._registry)

    def route(self, token: str | None) -> Route:
        """`GET /metrics`, for whoever knows the token; without one, for this machine alone."""

        async def metrics(request: Request) -> Response:
            if not _is_allowed(request, token):
                return PlainTextResponse("not for you: see metrics in docs/service.md\n", 403)
            told = await run_in_threadpool(self.text)
            return Response(told, headers={"content-type": CONTENT_TYPE_LATEST})

        return Route("/metrics", metrics, methods=["GET"])


def _is_allowed(request: Request, token: str | None) -> bool:
    if token:
        given = request.headers.get("authorization", "").encode("latin-1")
        return hmac.compare_digest(given, f"Bearer {token}".encode())
    # What came through a proxy on this machine came from elsewhere.
    proxied = any(name in request.headers for name in _FORWARDED)
    return not proxied and request.client is not None and request.client.host in _LOOPBACK


class _OfTasks(Collector):
    def __init__(self, tasks: Sequence[Task]) -> None:
        self._tasks = tasks

    def collect(self) -> Iterable[Metric]:
        """How the tasks do."""
        rounds = CounterMetricFamily(
            "truant_task_rounds", "Steps that a task of this process did.", labels=["task"]
        )
        failing = GaugeMetricFamily(
            "truant_task_failures", "Failures in a row of a task; 0: it is well.", labels=["task"]
        )
        for task in self._tasks:
            rounds.add_metric([task.name], task.rounds)
            failing.add_metric([task.name], task.failures)
        return (rounds, failing)


class _OfStore(Collector):
    def __init__(self, store: Store, clock: Callable[[], float]) -> None:
        self._store, self._clock = store, clock
        self._lock = threading.Lock()
        self._told: list[Metric] = []
        self._at = float("-inf")

    def describe(self) -> Iterable[Metric]:
        """Nothing: the store is not asked before somebody scrapes."""
        return ()

    def collect(self) -> Iterable[Metric]:
        """What the store holds, at most FRESH_SECONDS old."""
        with self._lock:
            if time.monotonic() - self._at >= FRESH_SECONDS:
                self._told = self._ask()
                self._at = time.monotonic()
            return self._told

    def _ask(self) -> list[Metric]:
        up = GaugeMetricFamily("truant_store_up", "Whether the database answers.")
        try:
            with self._store.read() as conn:
                told = [metric for ask in _ASKED for metric in ask(conn, self._clock())]
        except SQLAlchemyError:
            up.add_metric([], 0)
            return [up]
        up.add_metric([], 1)
        return [up, *told]


def _read(conn: Connection, _: float) -> Iterator[Metric]:
    records = CounterMetricFamily(
        "truant_records", "Records that were read, by what became of them.", labels=["outcome"]
    )
    for outcome, number in accounting.counts(conn, accounting.RECORDS).items():
        records.add_metric([outcome], number)
    yield records
    files = CounterMetricFamily("truant_files", "Files that were read, by form.", labels=["form"])
    for form, number in accounting.counts(conn, accounting.FILES).items():
        files.add_metric([form], number)
    yield files
    refused = GaugeMetricFamily("truant_quarantined", "Pieces that could not be taken in.")
    refused.add_metric([], quarantine.count(conn))
    yield refused


def _lag(conn: Connection, now: float) -> Iterator[Metric]:
    heard = sorted(arrivals.every(conn), key=lambda one: one.newest)
    lag = GaugeMetricFamily(
        "truant_lag_seconds",
        f"Age of the newest record, by account and region: the {PAIRS_MAX} oldest.",
        labels=["account", "region"],
    )
    for one in heard[:PAIRS_MAX]:
        lag.add_metric([one.account, one.region], max(0.0, now - one.newest))
    yield lag
    newest = GaugeMetricFamily("truant_newest_record_seconds", "Age of the newest record of all.")
    if heard:
        newest.add_metric([], max(0.0, now - heard[-1].newest))
    yield newest


def _judged(conn: Connection, _: float) -> Iterator[Metric]:
    marked = GaugeMetricFamily("truant_principals_to_judge", "Role sessions that are to be judged.")
    marked.add_metric([], dirty.count(conn))
    yield marked
    found = GaugeMetricFamily(
        "truant_findings_open", "Findings that are not archived, by severity.", labels=["severity"]
    )
    for band, number in findings.open_by_band(conn).items():
        found.add_metric([band], number)
    yield found


def _sent(conn: Connection, now: float) -> Iterator[Metric]:
    waiting = outbox.waiting(conn)
    depth = GaugeMetricFamily("truant_outbox_waiting", "Notices that wait.", labels=["place"])
    aside = GaugeMetricFamily("truant_outbox_set_aside", "Notices refused.", labels=["place"])
    late = GaugeMetricFamily(
        "truant_outbox_late_seconds", "How long the first notice is overdue.", labels=["place"]
    )
    failing = GaugeMetricFamily("truant_place_failures", "Failures in a row.", labels=["place"])
    for one in channels.all_of(conn):
        held = waiting.get(one.name, outbox.Waiting(0, 0, 0))
        depth.add_metric([one.name], held.notices)
        aside.add_metric([one.name], held.set_aside)
        late.add_metric([one.name], max(0.0, now - held.oldest / 1000) if held.notices else 0.0)
        failing.add_metric([one.name], one.failures)
    yield from (depth, aside, late, failing)


_ASKED = (_read, _lag, _judged, _sent)

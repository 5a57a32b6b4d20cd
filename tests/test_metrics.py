"""Tests of `metrics`: every one is told, documented and true; nobody else sees them."""

import http.client
import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.api_server import Served, serving
from tests.placed import Received, placed, put
from tests.worlds import filled, world
from truant.connectors.store import findings
from truant.connectors.store.database import Store
from truant.metrics import Metrics
from truant.runners.crew import Crew, Task

DOCUMENT = (Path(__file__).parents[1] / "docs/service.md").read_text(encoding="utf-8")


def samples(text: str) -> dict[tuple[str, str], float]:
    """Values by name and the first label."""
    return {
        (sample.name, next(iter(sample.labels.values()), "")): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def asked(served: Served, headers: dict[str, str] | None = None) -> tuple[int, str]:
    conn = http.client.HTTPConnection(urlsplit(served.url).netloc, timeout=60)
    conn.request("GET", "/metrics", headers=headers or {})
    answer = conn.getresponse()
    found = answer.status, answer.read().decode()
    conn.close()
    return found


def test_they_say_what_the_store_holds(store: Store) -> None:
    made = world("demo")
    filled(store, made)
    placed(store, {"soc": Received()})
    put(store, "soc", "a", "b")
    told = samples(Metrics(store).text().decode())
    for outcome, number in made.seen.items():
        assert told["truant_records_total", outcome] == number
    with store.read() as conn:
        assert sum(findings.open_by_band(conn).values()) == len(made.findings)
    high = sum(float(str(one["severity"])) >= 7 for one in made.findings)
    assert told["truant_findings_open", "High"] == high > 0
    assert told["truant_outbox_waiting", "soc"] == 2
    assert told["truant_outbox_late_seconds", "soc"] >= 0
    assert told["truant_principals_to_judge", ""] == 0
    assert told["truant_store_up", ""] == 1


def test_requests_and_tasks_are_counted(lite: Store) -> None:
    task = Task("judge", lambda _: False, 60.0)
    task.rounds, task.failures = 7, 2
    metrics = Metrics(lite, [task])
    metrics.asked("ListFindings", 200, 0.2)
    told = samples(metrics.text().decode())
    assert told["truant_task_rounds_total", "judge"] == 7
    assert told["truant_task_failures", "judge"] == 2
    assert told["truant_requests_total", "ListFindings"] == 1
    assert told["truant_request_seconds_sum", "ListFindings"] == pytest.approx(0.2)


def test_the_api_counts_what_is_asked_of_it(lite: Store) -> None:
    with serving(lite) as served:
        served.client().list_detectors()
        told = samples(asked(served)[1])
    assert told["truant_requests_total", "ListDetectors"] == 1


def test_nobody_else_sees_them(lite: Store) -> None:
    with serving(lite) as served:
        assert asked(served)[0] == 200
        for name in ("X-Forwarded-For", "Forwarded", "X-Real-IP", "Via"):
            assert asked(served, {name: "203.0.113.9"}) == (
                403,
                "not for you: see metrics in docs/service.md\n",
            )
    with serving(lite, metrics_token="t0ken") as served:
        assert asked(served)[0] == 403
        assert asked(served, {"Authorization": "Bearer t0kem"})[0] == 403
        assert asked(served, {"Authorization": "Bearer t0ken"})[0] == 200


def test_a_database_that_is_gone_is_told(lite: Store) -> None:
    lite.close()
    with lite.write() as conn:
        conn.exec_driver_sql("DROP TABLE outbox")
    told = samples(Metrics(lite).text().decode())
    assert told["truant_store_up", ""] == 0
    assert ("truant_outbox_waiting", "soc") not in told


def test_every_metric_has_its_line_and_no_other_has(lite: Store) -> None:
    told = {
        f"{family.name}_total" if family.type == "counter" else family.name
        for family in text_string_to_metric_families(Metrics(lite).text().decode())
        if family.name.startswith("truant_")
    }
    assert set(re.findall(r"^\| `(truant_\w+)` \|", DOCUMENT, re.MULTILINE)) == told


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_task_that_has_ended_makes_the_service_unwell(lite: Store) -> None:
    crew = Crew([Task("brief", lambda _: (_ for _ in ()).throw(SystemExit), 1.0)])
    with serving(lite, crew=crew) as served:
        conn = http.client.HTTPConnection(urlsplit(served.url).netloc, timeout=60)
        conn.request("GET", "/healthz")
        assert conn.getresponse().status == 200
        conn.close()
        crew.start()
        for thread in crew._threads:
            thread.join(60)
        conn.request("GET", "/healthz")
        answer = conn.getresponse()
        assert (answer.status, answer.read()) == (503, b'{"status":"a task has ended"}')
        conn.close()

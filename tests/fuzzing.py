"""Requests that nobody should send, sent to a real service: made from its OpenAPI document.

`python -m tests.fuzzing --seconds 1800` sends them for so long, and prints what went wrong.
"""

import argparse
import json
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import httpx
import schemathesis
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.core import NotSet

from tests.api_server import ADMINISTRATOR, MEMBER, REGION, Served, issue, serving
from tests.databases import sqlite_store
from tests.made_findings import made_finding
from truant.api.openapi import document
from truant.api.protocol import Protocol
from truant.connectors.store import detectors, findings
from truant.connectors.store.members import Member, Status, keep

PROTOCOL = Protocol("guardduty")
NAMES = tuple(PROTOCOL.model.operation_names)


def _schema() -> dict[str, Any]:
    """The document, without patterns of labels: those of ARNs hold slashes, and none were made."""
    found: dict[str, Any] = document(PROTOCOL, "test")
    for methods in found["paths"].values():
        for one in methods.values():
            for label in one.get("parameters", ()):
                if label["in"] == "path":
                    label["schema"].pop("pattern", None)
    return found


SCHEMA = schemathesis.openapi.from_dict(_schema())
# What an answer must never hold: pieces of the program, of its database, of its machine.
LEAKS = ("Traceback", "sqlalchemy", "sqlite", "psycopg", 'File "', ".py", "SELECT ", "truant/")
SECONDS_MAX, BYTES_MAX = 20.0, 4_000_000


@dataclass
class Asked:
    """A request as it goes out, but for its signature."""

    method: str
    path: str
    query: str = ""
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Fuzzer:
    """A client that signs whatever it is given, and judges the answers."""

    served: Served
    credentials: Credentials
    client: httpx.Client
    statuses: Counter[tuple[str, int]] = field(default_factory=Counter)

    def send(self, asked: Asked) -> httpx.Response:
        """Sign a request and send it as it is."""
        url = f"{self.served.url}{asked.path}" + (f"?{asked.query}" if asked.query else "")
        request = AWSRequest(asked.method, url, data=asked.body, headers=dict(asked.headers))
        SigV4Auth(self.credentials, "guardduty", REGION).add_auth(request)
        raw = httpx.URL(self.served.url).copy_with(
            raw_path=(asked.path + (f"?{asked.query}" if asked.query else "")).encode("ascii")
        )
        return self.client.request(
            asked.method, raw, content=asked.body, headers=dict(request.headers)
        )

    def check(self, name: str, asked: Asked) -> None:
        """Send a request, and see that the answer is one. Raises AssertionError."""
        start = time.monotonic()
        answer = self.send(asked)
        took = time.monotonic() - start
        self.statuses[name, answer.status_code] += 1
        judge(answer, took)


def judge(answer: httpx.Response, took: float) -> None:
    """Raises AssertionError for what no answer may be."""
    text = answer.text
    assert answer.status_code < 500, (answer.status_code, text[:500])
    assert took < SECONDS_MAX, f"it took {took:.1f} s"
    assert len(answer.content) < BYTES_MAX
    leaked = [leak for leak in LEAKS if leak in text]
    assert not leaked or answer.status_code == 200, (leaked, text[:500])
    if answer.status_code >= 400:
        told = json.loads(text)
        assert set(told) == {"message", "__type"}
        assert answer.headers["x-amzn-errortype"] == told["__type"]
        assert len(text) < 5_000


def asked_of(case: Case[Any], detector: str) -> Asked:
    """A generated case as a request. The detector is often the right one: else all ends there."""
    path = case.path
    for label, value in (case.path_parameters or {}).items():
        text = _text(value)
        if label == "detectorId" and len(text) % 4:
            text = detector
        elif label == "resourceArn" and len(text) % 4:
            text = f"arn:aws:guardduty:{REGION}:{ADMINISTRATOR}:detector/{detector}"
        path = path.replace(f"{{{label}}}", quote(text, safe="", errors="replace"))
    pairs = [
        (_text(key), _text(one))
        for key, value in (case.query or {}).items()
        for one in (value if isinstance(value, list) else [value])
    ]
    query = urlencode(pairs, errors="replace", quote_via=quote)
    held: object = case.body
    body = b""
    if not isinstance(held, NotSet):
        body = held if isinstance(held, bytes) else json.dumps(held, default=str).encode()
    return Asked(case.method.upper(), path, query, body, {"content-type": "application/json"})


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, default=str)


def cases(name: str, mode: GenerationMode) -> st.SearchStrategy[Case[Any]]:
    """Cases of an operation, that keep its schema or break it."""
    found = SCHEMA.find_operation_by_id(name)
    strategy: st.SearchStrategy[Case[Any]] = found.as_strategy(generation_mode=mode)
    return strategy


def fuzz(fuzzer: Fuzzer, name: str, detector: str, examples: int, number: int) -> None:
    """Send an operation so many cases of each mode. Raises AssertionError."""
    for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):

        @seed(number)
        @settings(
            max_examples=examples,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(cases(name, mode))
        def run(case: Case[Any]) -> None:
            fuzzer.check(name, asked_of(case, detector))

        run()


def filled(served: Served) -> str:
    """Put findings and a member into a service; gives the administrator's detector."""
    with served.store.write() as conn:
        keep(conn, [Member(MEMBER, ADMINISTRATOR, "", Status.ENABLED, 0)])
        detectors.ensure(conn, MEMBER, REGION, 0)
        own = detectors.ensure(conn, ADMINISTRATOR, REGION, 0)
        findings.keep(conn, [made_finding(number) for number in range(60)])
    return own.id


def fuzzers(served: Served) -> Fuzzer:
    """A client of the administrator's."""
    issued = issue(served.store)
    return Fuzzer(served, Credentials(issued.key.id, issued.secret), httpx.Client(timeout=60))


def rounds(fuzzer: Fuzzer, detector: str, until: Callable[[], bool]) -> Iterator[str]:
    """Fuzz every operation in turn; gives what went wrong."""
    number = 0
    while not until():
        number += 1
        for name in NAMES:
            if until():
                return
            try:
                fuzz(fuzzer, name, detector, 40, number)
            except BaseExceptionGroup as group:
                yield from (f"{name} (seed {number}): {one}" for one in group.exceptions)
            except AssertionError as error:
                yield f"{name} (seed {number}): {error}"


def main() -> int:
    """Fuzz for some seconds; 1 where anything went wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=600.0)
    over = time.monotonic() + parser.parse_args().seconds
    with tempfile.TemporaryDirectory() as folder:
        store = sqlite_store(Path(folder))
        with serving(store, Path(folder)) as served:
            detector = filled(served)
            fuzzer = fuzzers(served)
            wrong = []
            for one in rounds(fuzzer, detector, lambda: time.monotonic() >= over):
                sys.stdout.write(f"{one}\n")
                sys.stdout.flush()
                wrong.append(one)
            fuzzer.client.close()
        store.close()
    by_status: Counter[int] = Counter()
    for (_, status), number in fuzzer.statuses.items():
        by_status[status] += number
    sys.stdout.write(f"{sum(by_status.values())} requests: {dict(sorted(by_status.items()))}\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())

"""Tests of `server`: bounds on size and time, health, where it listens."""

import http.client
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.api_server import Served, client_of, issue, serving
from truant.connectors.store.database import Store
from truant.server import BODY_MAX, CannotServe, Listening, application, server


@pytest.fixture
def served(lite: Store) -> Iterator[Served]:
    """A service that runs."""
    with serving(lite) as running:
        yield running


def ask(served: Served, method: str, target: str, **given: object) -> tuple[int, bytes]:
    conn = http.client.HTTPConnection(urlsplit(served.url).netloc, timeout=20)
    conn.request(method, target, **given)  # type: ignore[arg-type]
    response = conn.getresponse()
    answer = response.status, response.read()
    conn.close()
    return answer


def test_health_needs_no_key_and_tells_nothing(served: Served) -> None:
    assert ask(served, "GET", "/healthz") == (200, b'{"status":"ok"}')


def test_everything_else_needs_a_signature(served: Served) -> None:
    for target in ("/", "/detector", "/docs", "/openapi.json", "/healthz/x", "/%00"):
        status, body = ask(served, "GET", target)
        assert status == 403
        assert b"Missing Authentication Token" in body


def test_large_bodies_are_not_read(served: Served) -> None:
    status, _ = ask(served, "POST", "/detector", headers={"content-length": str(BODY_MAX + 1)})
    assert status == 413
    parts = (b"x" * 65_536 for _ in range(BODY_MAX // 65_536 + 2))
    status, _ = ask(served, "POST", "/detector", body=parts, encode_chunked=True)
    assert status == 413


def test_a_body_that_does_not_come_is_not_waited_for(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("truant.server.BODY_SECONDS", 0.2)
    host, port = urlsplit(served.url).netloc.split(":")
    with socket.create_connection((host, int(port)), timeout=20) as conn:
        conn.sendall(b"POST /detector HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\nabc")
        assert conn.recv(64).startswith(b"HTTP/1.1 408")


def test_huge_headers_are_not_read(served: Served) -> None:
    host, port = urlsplit(served.url).netloc.split(":")
    with socket.create_connection((host, int(port)), timeout=20) as conn:
        conn.sendall(b"GET /healthz HTTP/1.1\r\nhost: x\r\nx: " + b"y" * 100_000)
        assert conn.recv(64).startswith(b"HTTP/1.1 400")


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "example.com", "::"])  # noqa: S104
def test_others_are_not_served_in_the_open(lite: Store, host: str) -> None:
    with pytest.raises(CannotServe, match="without TLS they read along"):
        server(application(lite), Listening(host))


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost", "127.8.8.8"])
def test_loopback_is_served(lite: Store, host: str) -> None:
    assert server(application(lite), Listening(host)).config.host == host


def test_tls_takes_both_files_and_good_ones(lite: Store, tmp_path: Path) -> None:
    file = tmp_path / "x.pem"
    with pytest.raises(CannotServe, match="belong together"):
        server(application(lite), Listening(certificate=file))
    file.write_text("no certificate")
    with pytest.raises(CannotServe, match="Give a certificate and its key"):
        server(application(lite), Listening(certificate=file, key=file))


def test_tls_serves(lite: Store, tmp_path: Path) -> None:
    certificate, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    words = f"req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=localhost -keyout {key}"
    words += f" -out {certificate}"
    made = subprocess.run(["openssl", *words.split()], capture_output=True)  # noqa: S607
    if made.returncode:
        pytest.skip("no openssl to make a certificate with")
    running = server(application(lite), Listening(port=0, certificate=certificate, key=key))

    thread = threading.Thread(target=running.run, daemon=True)
    thread.start()
    while not running.started:
        time.sleep(0.01)
    port = running.servers[0].sockets[0].getsockname()[1]
    context = ssl.create_default_context(cafile=str(certificate))
    conn = http.client.HTTPSConnection("localhost", port, context=context, timeout=20)
    conn.request("GET", "/healthz")
    assert conn.getresponse().read() == b'{"status":"ok"}'
    conn.close()
    running.should_exit = True
    thread.join(30)


def test_many_at_once(served: Served) -> None:

    key = issue(served.store)
    client = client_of(served.url, key.key.id, key.secret)
    detector = client.create_detector(Enable=True)["DetectorId"]
    criteria = {"Criterion": {"severity": {"Gte": 1}}}

    def work(number: int) -> None:
        client.create_filter(DetectorId=detector, Name=f"f-{number}", FindingCriteria=criteria)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(24)))
    names = client.list_filters(DetectorId=detector)["FilterNames"]
    assert sorted(names) == sorted(f"f-{number}" for number in range(24))

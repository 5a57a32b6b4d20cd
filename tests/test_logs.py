"""Tests of `logs`: one line or one JSON object a record, and no secret in any."""

import io
import json
import logging
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from truant import logs
from truant.logs import LogForm, without_secrets

TOKEN = "IQoJb3JpZ2luX2VjEKf" + "aB3/+" * 40
SECRETS = (
    "postgresql://truant:hunter2@db/truant",
    "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    f"sessionToken: {TOKEN}",
    f"https://x/?X-Amz-Security-Token={TOKEN}&y=1",
    "Authorization: Bearer s3cr3t-s3cr3t",
    '{"secretAccessKey": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"}',
    "password='hunter2'",
    "AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG",
    "Authorization=AWS4-HMAC-SHA256 Credential=AKIAX/1/2, Signature=fe5f80f77d5fa3beca038a248ff0",
)
PARTS = ("hunter2", "whsec_MfKQ", TOKEN[:30], "s3cr3t", "wJalrX", "fe5f80f77d5f")
PLAIN = (
    "intake s3://logs/AWSLogs/111111111111/CloudTrail/eu-west-1/2026/11/25/a_CloudTrail.json.gz",
    "finding 0123456789abcdef0123456789abcdef of AROAEXAMPLE:i-0123456789abcdef0",
    "sha256 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
)


@pytest.fixture
def root() -> Iterator[None]:
    """The root logger as it was, afterwards."""
    logger = logging.getLogger()
    handlers, level = list(logger.handlers), logger.level
    yield
    logger.handlers[:] = handlers
    logger.setLevel(level)


@pytest.mark.parametrize("text", SECRETS)
def test_secrets_are_hidden(text: str) -> None:
    shown = without_secrets(text)
    assert not [part for part in PARTS if part in shown]
    assert without_secrets(shown) == shown or "[hidden]" in shown


@pytest.mark.parametrize("text", PLAIN)
def test_what_is_no_secret_is_shown(text: str) -> None:
    assert without_secrets(text) == text


@pytest.mark.usefixtures("root")
@pytest.mark.parametrize("text", [*SECRETS, "two\nlines\x1b[2J", "\u202e\ud800", "x" * 100_000])
def test_json_is_one_object_a_line(text: str) -> None:
    stream = io.StringIO()
    logs.configure(LogForm.JSON, stream)
    try:
        int(text + "x")
    except ValueError:
        logging.getLogger("truant.test").exception("it said %s", text)
    (line,) = stream.getvalue().splitlines()
    told = json.loads(line)
    assert (told["level"], told["logger"]) == ("error", "truant.test")
    assert "ValueError" in told["trace"]
    assert len(line) < 200_000
    assert not [part for part in PARTS if part in line]


@pytest.mark.usefixtures("root")
def test_text_is_a_line_without_effect() -> None:
    stream = io.StringIO()
    logs.configure(LogForm.TEXT, stream)
    logging.getLogger("truant.test").warning("two\nlines %s", "\x1b[2J\u202e")
    (line,) = stream.getvalue().splitlines()
    assert re.fullmatch(r"\S+ warning truant.test: two\\nlines \\x1b\[2J\\u202e", line)


TOML = """
[serve]
database = "here.db"
port = 0
log_format = "json"

[[publish]]
name = "dead"
kind = "webhook"
url = "http://127.0.0.1:9/hook"
"""
HOOK = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/healthz", timeout=5).status_code == 200
    except httpx.HTTPError:
        return False


def wait_for(condition: Callable[[], bool]) -> bool:
    for _ in range(600):
        if condition():
            return True
        time.sleep(0.1)
    return False


def test_a_service_that_is_told_secrets_logs_none(tmp_path: Path) -> None:
    """Everything by file and environment, no option at all."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    (tmp_path / "truant.toml").write_text(TOML.replace("port = 0", f"port = {port}"))
    environment = {
        **{k: v for k, v in os.environ.items() if not k.startswith("TRUANT_")},
        "TRUANT_CONFIG": str(tmp_path / "truant.toml"),
        "TRUANT_PUBLISH_DEAD_SECRET": HOOK,
        "TRUANT_METRICS_TOKEN": "m3trics-t0ken",
        "XDG_DATA_HOME": str(tmp_path),
        "XDG_CACHE_HOME": str(tmp_path),
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "truant.cli", "serve"],
        env=environment,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    said = [process.stderr.readline()]
    try:
        assert wait_for(lambda: answers(url)), said
        signed = {"Authorization": f"AWS4-HMAC-SHA256 Credential=A/x, Signature={TOKEN}"}
        target = f"{url}/detector?X-Amz-Security-Token={TOKEN}"
        assert httpx.get(target, headers=signed, timeout=60).status_code == 403
        assert (tmp_path / "here.db").exists()
    finally:
        process.send_signal(signal.SIGTERM)
        said += process.stderr.readlines()
        process.wait(60)
        process.stderr.close()
    assert not [line for line in said if any(s in line for s in (HOOK, "m3trics", TOKEN[:30]))]
    assert any(json.loads(line)["message"].endswith(url) for line in said)

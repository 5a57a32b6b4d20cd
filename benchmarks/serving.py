"""A service for benchmarks: `truant serve` as it is started, on loopback, over a new database."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

from benchmarks.generate import Trail

ACCOUNT, REGION = "111122223333", "eu-west-1"


class Service:
    """A service that runs: its process, the folder that it reads, its database, a client."""

    def __init__(self, process: subprocess.Popen[bytes], folder: Path, client: Any) -> None:  # noqa: ANN401 boto3's clients have no types
        """Hold what runs."""
        self.process, self.folder, self.client = process, folder, client

    @property
    def memory(self) -> int:
        """Bytes of memory that the process holds now."""
        text = Path(f"/proc/{self.process.pid}/status").read_text()
        found = re.search(r"VmRSS:\s+(\d+) kB", text)
        return int(found[1]) * 1024 if found else 0

    def deliver(self, source: Path | bytes, name: str) -> float:
        """Put a file into its folder, whole at once; gives when, by the clock."""
        aside = self.folder / ".aside"
        aside.write_bytes(source if isinstance(source, bytes) else source.read_bytes())
        os.utime(aside, (1e9, 1e9))  # what is whole need not be looked at twice
        target = self.folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        aside.replace(target)
        return time.perf_counter()


@contextmanager
def serving(trail: Trail, place: Path) -> Iterator[Service]:
    """A service that reads an empty folder of its own, with a trail's inventory and ranges."""
    place.mkdir(parents=True)
    inbox, database = place / "inbox", place / "truant.db"
    inbox.mkdir()
    environment = {**os.environ, "TRUANT_DATABASE": str(database)}
    truant = [sys.executable, "-m", "truant.cli"]
    made = subprocess.run(
        [*truant, "keys", "create", "--account", ACCOUNT],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    key, secret = re.findall(r": +(\S+)", made.stdout)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = [*truant, "serve", "--port", str(port), "--intake", str(inbox)]
    words += ["--inventory", str(trail.inventory), "--ip-ranges", str(trail.ip_ranges)]
    process = subprocess.Popen(words, env=environment, stderr=subprocess.DEVNULL)
    client = boto3.client(
        "guardduty",
        endpoint_url=f"http://127.0.0.1:{port}",
        region_name=REGION,
        aws_access_key_id=key,
        aws_secret_access_key=secret,
        config=Config(retries={"total_max_attempts": 1}),
    )
    try:
        _wait_for(port)
        yield Service(process, inbox, client)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


def _wait_for(port: int) -> None:
    for _ in range(1_200):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise TimeoutError("the service did not start within a minute")

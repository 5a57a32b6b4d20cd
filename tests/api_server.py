"""A running service for tests, on a port of its own, and clients for it."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config
from starlette.routing import BaseRoute

from truant.connectors.store import api_keys, members
from truant.connectors.store.api_keys import Issued
from truant.connectors.store.database import Store
from truant.runners.crew import Crew
from truant.server import Listening, application, server

ADMINISTRATOR, MEMBER, STRANGER = "111111111111", "222222222222", "999999999999"
REGION = "eu-west-1"


def issue(store: Store, account: str = ADMINISTRATOR, *, read_only: bool = False) -> Issued:
    """A new key of an account."""
    with store.write() as conn:
        box = store.box(make=True)
        return api_keys.issue(conn, box, account, "a test", 0, read_only=read_only)


class Served:
    """A service that runs: its address, its store, and clients."""

    def __init__(self, store: Store, url: str) -> None:
        """Hold what runs; the administrator is there."""
        self.store, self.url = store, url
        with store.write() as conn:
            members.appoint(conn, ADMINISTRATOR)

    def client(
        self,
        account: str = ADMINISTRATOR,
        region: str = REGION,
        *,
        service: str = "guardduty",
        read_only: bool = False,
    ) -> Any:
        """An unmodified boto3 client, as an account."""
        key = issue(self.store, account, read_only=read_only)
        return client_of(self.url, key.key.id, key.secret, region, service)


def client_of(
    url: str, key_id: str, secret: str, region: str = REGION, service: str = "guardduty"
) -> Any:
    """An unmodified boto3 client with a key."""
    return boto3.client(
        service,
        endpoint_url=url,
        region_name=region,
        aws_access_key_id=key_id,
        aws_secret_access_key=secret,
        config=Config(retries={"max_attempts": 1, "mode": "standard"}),
    )


@contextmanager
def serving(
    store: Store,
    lists: Path | None = None,
    more: tuple[BaseRoute, ...] = (),
    *,
    crew: Crew | None = None,
    metrics_token: str | None = None,
    stopping: threading.Event | None = None,
) -> Iterator[Served]:
    """Run the service over a store; `lists` is the folder of lists."""
    app = application(store, more, lists, crew, metrics_token, stopping)
    running = server(app, Listening(port=0))
    thread = threading.Thread(target=running.run, daemon=True)
    thread.start()
    for _ in range(2_000):
        if running.started:
            break
        time.sleep(0.005)
    port = running.servers[0].sockets[0].getsockname()[1]
    try:
        yield Served(store, f"http://127.0.0.1:{port}")
    finally:
        running.should_exit = True
        thread.join(30)

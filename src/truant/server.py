"""The service as a web application: the API, and whether it is well. Bounded in size and time."""

import asyncio
import ipaddress
import logging
import socket
import ssl
import threading
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import uvicorn
from msgspec import Struct
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect
from starlette.requests import Request as WebRequest
from starlette.responses import JSONResponse
from starlette.responses import Response as WebResponse
from starlette.routing import BaseRoute, Route, request_response

from truant.api.errors import TooLarge
from truant.api.protocol import Response, failure
from truant.api.service import Api, milliseconds
from truant.api.sigv4 import Request
from truant.connectors.list_files import ListFiles
from truant.connectors.store.database import Store
from truant.metrics import Metrics
from truant.runners.crew import Crew
from truant.runners.list_loading import load_waiting

log = logging.getLogger("truant.server")

BODY_MAX = 1024 * 1024  # GuardDuty's largest request, 250 condition values, has some 100 KB
BODY_SECONDS, ANSWER_SECONDS = 10, 60
HEADER_BYTES_MAX = 64 * 1024
CONCURRENT_MAX = 200
KEEP_ALIVE_SECONDS = 5
LOOK_SECONDS, STOP_SECONDS = 5, 40


class CannotServe(ValueError):
    """The service cannot be started so; the message says why and what to do."""


class Listening(Struct, frozen=True):
    """Where to listen. `plain`: without TLS on an address that others reach, on purpose."""

    host: str = "127.0.0.1"
    port: int = 8443
    certificate: Path | None = None
    key: Path | None = None
    plain: bool = False


class _Loader:
    """A thread that reads lists which are to be activated, soon after a request made them so."""

    def __init__(self, store: Store, files: ListFiles) -> None:
        self._store, self._files = store, files
        self.wake, self._over = threading.Event(), False
        self._thread = threading.Thread(target=self._run, name="lists", daemon=True)

    @asynccontextmanager
    async def running(self, _: Starlette) -> AsyncIterator[None]:
        self._thread.start()
        yield
        self._over = True
        self.wake.set()
        await run_in_threadpool(self._thread.join, STOP_SECONDS)

    def _run(self) -> None:
        while not self._over:
            try:
                load_waiting(self._store, self._files.read, milliseconds())
            except SQLAlchemyError:
                log.exception("lists were not read; tried again")
            self.wake.wait(LOOK_SECONDS)
            self.wake.clear()


def application(
    store: Store,
    more: Sequence[BaseRoute] = (),
    lists: Path | None = None,
    crew: Crew | None = None,
    metrics_token: str | None = None,
    stopping: threading.Event | None = None,
) -> Starlette:
    """The web application over a store.

    `more`: routes that come before the API's. `lists`: the folder from which lists may be read.
    `crew`: the tasks of the service, for its health. `metrics_token`: for who asks from elsewhere.
    `stopping`: is set when the server is to stop.
    """
    api, loader = Api(store), _Loader(store, ListFiles(lists))
    metrics = Metrics(store, crew.tasks if crew is not None else ())

    async def health(_: WebRequest) -> WebResponse:
        trouble = await run_in_threadpool(_trouble, store, crew)
        return JSONResponse({"status": trouble or "ok"}, 503 if trouble else 200)

    async def call(request: WebRequest) -> WebResponse:
        try:
            async with asyncio.timeout(BODY_SECONDS):
                body = await _body(request)
        except TooLarge as error:
            return _web(failure(error.status, error.type, error.message))
        except TimeoutError:
            late = f"The body did not arrive within {BODY_SECONDS} seconds."
            return _web(failure(408, "RequestTimeoutException", late))
        except ClientDisconnect:
            return WebResponse(status_code=499)
        asked, start = _request(request, body), time.monotonic()
        response = await run_in_threadpool(api.handle, asked)
        metrics.asked(api.operation_of(asked), response.status, time.monotonic() - start)
        if request.method != "GET":
            loader.wake.set()
        return _web(response)

    own = [Route("/healthz", health), metrics.route(metrics_token)]
    app = Starlette(routes=[*own, *more], lifespan=loader.running)
    # All else is the API's, whatever the path is made of: a pattern would miss a line's end.
    app.router.default = request_response(call)
    app.state.stopping = stopping
    return app


def _trouble(store: Store, crew: Crew | None) -> str | None:
    """What keeps the service from its work, or None. Nothing is told that is not anybody's."""
    try:
        with store.read() as conn:
            conn.execute(text("SELECT 1"))
    except SQLAlchemyError:
        return "the store does not answer"
    return "a task has ended" if crew is not None and crew.dead() else None


async def _body(request: WebRequest) -> bytes:
    """The body, at most BODY_MAX bytes. Raises TooLarge."""
    too_large = TooLarge(f"The body is larger than {BODY_MAX} bytes.")
    claimed = request.headers.get("content-length", "0")
    if not claimed.isdigit() or len(claimed) > 10 or int(claimed) > BODY_MAX:
        raise too_large
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > BODY_MAX:
            raise too_large
    return bytes(body)


def _request(request: WebRequest, body: bytes) -> Request:
    """The request with its raw path: `request.url` would be decoded, and signed as another."""
    scope = request.scope
    return Request(
        method=request.method,
        path=scope["raw_path"].decode("latin-1"),
        query=scope["query_string"].decode("latin-1"),
        headers=tuple(
            (name.decode("latin-1").lower(), value.decode("latin-1"))
            for name, value in scope["headers"]
        ),
        body=body,
    )


def _web(response: Response) -> WebResponse:
    return WebResponse(response.body, response.status, response.headers)


def server(app: Starlette, where: Listening) -> uvicorn.Server:
    """A server that is ready to run. Raises CannotServe."""
    _check(where)
    config = uvicorn.Config(
        app,
        host=where.host,
        port=where.port,
        ssl_certfile=where.certificate,
        ssl_keyfile=where.key,
        ssl_version=ssl.PROTOCOL_TLS_SERVER,
        limit_concurrency=CONCURRENT_MAX,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=ANSWER_SECONDS,
        h11_max_incomplete_event_size=HEADER_BYTES_MAX,
        http="h11",  # its bounds on headers hold; the faster parser has none
        proxy_headers=False,
        server_header=False,
        access_log=False,
        log_config=None,  # the service's own: logs.configure
    )
    try:
        config.load()
    except (OSError, ValueError) as error:
        raise CannotServe(
            f"{where.certificate}: {error}. Give a certificate and its key."
        ) from error
    return _Server(config)


class _Server(uvicorn.Server):
    """A server that tells its application when it is to stop, so that open streams end."""

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop."""
        stopping = getattr(self.config.app.state, "stopping", None)  # type: ignore[union-attr]
        if stopping is not None:
            stopping.set()
        await super().shutdown(sockets)


def _check(where: Listening) -> None:
    if (where.certificate is None) is not (where.key is None):
        raise CannotServe("--certificate and --key belong together. Give both, or none.")
    if where.certificate is None and not where.plain and not _is_loopback(where.host):
        raise CannotServe(
            f"{where.host} is reached by others, and without TLS they read along. Give "
            "--certificate and --key, or --plain where something in front adds TLS."
        )


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"

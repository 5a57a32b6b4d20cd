"""New findings appear by themselves: server-sent events for pages that are open.

A stream lives for a minute and is then begun anew by the browser, from where it was; it ends at
once when the service does. Each looks into the store every two seconds, by one index.
"""

import asyncio
import json
from collections.abc import AsyncIterator

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from truant.connectors.store import finding_pages
from truant.connectors.store.database import Store
from truant.connectors.store.finding_pages import News
from truant.console.gate import Gate
from truant.console.known import Site
from truant.console.render import HEADERS
from truant.console.visit import ROOT

LOOK_SECONDS, STEP_SECONDS, LIFE_SECONDS, STREAMS_MAX = 2.0, 0.25, 60.0, 50


class Streams:
    """The streams that are open."""

    def __init__(self, gate: Gate, site: Site) -> None:
        """Serve whoever the gate knows."""
        self.gate, self.site, self.open = gate, site, 0

    def route(self) -> Route:
        """The route of the stream."""
        return Route(f"{ROOT}/events", self.begin, methods=["GET"])

    async def begin(self, request: Request) -> Response:
        """Begin a stream, after the event that the browser names, or with the next."""
        session = await run_in_threadpool(self.gate.session, request)
        if session is None:
            return Response(status_code=204)  # tells the browser not to come again
        if self.open >= STREAMS_MAX:
            return Response(status_code=503, headers={"retry-after": "60"})
        last = request.headers.get("last-event-id", "")
        known = last.isascii() and last.isdigit() and len(last) < 18
        after = int(last) if known else await run_in_threadpool(_latest, self.gate.store)
        headers = {**HEADERS, "x-accel-buffering": "no"}
        stream = self._stream(request, after)
        return StreamingResponse(stream, media_type="text/event-stream", headers=headers)

    async def _stream(self, request: Request, after: int) -> AsyncIterator[str]:
        self.open += 1
        try:
            yield f"retry: 2000\nid: {after}\nevent: here\ndata: {{}}\n\n"
            for _ in range(int(LIFE_SECONDS / LOOK_SECONDS)):
                for _ in range(int(LOOK_SECONDS / STEP_SECONDS)):
                    if self.site.stopping.is_set() or await request.is_disconnected():
                        return
                    await asyncio.sleep(STEP_SECONDS)
                found = await run_in_threadpool(_news, self.gate.store, after)
                if found:
                    after = found[-1].number
                    yield f"id: {after}\nevent: news\ndata: {_told(found)}\n\n"
        finally:
            self.open -= 1


def _latest(store: Store) -> int:
    with store.read() as conn:
        return finding_pages.latest_news(conn)


def _news(store: Store, after: int) -> list[News]:
    with store.read() as conn:
        return finding_pages.news(conn, after)


def _told(found: list[News]) -> str:
    """How many findings are new, and how many only changed."""
    created = {one.finding_id for one in found if one.change in ("created", "restored")}
    changed = {one.finding_id for one in found} - created
    most = max((one.severity for one in found if one.finding_id in created), default=0.0)
    return json.dumps({"created": len(created), "changed": len(changed), "severity": most})

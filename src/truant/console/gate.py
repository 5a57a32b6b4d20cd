"""The gate: turns a web request into a visit, and lets through only what may pass.

Sessions are cookies with SameSite=strict; every change must come from our own pages, by `Origin`
and by the session's token. A link from elsewhere brings no cookie: it is followed once more from
here, so that shared links open for whoever is signed in.
"""

import asyncio
import hmac
import logging
import time
import uuid
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from truant.connectors.store import web_sessions
from truant.connectors.store.database import Store
from truant.connectors.store.users import Role
from truant.connectors.store.web_sessions import WebSession
from truant.console import render
from truant.console.visit import ROOT, Look, Problem, Visit

log = logging.getLogger("truant.console")

FORM_MAX, FIELDS_MAX, FORM_SECONDS = 256 * 1024, 2_000, 10
THEMES = ("auto", "light", "dark")
THEME_COOKIE = "truant_theme"


def milliseconds() -> int:
    """The clock's time, epoch milliseconds."""
    return time.time_ns() // 1_000_000


def cookie_name(*, secure: bool) -> str:
    """The session cookie's name; with TLS it is bound to this host by its prefix."""
    return "__Host-truant" if secure else "truant"


class Gate:
    """Makes routes of pages over a store. `site`: what pages share beside the store."""

    def __init__(self, store: Store, site: object, clock: Callable[[], int] = milliseconds) -> None:
        """Guard a store. `clock`: epoch milliseconds."""
        self.store, self.site, self.clock = store, site, clock

    def look(self, path: str, page: Look, role: Role | None = Role.VIEWER) -> Route:
        """A page that only shows; role None: for anybody."""
        return self._route(path, page, role, "GET")

    def deed(self, path: str, page: Look, role: Role | None = Role.ANALYST) -> Route:
        """A form that changes something, in one transaction; role None: for anybody."""
        return self._route(path, page, role, "POST")

    def errand(self, path: str, page: Look, role: Role | None = Role.ADMINISTRATOR) -> Route:
        """A form that takes its time, and makes its own transactions."""
        return self._route(path, page, role, "ERRAND")

    def _route(self, path: str, page: Look, role: Role | None, kind: str) -> Route:
        async def endpoint(request: Request) -> Response:
            try:
                form = await _form(request) if kind != "GET" else {}
            except (ClientDisconnect, TimeoutError):
                return Response(status_code=408)
            except Problem as problem:
                return await run_in_threadpool(self._trouble, request, problem)
            return await run_in_threadpool(self._answer, request, form, page, role, kind)

        method = "GET" if kind == "GET" else "POST"
        return Route(f"{ROOT}{path}", endpoint, methods=[method])

    def _answer(
        self,
        request: Request,
        form: dict[str, list[str]],
        page: Look,
        role: Role | None,
        kind: str,
    ) -> Response:
        try:
            if kind != "GET":
                _check_origin(request)
            session = self.session(request)
            if role is not None and session is None:
                return self._sign_in(request)
            if kind != "GET" and session is not None:
                _check_token(session, form)
            if role is not None and session is not None:
                _check_role(session, role)
            return self._run(request, form, page, session, kind)
        except Problem as problem:
            return self._trouble(request, problem)
        except Exception:
            number = str(uuid.uuid4())
            log.exception("page %s failed", number)
            text = f"The service's log names it {number}. What you see elsewhere still holds."
            return self._trouble(request, Problem(500, "Something of ours went wrong", text))

    def _run(
        self,
        request: Request,
        form: dict[str, list[str]],
        page: Look,
        session: WebSession | None,
        kind: str,
    ) -> Response:
        def work(conn: Any) -> Response:  # noqa: ANN401 a connection, or none for an errand
            return page(self.visit(request, conn, form, session))

        if kind == "GET":
            with self.store.read() as conn:
                return work(conn)
        return work(None) if kind == "ERRAND" else self.store.run(work)

    def visit(
        self,
        request: Request,
        conn: Any,  # noqa: ANN401
        form: dict[str, list[str]],
        session: WebSession | None,
    ) -> Visit:
        """The visit that a request is."""
        theme = request.cookies.get(THEME_COOKIE, "auto")
        return Visit(
            store=self.store,
            conn=conn,
            now=self.clock(),
            method=request.method,
            url=_target(request),
            path={name: str(value) for name, value in request.path_params.items()},
            query=_fields(request.scope["query_string"].decode("latin-1")),
            form=form,
            address=request.client.host if request.client else "",
            theme=theme if theme in THEMES else "auto",
            secure=request.url.scheme == "https",
            session=session,
            site=self.site,
            cookies=request.cookies,
        )

    def session(self, request: Request) -> WebSession | None:
        """Who is signed in."""
        token = request.cookies.get(cookie_name(secure=request.url.scheme == "https"))
        if not token:
            return None
        now = self.clock()
        with self.store.read() as conn:
            found = web_sessions.find(conn, token, now)
        if found is not None and web_sessions.is_use_due(found, now):
            self.store.run(lambda conn: web_sessions.note_use(conn, found, now))
        return found

    def _sign_in(self, request: Request) -> Response:
        if request.headers.get("sec-fetch-site") == "cross-site" and request.method == "GET":
            return render.page("again.html", {"url": _target(request)})
        back = _target(request) if request.method == "GET" else f"{ROOT}/"
        query = f"?back={quote(back, safe='/')}" if back != f"{ROOT}/" else ""
        return RedirectResponse(f"{ROOT}/sign-in{query}", 303)

    def _trouble(self, request: Request, problem: Problem) -> Response:
        try:
            session = self.session(request)
        except Exception:  # noqa: BLE001 the store itself may be what does not answer
            session = None
        visit = self.visit(request, None, {}, session)
        return visit.page("trouble.html", problem.status, problem=problem)


def _target(request: Request) -> str:
    query = request.scope["query_string"].decode("latin-1")
    path: bytes = request.scope["raw_path"]
    return path.decode("latin-1") + (f"?{query}" if query else "")


def _fields(text: str) -> dict[str, list[str]]:
    try:
        return parse_qs(text, keep_blank_values=True, max_num_fields=FIELDS_MAX)
    except ValueError:
        return {}


async def _form(request: Request) -> dict[str, list[str]]:
    """The fields of a form, as browsers send them without files. Raises Problem."""
    body = bytearray()
    async with asyncio.timeout(FORM_SECONDS):
        async for chunk in request.stream():
            body += chunk
            if len(body) > FORM_MAX:
                raise Problem(413, "That is too much", f"A form takes {FORM_MAX:,} bytes.")
    return _fields(body.decode("utf-8", "replace"))


def _check_origin(request: Request) -> None:
    """Refuse a form that no page of this host sent: browsers say it, and pages cannot. Problem."""
    site, origin = (request.headers.get(name) for name in ("sec-fetch-site", "origin"))
    is_ours = origin is not None and urlsplit(origin).netloc == request.headers.get("host")
    if not is_ours or site not in (None, "same-origin"):
        raise Problem(403, "This came from elsewhere", "Open the page again and retry.")


def _check_role(session: WebSession, role: Role) -> None:
    if not session.role.may(role):
        text = f"You are signed in as a {session.role.value}. Ask an administrator."
        raise Problem(403, f"This is for {role.value}s", text)


def _check_token(session: WebSession, form: dict[str, list[str]]) -> None:
    sent = next(iter(form.get("csrf", ())), "")
    if not hmac.compare_digest(sent.encode(), session.csrf.encode()):
        raise Problem(403, "This page is out of date", "Load it again, then repeat what you did.")

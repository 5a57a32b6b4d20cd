"""A visit: one request of one person, within one transaction; and the answers it can have."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from msgspec import Struct, field
from sqlalchemy import Connection
from starlette.responses import RedirectResponse, Response

from truant.connectors.store import audit
from truant.connectors.store.database import Store
from truant.connectors.store.users import Role
from truant.connectors.store.web_sessions import WebSession
from truant.console import render

ROOT = "/console"
Fields = Mapping[str, Sequence[str]]


class Problem(Exception):
    """A page cannot be shown or a decision not be taken: says what, why and what to do."""

    def __init__(self, status: int, title: str, text: str) -> None:
        """Give the HTTP status, a title of a few words, and a sentence that helps."""
        super().__init__(title)
        self.status, self.title, self.text = status, title, text


def not_there(what: str) -> Problem:
    """The problem that something is not there (any more)."""
    return Problem(404, f"There is no such {what}", "It may have been deleted since, or expired.")


def refused(text: str) -> Problem:
    """The problem that what was sent cannot be used."""
    return Problem(400, "That cannot be done so", text)


class Visit(Struct):
    """One request. `now`: milliseconds. `path`, `query` and `form` hold what was asked for."""

    store: Store
    conn: Connection
    now: int
    method: str
    url: str
    path: Mapping[str, str]
    query: Fields
    form: Fields
    address: str
    theme: str
    secure: bool
    session: WebSession | None = None
    site: Any = None
    cookies: Mapping[str, str] = field(default_factory=dict)

    @property
    def user(self) -> str:
        """The name of whoever is signed in."""
        return self.session.user if self.session else ""

    def may(self, role: str) -> bool:
        """Whether the visitor may do what a role may."""
        return self.session is not None and self.session.role.may(Role(role))

    def asked(self, name: str, default: str = "") -> str:
        """A value of the query."""
        return next(iter(self.query.get(name, ())), default)

    def sent(self, name: str, default: str = "") -> str:
        """A value of the form, without blanks around it."""
        return next(iter(self.form.get(name, ())), default).strip()

    def note(self, action: str, subject: str, detail: Mapping[str, str] | None = None) -> None:
        """Write into the audit log what the visitor changes, within the same transaction."""
        audit.note(self.conn, self.now, self.user, action, subject, detail)

    def page(self, template: str, status: int = 200, **shown: object) -> Response:
        """A page from a template."""
        return render.page(template, {"visit": self, "root": ROOT, **shown}, status)

    def go(self, path: str, said: str = "") -> Response:
        """Send the browser on, with a sentence to show there: one of those the console knows."""
        if said:
            path += ("&" if "?" in path else "?") + urlencode({"said": said})
        return RedirectResponse(f"{ROOT}{path}", 303)


Look = Callable[[Visit], Response]

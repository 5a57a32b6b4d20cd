"""Signing in and out, and the first user: made with a token that only the starter of it sees."""

import hmac
import re
import secrets

from sqlalchemy import Connection
from starlette.responses import Response

from truant.connectors.store import sign_ins, users, web_sessions
from truant.connectors.store.users import Role, User
from truant.console import passwords
from truant.console.gate import THEME_COOKIE, THEMES, cookie_name
from truant.console.passwords import BadPassword
from truant.console.visit import ROOT, Problem, Visit, refused

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@+-]{0,63}")
WRONG = "Name and password do not fit."
WAITING = "waiting"
WAIT = "Too many attempts failed. Wait a quarter of an hour."


class Setup:
    """The one-time token with which the first user is made; None where there are users."""

    def __init__(self, token: str | None) -> None:
        """Hold a token."""
        self.token = token

    @classmethod
    def fresh(cls) -> "Setup":
        """One with a new token."""
        return cls(secrets.token_urlsafe(24))

    def fits(self, token: str) -> bool:
        """Whether a token is the one."""
        return self.token is not None and hmac.compare_digest(token.encode(), self.token.encode())


def show(visit: Visit) -> Response:
    """The form to sign in."""
    if visit.session is not None:
        return visit.go("/")
    return _form(visit, "", back=visit.asked("back"))


def _form(visit: Visit, wrong: str, back: str = "", name: str = "", status: int = 200) -> Response:
    first = users.count(visit.conn) == 0
    return visit.page("sign_in.html", status, wrong=wrong, back=back, name=name, first=first)


def enter(visit: Visit) -> Response:
    """Check a name and password, and begin a session.

    Every attempt counts as failed until it has fitted, so that many at once are not more.
    """
    name, password = visit.sent("name")[:200], next(iter(visit.form.get("password", ())), "")
    back = visit.sent("back")
    user = visit.store.run(lambda conn: _attempt(conn, visit, name))
    if user is WAITING:
        return _again(visit, WAIT, back, name, 429)
    if not passwords.fits(user.password if isinstance(user, User) else None, password):
        return _again(visit, WRONG, back, name, 401)

    def let_in(conn: Connection) -> Response:
        visit.conn = conn
        sign_ins.succeeded(conn, name, visit.address)
        return begin(visit, name, back)

    return visit.store.run(let_in)


def _attempt(conn: Connection, visit: Visit, name: str) -> User | str | None:
    if sign_ins.must_wait(conn, name, visit.address, visit.now):
        return WAITING
    sign_ins.failed(conn, name, visit.address, visit.now)
    return users.find(conn, name) if NAME.fullmatch(name) else None


def _again(visit: Visit, wrong: str, back: str, name: str, status: int) -> Response:
    with visit.store.read() as conn:
        visit.conn = conn
        return _form(visit, wrong, back, name, status)


def begin(visit: Visit, name: str, back: str = "") -> Response:
    """Begin a session of a user, and send the browser to where it wanted to go."""
    web_sessions.drop_ended(visit.conn, visit.now)
    users.note_sign_in(visit.conn, name, visit.now)
    token = web_sessions.begin(visit.conn, name, visit.now)
    # Only a path of ours: `//elsewhere` and `/\elsewhere` would lead away.
    is_own = re.fullmatch(rf"{ROOT}/[!-\[\]-~]*", back) is not None
    response = visit.go(back.removeprefix(ROOT) if is_own else "/")
    response.set_cookie(
        cookie_name(secure=visit.secure),
        token,
        max_age=web_sessions.AGE_MAX // 1000,
        path="/",
        secure=visit.secure,
        httponly=True,
        samesite="strict",
    )
    return response


def leave(visit: Visit) -> Response:
    """End the session."""
    if visit.session is not None:
        web_sessions.end(visit.conn, visit.session.digest)
    response = visit.go("/sign-in", "signed-out")
    response.delete_cookie(cookie_name(secure=visit.secure), path="/", secure=visit.secure)
    return response


def show_setup(visit: Visit) -> Response:
    """The form for the first user."""
    _check_setup(visit, visit.asked("token"))
    return visit.page("first_user.html", wrong="", token=visit.asked("token"), name="")


def _check_setup(visit: Visit, token: str) -> None:
    if users.count(visit.conn) or not visit.site.setup.fits(token):
        raise Problem(
            404,
            "This link is used up",
            "It makes the first user, once. Sign in, or make users with truant users create.",
        )


def set_up(visit: Visit) -> Response:
    """Make the first user, an administrator, and sign in."""
    token, name = visit.sent("token"), visit.sent("name")
    _check_setup(visit, token)
    password = next(iter(visit.form.get("password", ())), "")
    try:
        user = new_user(name, password, Role.ADMINISTRATOR, visit.now)
    except (BadPassword, Problem) as error:
        wrong = error.text if isinstance(error, Problem) else str(error)
        return visit.page("first_user.html", 400, wrong=wrong, token=token, name=name)
    users.keep(visit.conn, user)
    visit.note("user created", name, {"role": user.role.value, "by": "the link of the first start"})
    return begin(visit, name, f"{ROOT}/enable")


def new_user(name: str, password: str, role: Role, at: int) -> User:
    """A user with a password. Raises BadPassword, and Problem for a name that cannot be."""
    if NAME.fullmatch(name) is None:
        raise refused("A name takes 1 to 64 letters, digits, and . _ @ + - after the first.")
    return User(name, role, at, passwords.hashed(password))


def choose_theme(visit: Visit) -> Response:
    """Remember light, dark, or what the system says."""
    theme = visit.sent("theme")
    back = visit.sent("back")
    is_own = re.fullmatch(rf"{ROOT}/[!-\[\]-~]*", back) is not None
    response = visit.go(back.removeprefix(ROOT) if is_own else "/")
    if theme in THEMES:
        response.set_cookie(
            THEME_COOKIE, theme, max_age=365 * 86_400, path="/", samesite="strict", httponly=True
        )
    return response

"""Users of the console: who may look, decide, administer; and one's own password."""

from starlette.responses import Response

from truant.connectors.store import users, web_sessions
from truant.connectors.store.users import Role, User
from truant.console import passwords
from truant.console.passwords import BadPassword
from truant.console.sign_in import new_user
from truant.console.visit import Problem, Visit, not_there, refused

LAST = "Somebody must administer: make another administrator first."


def show(visit: Visit) -> Response:
    """The list of users."""
    return visit.page("people.html", users=users.every(visit.conn), roles=[r.value for r in Role])


def create(visit: Visit) -> Response:
    """Make a user."""
    name, role = visit.sent("name"), _role(visit)
    if users.find(visit.conn, name) is not None:
        raise Problem(409, "There is such a user", "Choose another name, or change that user.")
    users.keep(visit.conn, _user(visit, name, role))
    visit.note("user created", name, {"role": role.value})
    return visit.go("/settings/users", "saved")


def _user(visit: Visit, name: str, role: Role) -> User:
    try:
        return new_user(name, _password(visit), role, visit.now)
    except BadPassword as error:
        raise refused(str(error)) from error


def _password(visit: Visit) -> str:
    return next(iter(visit.form.get("password", ())), "")


def _role(visit: Visit) -> Role:
    try:
        return Role(visit.sent("role"))
    except ValueError as error:
        raise refused("A role is viewer, analyst or administrator.") from error


def _named(visit: Visit) -> User:
    found = users.find(visit.conn, visit.sent("name"))
    if found is None:
        raise not_there("user")
    return found


def change(visit: Visit) -> Response:
    """Change a user's role; its sessions go on with the new one."""
    one, role = _named(visit), _role(visit)
    is_last = one.role is Role.ADMINISTRATOR and users.administrators(visit.conn) == 1
    if is_last and role is not Role.ADMINISTRATOR:
        raise Problem(409, "That was not done", LAST)
    one.role = role
    users.keep(visit.conn, one)
    visit.note("role changed", one.name, {"role": role.value})
    return visit.go("/settings/users", "saved")


def delete(visit: Visit) -> Response:
    """Delete a user; whoever is signed in as it is out at once."""
    one = _named(visit)
    if one.role is Role.ADMINISTRATOR and users.administrators(visit.conn) == 1:
        raise Problem(409, "That was not done", LAST)
    users.remove(visit.conn, one.name)
    visit.note("user deleted", one.name)
    return visit.go("/settings/users", "deleted")


def show_own(visit: Visit) -> Response:
    """The form for one's own password."""
    return visit.page("own.html")


def change_own(visit: Visit) -> Response:
    """Change one's own password; all other sessions end."""
    with visit.store.read() as conn:
        one = users.find(conn, visit.user)
    if one is None or visit.session is None:
        raise not_there("user")
    now = next(iter(visit.form.get("now", ())), "")
    if not passwords.fits(one.password, now):
        raise refused("The present password is another.")
    try:
        one.password = passwords.hashed(_password(visit))
    except BadPassword as error:
        raise refused(str(error)) from error
    digest, user = visit.session.digest, one

    def work(conn: object) -> None:
        visit.conn = conn  # type: ignore[assignment]
        users.keep(visit.conn, user)
        web_sessions.end_of(visit.conn, user.name, but=digest)
        visit.note("password changed", user.name)

    visit.store.run(work)
    return visit.go("/you", "saved")

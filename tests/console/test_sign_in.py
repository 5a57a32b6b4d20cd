"""Tests of `sign_in`: passwords, cookies, guesses, the first user."""

from collections.abc import Callable
from http.cookies import SimpleCookie

import pytest

from tests.browser import PASSWORD, serving
from tests.console.doors import Visitor
from truant.connectors.store import audit, sign_ins, users
from truant.connectors.store.database import Store
from truant.connectors.store.users import Role
from truant.console.sign_in import Setup

Visitors = Callable[[str], Visitor]


def test_the_cookie_is_kept_from_scripts_and_other_sites(url: str) -> None:
    answer = Visitor(url).sign_in("viewer")
    cookie = SimpleCookie(answer.headers["set-cookie"])["truant"]
    assert (cookie["httponly"], cookie["samesite"].lower(), cookie["path"]) == (True, "strict", "/")
    assert len(cookie.value) > 40


@pytest.mark.parametrize(
    ("name", "password"),
    [
        ("viewer", "another password"),
        ("nobody", PASSWORD),
        ("", ""),
        ("viewer\0", PASSWORD),
        ("' OR 1=1 --", PASSWORD),
        ("viewer", "x" * 100_000),
    ],
)
def test_what_does_not_fit_is_refused_alike(url: str, name: str, password: str) -> None:
    answer = Visitor(url).sign_in(name, password)
    assert answer.status_code == 401
    assert "Name and password do not fit" in answer.text
    assert "set-cookie" not in answer.headers


def test_guessing_is_slowed_down_even_for_the_right_guess(url: str) -> None:
    visitor = Visitor(url)
    for number in range(sign_ins.PAIR_MAX):
        assert visitor.sign_in("viewer", f"guess {number} of many").status_code == 401
    assert visitor.sign_in("viewer").status_code == 429
    assert visitor.sign_in("analyst").status_code == 303


@pytest.mark.parametrize(
    "back",
    [
        "https://attacker.example/",
        "//attacker.example/",
        "/console/\\attacker.example",
        "/console/x\r\nset-cookie: a=b",
        "/elsewhere",
        "/consoleX",
    ],
)
def test_nobody_is_led_away(url: str, back: str) -> None:
    answer = Visitor(url).sign_in("viewer", back=back)
    assert answer.headers["location"] == "/console/"


def test_who_came_for_a_page_gets_there(url: str) -> None:
    visitor = Visitor(url)
    sent = visitor.get("/findings?status=all")
    assert sent.headers["location"] == "/console/sign-in?back=/console/findings%3Fstatus%3Dall"
    answer = visitor.sign_in("viewer", back="/console/findings?status=all")
    assert answer.headers["location"] == "/console/findings?status=all"


def test_signing_out_ends_the_session_for_its_cookie_too(visitor: Visitors) -> None:
    ann = visitor("viewer")
    token = ann.cookies["truant"]
    assert ann.send("/sign-out", {}).status_code == 303
    ann.cookies.set("truant", token)
    assert ann.get("/").status_code == 303


def test_a_deleted_user_is_out_at_once(visitor: Visitors) -> None:
    ann, boss = visitor("viewer"), visitor("administrator")
    assert boss.send("/settings/users/delete", {"name": "viewer"}).status_code == 303
    assert ann.get("/").status_code == 303


def test_a_role_changes_at_once(visitor: Visitors) -> None:
    ann, boss = visitor("viewer"), visitor("administrator")
    boss.send("/settings/users/change", {"name": "viewer", "role": "administrator"})
    assert ann.get("/settings/users").status_code == 200


def test_the_last_administrator_stays(visitor: Visitors) -> None:
    boss = visitor("administrator")
    form = {"name": "administrator", "role": "viewer"}
    assert boss.send("/settings/users/change", form).status_code == 409
    assert boss.send("/settings/users/delete", form).status_code == 409


def test_a_new_password_ends_other_sessions(visitor: Visitors) -> None:
    ann, elsewhere = visitor("viewer"), visitor("viewer")
    form = {"now": PASSWORD, "password": "five quite other plain words"}
    assert ann.send("/you", {**form, "now": "wrong"}).status_code == 400
    assert ann.send("/you", {**form, "password": "short"}).status_code == 400
    assert ann.send("/you", form).status_code == 303
    assert ann.get("/").status_code == 200
    assert elsewhere.get("/").status_code == 303


def test_the_first_user_is_made_once_by_whoever_has_the_link(lite: Store) -> None:
    setup = Setup.fresh()
    form = {"token": setup.token or "", "name": "ann", "password": "a password for the first"}
    with serving(lite, setup) as (served, _):
        visitor = Visitor(served.url)
        assert "There is no user yet" in visitor.get("/sign-in").text
        assert visitor.get("/setup?token=guess").status_code == 404
        assert visitor.post("/setup", {**form, "token": "guess"}).status_code == 404
        assert visitor.post("/setup", {**form, "password": "short"}).status_code == 400
        assert visitor.post("/setup", {**form, "name": "<script>"}).status_code == 400
        assert visitor.post("/setup", form).headers["location"] == "/console/enable"
        again = Visitor(served.url).post("/setup", {**form, "name": "eve"})
        assert again.status_code == 404
        assert visitor.get("/settings/users").status_code == 200
    with lite.read() as conn:
        assert [(one.name, one.role) for one in users.every(conn)] == [("ann", Role.ADMINISTRATOR)]
        assert [one.action for one in audit.page(conn)] == ["user created"]
        assert PASSWORD not in repr(users.every(conn))

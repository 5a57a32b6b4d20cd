"""Tests of `gate`: who may pass, with which cookie, from where."""

from collections.abc import Callable

import pytest

from tests.console.doors import Visitor
from truant.connectors.store import audit, users
from truant.connectors.store.database import Store

Visitors = Callable[[str], Visitor]
READS = (
    "/",
    "/findings",
    "/findings/x",
    "/findings/x/json",
    "/findings/export.csv",
    "/suppress",
    "/search",
    "/instances/i-00000000000000000",
    "/network",
    "/network/eu-west-1/vpc-1",
    "/accounts",
    "/settings",
    "/settings/keys",
    "/settings/users",
    "/settings/changes",
    "/enable",
    "/you",
    "/nowhere",
)
ANALYSTS = ("/findings", "/findings/x", "/findings/x/feedback", "/suppress", "/network/trust")
ADMINISTRATORS = (
    "/settings/keys",
    "/settings/users",
    "/settings/users/delete",
    "/settings/list",
    "/settings/destination/test",
    "/accounts/members",
    "/enable/demo",
)


@pytest.mark.parametrize("path", READS)
def test_nobody_sees_anything_without_signing_in(shared: Visitors, path: str) -> None:
    answer = shared("").get(path)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/console/sign-in")
    assert answer.content == b""


@pytest.mark.parametrize("path", (*ANALYSTS, *ADMINISTRATORS))
def test_viewers_change_nothing(shared: Visitors, path: str) -> None:
    assert shared("viewer").send(path, {"id": "x", "what": "archive"}).status_code == 403


@pytest.mark.parametrize("path", ADMINISTRATORS)
def test_analysts_do_not_administer(shared: Visitors, path: str) -> None:
    assert shared("analyst").send(path, {}).status_code == 403


@pytest.mark.parametrize("path", ["/settings/keys", "/settings/users", "/settings/changes"])
def test_who_holds_keys_is_for_administrators(shared: Visitors, path: str) -> None:
    assert shared("analyst").get(path).status_code == 403
    assert shared("administrator").get(path).status_code == 200


def test_a_change_needs_the_token_of_the_session(visitor: Visitors, lite: Store) -> None:
    ann = visitor("administrator")
    other = visitor("administrator").token()
    form = {"name": "eve", "role": "viewer", "password": "a password of eve"}
    for token in ("", "x", other):
        assert ann.post("/settings/users", {**form, "csrf": token}).status_code == 403
    with lite.read() as conn:
        assert users.find(conn, "eve") is None
        assert audit.page(conn) == []


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://attacker.example"},
        {"origin": "null"},
        {"origin": ""},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
def test_a_change_comes_from_our_own_pages(visitor: Visitors, headers: dict[str, str]) -> None:
    ann = visitor("administrator")
    form = {"csrf": ann.token(), "theme": "dark"}
    assert ann.post("/theme", form, **headers).status_code == 403
    assert ann.post("/theme", form).status_code == 303


def test_a_link_from_elsewhere_opens_for_whoever_is_signed_in(url: str) -> None:
    """A strict cookie does not come with it, so it is followed once more, from here."""
    answer = Visitor(url).get("/findings?q=%22x", **{"sec-fetch-site": "cross-site"})
    assert answer.status_code == 200
    assert 'content="0; url=/console/findings?q=%22x"' in answer.text
    again = Visitor(url).get("/findings?q=%22x", **{"sec-fetch-site": "same-origin"})
    assert again.status_code == 303


def test_every_answer_is_bound_to_itself(shared: Visitors) -> None:
    ann = shared("viewer")
    for path in ("/", "/findings", "/nowhere", "/findings/export.csv"):
        headers = ann.get(path).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cache-control"] == "no-store"


def test_pages_hold_nothing_inline(shared: Visitors) -> None:
    ann = shared("administrator")
    for path in ("/", "/findings", "/network", "/settings", "/settings/users", "/enable"):
        text = ann.get(path).text
        assert " style=" not in text
        assert " onclick=" not in text
        assert "<style" not in text
        assert text.count("<script") == text.count('<script type="module" src="/console/static/')


def test_large_forms_are_not_read(shared: Visitors) -> None:
    ann = shared("analyst")
    assert ann.send("/findings", {"id": "x" * 300_000}).status_code == 413


def test_strangers_files_are_not_served(shared: Visitors) -> None:
    for name in ("console.py", "../gate.py", "..%2fgate.py", "x.css", ""):
        assert shared("").get(f"/static/{name}").status_code in (303, 404)
    assert shared("").get("/static/console.css").status_code == 200


def test_a_fault_of_ours_tells_no_secret(
    visitor: Visitors, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann = visitor("viewer")
    monkeypatch.setattr("truant.connectors.store.dirty.count", lambda _: 1 / 0)
    answer = ann.get("/")
    assert answer.status_code == 500
    assert "Something of ours went wrong" in answer.text
    assert "division" not in answer.text

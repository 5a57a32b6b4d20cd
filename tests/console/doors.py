"""A console without a browser: requests as a browser sends them, and as an attacker would."""

import re
from collections.abc import Mapping
from typing import Any

import httpx

from tests.browser import PASSWORD


class Visitor:
    """Somebody with cookies. Forms carry the token of the page that they stand on."""

    def __init__(self, url: str) -> None:
        """Visit a console at an address."""
        self.url, self.cookies = url, httpx.Cookies()

    def get(self, path: str, **headers: str) -> httpx.Response:
        """A page."""
        return self._ask("GET", path, headers=headers)

    def post(
        self, path: str, form: Mapping[str, str | list[str]], **headers: str
    ) -> httpx.Response:
        """A form, with `Origin` as browsers send it."""
        told = {"origin": self.url, **headers}
        return self._ask("POST", path, data=dict(form), headers=told)

    def _ask(self, method: str, path: str, **given: Any) -> httpx.Response:  # noqa: ANN401
        with httpx.Client(base_url=self.url, cookies=self.cookies, timeout=60) as client:
            answer = client.request(method, f"/console{path}", **given)
            self.cookies = client.cookies
        return answer

    def sign_in(self, name: str, password: str = PASSWORD, **more: str) -> httpx.Response:
        """Sign in."""
        return self.post("/sign-in", {"name": name, "password": password, **more})

    def token(self) -> str:
        """The session's token, from a page."""
        found = re.search(r'name="csrf" value="([^"]+)"', self.get("/you").text)
        assert found is not None
        return found[1]

    def send(self, path: str, form: Mapping[str, str | list[str]]) -> httpx.Response:
        """A form of a page, with its token."""
        return self.post(path, {"csrf": self.token(), **form})

"""A browser for tests: Debian's Chromium by Playwright, and a console that it visits."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.api_server import ADMINISTRATOR, Served
from tests.api_server import serving as serving_api
from truant.connectors.store import members, users
from truant.connectors.store.database import Store
from truant.connectors.store.users import Role, User
from truant.console.known import Site
from truant.console.passwords import hashed
from truant.console.sign_in import Setup
from truant.console.site import routes

PASSWORD = "four plain words together"
CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "chrome")
# As root in a container it has no sandbox; nothing of it is to speak to the outside.
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
MISSING = "there is no Chromium: apt-get install chromium"


def find() -> str | None:
    """The path of the browser, or None."""
    return next(filter(None, map(shutil.which, CHROMIUM)), None)


def main() -> None:
    """Find the browser, or install Debian's where that may be done; say so where it may not."""
    apt = shutil.which("apt-get")
    if find() is None and apt is not None and os.geteuid() == 0:
        sys.stderr.write("Installing Chromium, in which the console is tested.\n")
        for words in (("update", "-qq"), ("install", "-y", "-qq", "chromium")):
            subprocess.run([apt, *words], stdout=subprocess.DEVNULL, check=False)
    if find() is None:
        sys.stderr.write(f"The console is not tested in a browser: {MISSING}.\n")


@contextmanager
def browsing() -> Iterator[Browser]:
    """A browser. Where there is none it skips, or under CI fails, and says how to get it."""
    path = find()
    if path is None:
        if os.environ.get("CI") == "true":
            pytest.fail(MISSING)
        pytest.skip(MISSING)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield browser
        browser.close()


def enrol(store: Store) -> None:
    """One user of each role, named like it."""
    with store.write() as conn:
        known = {one.name for one in users.every(conn)}
        for role in Role:
            if role.value not in known:
                users.keep(conn, User(role.value, role, 0, _hash()))


@cache
def _hash() -> str:
    return hashed(PASSWORD)


@contextmanager
def serving(store: Store, setup: Setup | None = None) -> Iterator[tuple[Served, Site]]:
    """The service with its console over a store."""
    site = Site(setup or Setup(None))
    with store.read() as conn:
        chief = members.administrator(conn)
    with serving_api(store, more=tuple(routes(store, site)), stopping=site.stopping) as served:
        with store.write() as conn:  # as the world has it, where it has one
            members.appoint(conn, chief or ADMINISTRATOR)
        yield served, site


def sign_in(page: Page, url: str, name: str = "administrator") -> None:
    """Sign in as one of the users of `enrol`."""
    page.goto(f"{url}/console/sign-in")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{url}/console/")


if __name__ == "__main__":
    main()

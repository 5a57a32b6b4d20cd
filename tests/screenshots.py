"""Pictures of the console for the documents, from the demonstration world.

    python -m tests.screenshots

Chromium itself makes them small: WebP by its own protocol.
"""

import base64
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, ViewportSize

from tests.browser import browsing, enrol, serving, sign_in
from tests.databases import sqlite_store
from tests.worlds import filled, world

DOCS = Path(__file__).resolve().parents[1] / "docs"
FINDING = "/findings/fb57b6b82654cc2f5c6623c67a9faaa6"
WIDE: ViewportSize = {"width": 1240, "height": 1220}
LOW: ViewportSize = {"width": 1240, "height": 800}
PHONE: ViewportSize = {"width": 390, "height": 1220}
PICTURES = (
    ("console-finding", FINDING, WIDE, "light"),
    ("console-finding-phone", FINDING, PHONE, "dark"),
    ("console-overview", "/", LOW, "dark"),
    ("console-findings", "/findings", LOW, "light"),
)
QUALITY = 90


def main() -> None:
    """Make all pictures anew."""
    with tempfile.TemporaryDirectory(prefix="truant-pictures-") as name:
        store = sqlite_store(Path(name))
        filled(store, world("demo", seed=7))
        enrol(store)
        with serving(store) as (served, _), browsing() as browser:
            for picture in PICTURES:
                _take(browser, served.url, *picture)
        store.close()


def _take(browser: Browser, url: str, name: str, path: str, size: ViewportSize, theme: str) -> None:
    context = browser.new_context(
        viewport=size, color_scheme="dark" if theme == "dark" else "light"
    )
    page = context.new_page()
    sign_in(page, url)
    page.goto(f"{url}/console{path}")
    asked = {"format": "webp", "quality": QUALITY}
    taken = context.new_cdp_session(page).send("Page.captureScreenshot", asked)
    (DOCS / f"{name}.webp").write_bytes(base64.b64decode(taken["data"]))
    context.close()


if __name__ == "__main__":
    main()

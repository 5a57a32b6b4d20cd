"""The console's pages in a browser: no violation of WCAG, however hostile what they show.

Light and dark, wide and narrow, with and without JavaScript.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect
from sqlalchemy import Connection

from tests import hostile_finding
from tests.browser import browsing, enrol, serving, sign_in
from tests.databases import sqlite_store
from tests.worlds import filled, world
from truant.connectors.store import findings, responses, sessions
from truant.connectors.store.database import Store
from truant.console.sign_in import Setup
from truant.detection.playbook import steps
from truant.model.aws_call import Call

pytestmark = pytest.mark.xdist_group("console")
LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
INSTANCE, VPC = "i-0eebd7edce15def0f", "us-east-1/vpc-02a976267587015eb"
FINDING = "fb57b6b82654cc2f5c6623c67a9faaa6"
PAGES = {
    "overview": "/",
    "findings": "/findings",
    "narrowed": "/findings?severity=high&where=resource.accessKeyDetails.userName|equals|shop-web",
    "none": "/findings?q=nothing-has-this",
    "archived": "/findings?status=archived",
    "finding": f"/findings/{FINDING}",
    "hostile": f"/findings/{hostile_finding.ID}",
    "suppress": f"/suppress?finding={FINDING}",
    "search": "/search",
    "searched": "/search?q=109.40.218.106",
    "instance": f"/instances/{INSTANCE}",
    "unknown instance": "/instances/i-00000000000000000",
    "network": "/network",
    "vpc": f"/network/{VPC}",
    "accounts": "/accounts",
    "settings": "/settings",
    "keys": "/settings/keys",
    "users": "/settings/users",
    "changes": "/settings/changes",
    "enable": "/enable",
    "you": "/you",
    "nowhere": "/there-is-no-such-page",
}
SIZES: dict[str, ViewportSize] = {
    "wide": {"width": 1280, "height": 900},
    "narrow": {"width": 390, "height": 844},
}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with browsing() as running:
        yield running


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """The demonstration world, and one finding that attacks."""
    opened = sqlite_store(tmp_path_factory.mktemp("console"))
    filled(opened, world("demo", seed=7))
    with opened.write() as conn:
        findings.keep(conn, [hostile_finding.hostile_finding()])
        for id_ in (FINDING, hostile_finding.ID):
            _responded(conn, id_)
    enrol(opened)
    yield opened
    opened.close()


def _responded(conn: Connection, id_: str) -> None:
    """Somebody revoked the session, and could not isolate the instance."""
    undo = Call("iam", "DeleteRolePolicy", {})
    revoke, isolate = Call("iam", "PutRolePolicy", {}, undo=(undo,)), Call("ec2", "CreateX", {})
    row = responses.begin(conn, id_, 1_767_900_000_000, "ann", "revoke", revoke, revoke, (undo,))
    responses.finish(conn, row, responses.DONE, undo=(undo,))
    row = responses.begin(conn, id_, 1_767_900_001_000, "ann", "isolate", isolate, None, ())
    responses.finish(conn, row, responses.FAILED, f"AccessDenied: {hostile_finding.SCRIPT}")


@pytest.fixture(scope="module")
def url(store: Store) -> Iterator[str]:
    with serving(store) as (served, _):
        yield served.url


@pytest.fixture(scope="module", params=["wide-light", "narrow-dark"])
def context(request: pytest.FixtureRequest, browser: Browser, url: str) -> Iterator[BrowserContext]:
    """A browser window of a size and theme, signed in."""
    size, theme = request.param.split("-")
    made = browser.new_context(viewport=SIZES[size], color_scheme=theme)
    page = made.new_page()
    sign_in(page, url)
    page.close()
    yield made
    made.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A page in which nothing may go wrong: no error of a script, nothing that the CSP stops."""
    made, troubles = context.new_page(), list[str]()
    made.on("pageerror", lambda error: troubles.append(str(error)))
    made.on(
        "console",
        lambda one: (
            troubles.append(one.text) if one.type == "error" and "404" not in one.text else None
        ),
    )
    yield made
    made.close()
    assert troubles == []


@pytest.mark.parametrize("name", PAGES)
def test_each_page_is_accessible_and_fits(page: Page, url: str, name: str) -> None:
    answer = page.goto(f"{url}/console{PAGES[name]}")
    assert answer is not None
    assert answer.status == (404 if name == "nowhere" else 200)
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": LEVELS}})
    told = [(one["id"], one["nodes"][0]["html"][:200]) for one in found.response["violations"]]
    assert told == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.title() != "taken"


def test_hostile_texts_are_shown_and_do_nothing(page: Page, url: str) -> None:
    answer = page.goto(f"{url}/console/findings/{hostile_finding.ID}")
    assert answer is not None
    html = answer.text()
    assert len(html) < 400_000
    assert "\u202e" not in html
    assert "\\u202e" in page.locator("h1").inner_text()
    assert page.locator("main script").count() == 0
    assert page.locator("main img").count() == 0
    assert page.locator("h1").inner_text().count("<script>") == 2
    assert "{{7*7}}" in page.locator("#calls + p + .scroll").inner_text()


def test_the_list_without_javascript(browser: Browser, url: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    sign_in(page, url)
    page.goto(f"{url}/console/findings")
    expect(page.locator(".finding-row")).to_have_count(4)
    page.get_by_text("More conditions").click()
    form = page.locator("form[data-where]")
    form.get_by_label("Attribute").select_option(label="Role")
    form.get_by_role("textbox", name="Value").fill("shop-web")
    form.get_by_role("button").click()
    expect(page.locator(".finding-row")).to_have_count(3)
    page.locator(".what").first.click()
    expect(page.locator("h1")).to_contain_text("The key of web-1")
    page.get_by_text("The finding’s JSON").click()
    expect(page.locator("pre.raw")).to_contain_text("schemaVersion")
    context.close()


def test_everything_of_a_finding_is_told(page: Page, url: str) -> None:
    page.goto(f"{url}/console/findings/{FINDING}")
    expect(page.locator("h1")).to_have_text(
        "The key of web-1 was used from a stranger’s AWS account, 777788889999"
    )
    facts = page.locator(".facts").inner_text()
    for text in ("shop-web", INSTANCE, "111122223333", "10.165.5.66", "not affiliated", "11 calls"):
        assert text in facts
    assert "almost certain" in facts
    weights = page.locator(".evidence tbody td:nth-child(3)").all_inner_texts()
    numbers = [float(one.replace("−", "-")) for one in weights]
    total = page.locator(".evidence tfoot td:nth-child(3)").inner_text().replace("−", "-")
    assert round(sum(numbers), 1) == float(total)
    for id_ in ("map", "time", "evidence", "todo", "calls", "keys", "history", "raw"):
        assert page.locator(f"#{id_}").count() == 1
    assert page.locator(".steps > li").count() == 5


def test_the_response_is_planned_and_what_was_done_is_told(
    page: Page, url: str, store: Store
) -> None:
    page.goto(f"{url}/console/findings/{FINDING}")
    told = page.locator("#todo ~ ol.steps").inner_text()
    with store.read() as conn:
        users = sessions.of_role(conn, "111122223333", "shop-web")
    others = [name for name, _ in users if name != INSTANCE]
    assert others
    assert all(name in told for name in others), "who else uses the role, as the store knows"
    assert "It is not of your organization" in told
    with store.read() as conn:
        (row,) = findings.by_ids(conn, findings.EVERYTHING, [FINDING])
    commands = page.locator(".steps .command pre").all_inner_texts()
    assert commands == [one for step in steps(row.document()) for one in step.commands]
    revoke = page.locator(".steps > li").nth(2)
    expect(revoke.locator(".deeds")).to_contain_text("by ann: iam:PutRolePolicy done")
    expect(page.locator(".deeds .failed")).to_have_text("failed")
    for link in ("text", "CSV", "HTML", "ZIP"):
        with page.expect_download() as got:
            page.get_by_role("link", name=link, exact=True).click()
        assert got.value.path().stat().st_size > 100


def test_the_first_start_leads_to_the_demonstration(browser: Browser, tmp_path: Path) -> None:
    """Setup by the link, once; then one click; then the story is there."""
    store, setup = sqlite_store(tmp_path), Setup.fresh()
    with serving(store, setup) as (served, _):
        context = browser.new_context()
        page = context.new_page()
        link = f"{served.url}/console/setup?token={setup.token}"
        page.goto(link)
        assert Axe().run(page).violations_count == 0
        page.get_by_label("Name").fill("ann")
        page.get_by_label("Password").fill("a password for the first")
        page.get_by_role("button", name="Make the user").click()
        expect(page.locator("h1")).to_have_text("Enable")
        assert Axe().run(page).violations_count == 0
        page.goto(f"{served.url}/console/")
        expect(page.get_by_text("Nothing is read yet")).to_be_visible()
        assert Axe().run(page).violations_count == 0
        page.goto(f"{served.url}/console/enable")
        page.get_by_role("button", name="Load the demonstration").click()
        expect(page.locator(".said")).to_contain_text("three thefts", timeout=60_000)
        expect(page.locator(".finding-row")).to_have_count(3)
        page.goto(link)
        expect(page.locator("h1")).to_have_text("This link is used up")
        context.close()
    store.close()

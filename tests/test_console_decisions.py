"""The console's decisions in a browser: each is taken, kept, written down, and shown."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import browsing, enrol, serving, sign_in
from tests.databases import sqlite_store
from tests.made_findings import made_finding
from tests.worlds import filled, world
from truant.connectors.store import (
    api_keys,
    audit,
    channels,
    feedback,
    filters,
    findings,
    history,
    outbox,
    trusted_ranges,
    users,
)
from truant.connectors.store.channels import Channel
from truant.connectors.store.database import Store
from truant.connectors.store.findings import EVERYTHING, Because
from truant.connectors.store.history import Change
from truant.connectors.store.users import Role
from truant.detection.findings import detector_id
from truant.runners import deciding

pytestmark = pytest.mark.xdist_group("console")
STRANGER = "fb57b6b82654cc2f5c6623c67a9faaa6"
OUTSIDE = "cdd56e9647a906db0915b6595e9fb81e"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with browsing() as running:
        yield running


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = sqlite_store(tmp_path)
    filled(opened, world("demo", seed=7))
    enrol(opened)
    yield opened
    opened.close()


@pytest.fixture
def page(browser: Browser, store: Store) -> Iterator[Page]:
    """A page of somebody who administers, at the list of findings."""
    with serving(store) as (served, _):
        context = browser.new_context(base_url=served.url)
        made = context.new_page()
        sign_in(made, served.url)
        made.goto("/console/findings")
        yield made
        context.close()


def deeds(store: Store) -> list[tuple[str, str, str]]:
    with store.read() as conn:
        return [(one.actor, one.action, one.subject) for one in audit.page(conn)]


def test_many_findings_are_archived_by_keys_and_taken_back(page: Page, store: Store) -> None:
    expect(page.locator(".finding-row")).to_have_count(3)
    for key in ("j", "x", "j", "x"):
        page.keyboard.press(key)
    expect(page.locator("input[type=checkbox]:checked")).to_have_count(2)
    page.keyboard.press("e")
    expect(page.locator(".said")).to_contain_text("Archived")
    expect(page.locator(".finding-row")).to_have_count(1)
    page.get_by_role("link", name="Archived 2").click()
    page.get_by_role("button", name="Choose all").click()
    page.get_by_role("button", name="Take the chosen out").click()
    expect(page.locator(".said")).to_contain_text("Taken out")
    assert [action for _, action, _ in deeds(store)] == [
        "finding unarchived",
        "finding unarchived",
        "finding archived",
        "finding archived",
    ]


def test_an_answer_stands_in_the_history(page: Page, store: Store) -> None:
    page.goto(f"/console/findings/{STRANGER}")
    page.get_by_label("Theft").check()
    page.get_by_label("Comment").fill("no such account of ours <b>")
    page.get_by_role("button", name="Send the answer").click()
    expect(page.locator(".said")).to_contain_text("Thank you")
    expect(page.locator(".history")).to_contain_text("no such account of ours <b>")
    expect(page.get_by_label("Theft")).to_be_checked()
    with store.read() as conn:
        [label] = feedback.of(conn, STRANGER)
    assert (label.label, label.actor) == (deciding.USEFUL, "administrator")
    page.get_by_role("button", name="Archive").click()
    expect(page.locator(".badges")).to_contain_text("archived by a user")


def test_a_rule_shows_what_else_it_hides_before_it_is_saved(page: Page, store: Store) -> None:
    page.goto(f"/console/findings/{OUTSIDE}")
    page.get_by_role("link", name="Suppress such findings").click()
    expect(page.locator(".verdict")).to_have_text(
        "Of the open findings, only the one you came from."
    )
    for chip in ("Type is", "Remove: Address"):
        page.get_by_role("link", name=chip).click()
    expect(page.locator(".verdict")).to_contain_text("3 open findings")
    expect(page.locator(".finding-row")).to_have_count(3)
    page.get_by_label("Name of the rule").fill("shop-web-is-moved")
    page.get_by_label("Reason").fill("the shop moves house this week")
    page.get_by_label("Last day").fill("2020-01-01")
    page.get_by_role("button", name="Save the rule").click()
    expect(page.get_by_role("alert")).to_contain_text("one to come")
    page.get_by_label("Last day").fill("2099-01-01")
    page.get_by_role("button", name="Save the rule").click()
    expect(page.locator(".said")).to_contain_text("The rule is saved")
    expect(page.get_by_role("row", name="shop-web-is-moved")).to_contain_text("2099-01-01")
    with store.read() as conn:
        rows = list(findings.listing(conn, EVERYTHING))
        assert {row.archived_because for row in rows} == {Because.SUPPRESSED}
        assert {row.suppressed_by for row in rows} == {"filter shop-web-is-moved"}
        rule = filters.get(conn, detector_id("111122223333", "us-east-1"), "shop-web-is-moved")
    assert rule is not None
    assert (rule.description, rule.expires_at) == (
        "the shop moves house this week",
        4_070_995_200_000,
    )
    page.get_by_role("button", name="Delete shop-web-is-moved").click()
    expect(page.get_by_text("Nothing is suppressed")).to_be_visible()


def test_new_findings_appear_by_themselves(page: Page, store: Store) -> None:
    page.goto("/console/")
    with page.expect_response("**/console/events"):
        page.reload()
    page.wait_for_timeout(300)  # the stream begins where history ends
    with store.write() as conn:
        row = made_finding(1)
        findings.keep(conn, [row])
        deciding.note(conn, [row], Change.CREATED, 0, "a test", "made up")
    expect(page.locator("#news")).to_contain_text("1 new finding", timeout=30_000)
    page.get_by_role("link", name="Show").click()
    expect(page.locator(".finding-row")).to_have_count(4)


def test_the_network_is_decided_about(page: Page, store: Store) -> None:
    page.goto("/console/network")
    page.get_by_role("button", name="Look now").click()
    expect(page.get_by_text("Nothing to decide")).to_be_visible()
    page.get_by_text("Trust a range").click()
    page.get_by_label("Network, endpoint or account").fill("109.40.218.106")
    page.get_by_label("Reason").fill("the laptop is our own")
    page.get_by_label("Last day").fill("2099-01-01")
    page.get_by_role("button", name="Trust it").click()
    expect(page.get_by_role("row", name="109.40.218.106/32")).to_contain_text("2099-01-01")
    page.get_by_role("button", name="Look now").click()
    expect(page.get_by_role("row", name="109.40.218.106/32")).to_contain_text("1 origin")
    with store.read() as conn:
        [trusted] = trusted_ranges.every(conn)
    assert (trusted.rule.cidr, trusted.actor) == ("109.40.218.106/32", "administrator")
    page.get_by_role("button", name="Delete 109.40.218.106/32").click()
    expect(page.get_by_text("Nothing is trusted beside")).to_be_visible()


def test_users_and_keys_are_made_and_deleted(page: Page, store: Store) -> None:
    page.goto("/console/settings/users")
    page.get_by_label("Name").last.fill("eve")
    page.get_by_label("Password").fill("a password of eve")
    page.get_by_role("button", name="Make the user").click()
    expect(page.get_by_role("row", name="Role of eve")).to_be_visible()
    page.get_by_label("Role of eve").select_option("analyst")
    page.get_by_role("button", name="Change the role of eve").click()
    with store.read() as conn:
        eve = users.find(conn, "eve")
    assert eve is not None
    assert eve.role is Role.ANALYST
    page.get_by_role("button", name="Delete eve").click()
    expect(page.get_by_role("row", name="Role of eve")).to_have_count(0)
    page.goto("/console/settings/keys")
    page.get_by_label("Whose it is").fill("a pipeline")
    page.get_by_role("button", name="Make it").click()
    secret = page.get_by_label("Secret").inner_text()
    assert len(secret) == 40
    page.goto("/console/settings/keys")
    assert secret not in page.content()
    with store.read() as conn:
        [key] = api_keys.all_of(conn)
    page.get_by_role("button", name=f"Delete {key.id}").click()
    expect(page.get_by_text("There is no key")).to_be_visible()
    actions = [action for _, action, _ in deeds(store)]
    assert actions == ["key deleted", "key created", "user deleted", "role changed", "user created"]
    page.goto("/console/settings/changes")
    expect(page.locator("tbody tr")).to_have_count(5)


def test_a_destination_is_tested_with_a_sample(page: Page, store: Store) -> None:
    with store.write() as conn:
        channels.configure(conn, [Channel("hook", "webhook", "https://hooks.example")])
    page.goto("/console/settings")
    page.get_by_role("button", name="Test https://hooks.example").click()
    expect(page.locator(".said")).to_contain_text("on its way")
    with store.read() as conn:
        assert outbox.waiting(conn)["hook"].notices == 1
        [sample] = [row for row in findings.listing(conn, EVERYTHING) if row.sample]
        assert [one.change for one in history.of(conn, sample.id)] == [Change.CREATED]


def test_members_are_named_and_left(page: Page) -> None:
    page.goto("/console/accounts")
    page.get_by_text("Name members").click()
    page.get_by_label("Account ids").fill("222222222222, 33")
    page.get_by_role("button", name="Monitor them").click()
    expect(page.locator("h1")).to_have_text("That cannot be done so")
    page.goto("/console/accounts")
    page.get_by_text("Name members").click()
    page.get_by_label("Account ids").fill("222222222222")
    page.get_by_role("button", name="Monitor them").click()
    row = page.get_by_role("row", name="222222222222")
    expect(row).to_contain_text("member")
    page.get_by_role("button", name="Stop monitoring 222222222222").click()
    expect(page.get_by_role("button", name="Monitor again 222222222222")).to_be_visible()


def test_the_whole_of_it_by_keyboard(page: Page) -> None:
    """From the list to the answer without a mouse; the focus is always to be seen."""
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("The key of web-1")
    for _ in range(60):
        page.keyboard.press("Tab")
        focused = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert focused != "none"
        with contextlib.suppress(AssertionError):
            expect(page.get_by_label("Theft")).to_be_focused(timeout=1)
            break
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.type("by keys alone")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".history")).to_contain_text("by keys alone")

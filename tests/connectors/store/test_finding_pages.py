"""Tests of `finding_pages`: pages hold everything once, in order; counts and bounds."""

import itertools

import pytest

from tests.made_findings import made_finding
from truant.connectors.store import finding_pages, findings
from truant.connectors.store.database import Store
from truant.connectors.store.finding_pages import ORDERS, Wanted
from truant.connectors.store.findings import Finding
from truant.detection.criteria import criteria

MANY = 130


@pytest.fixture
def filled(store: Store) -> Store:
    with store.write() as conn:
        findings.keep(conn, [made_finding(number) for number in range(MANY)])
    return store


def walk(store: Store, wanted: Wanted, most: int = 7) -> list[Finding]:
    rows: list[Finding] = []
    after: str | None = ""
    with store.read() as conn:
        for _ in range(1_000):
            found = finding_pages.page(conn, wanted, after or "", most)
            rows += found.rows
            after = found.after
            if after is None:
                return rows
    raise AssertionError("there is no end")


@pytest.mark.parametrize(("order", "down"), list(itertools.product(ORDERS, (True, False))))
def test_pages_hold_each_once_and_in_order(filled: Store, order: str, down: bool) -> None:
    rows = walk(filled, Wanted(archived=None, order=order, descending=down))
    assert sorted(one.id for one in rows) == sorted(made_finding(n).id for n in range(MANY))
    keys = [tuple(getattr(one, name) for name in (*ORDERS[order], "id")) for one in rows]
    assert keys == sorted(keys, reverse=down)


@pytest.mark.parametrize(
    "wire",
    [
        {"severity": {"gte": 4, "lt": 7}},
        {"type": {"eq": [made_finding(2).type]}},
        {"service.count": {"gt": 3}},
        {"service.eventLastSeen": {"gte": made_finding(50).last_seen * 1000}},
        {"resource.accessKeyDetails.userName": {"eq": ["role-2"]}, "severity": {"gte": 5}},
        {"accountId": {"neq": [made_finding(0).account]}},
    ],
)
def test_criteria_mean_the_same_by_index_and_by_document(
    filled: Store, wire: dict[str, dict[str, object]]
) -> None:
    from truant.detection.criteria import meets

    wanted = criteria(wire)
    rows = walk(filled, Wanted(wanted, archived=None))
    expected = [n for n in range(MANY) if meets(made_finding(n).document(), wanted)]
    assert sorted(one.id for one in rows) == sorted(made_finding(n).id for n in expected)
    assert 0 < len(rows) < MANY


def test_a_search_looks_only_so_far_and_goes_on(
    filled: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding_pages, "SCAN_MAX", 20)
    with filled.read() as conn:
        found = finding_pages.page(conn, Wanted(archived=None, text='asiamade3"'))
        assert (found.rows, found.looked, found.is_cut) == ([], 20, True)
    rows = walk(filled, Wanted(archived=None, text='asiamade3"'))
    assert [one.id for one in rows] == [made_finding(3).id]


@pytest.mark.parametrize("after", ["x", "1,2,3", "1e999,x", "\0,\0", "99999999999999999999999,x"])
def test_a_place_that_is_not_ours_is_the_beginning(filled: Store, after: str) -> None:
    with filled.read() as conn:
        first = finding_pages.page(conn, Wanted()).rows
        assert finding_pages.page(conn, Wanted(), after).rows == first


def test_counts_are_those_of_the_list(filled: Store) -> None:
    with filled.read() as conn:
        bands = finding_pages.bands(conn)
        days = finding_pages.by_day(conn, 0)
        accounts = finding_pages.of_account(conn)
    open_ = walk(filled, Wanted(), most=50)
    assert sum(bands.values()) == sum(days.values()) == sum(accounts.values()) == len(open_)
    assert bands["high"] == sum(one.severity >= 7 for one in open_)

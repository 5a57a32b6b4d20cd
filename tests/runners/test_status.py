"""Tests of `status`: lag, rates, silences, and tasks that fail, as the store tells them."""

import logging

import pytest

from tests.worlds import NOW
from truant.connectors.store import arrivals, uncollected, workers
from truant.connectors.store.arrivals import Heard
from truant.connectors.store.database import Store
from truant.connectors.store.workers import GONE_MILLISECONDS
from truant.model.arrival import Arrival, Arrivals
from truant.model.uncollected import Missing
from truant.runners.crew import Stop, Task
from truant.runners.status import Pulse, is_alive, silent, status
from truant.terminal.watched import lines

A, B = "111111111111", "222222222222"
HOUR = 3_600
SECONDS = NOW // 1000


def came(store: Store, account: str, records: int, first: int, last: int, at: int = NOW) -> None:
    """Records of an account, so many seconds before now."""
    more = Arrivals()
    more.add((account, "eu-west-1"), Arrival(records, SECONDS - first, SECONDS - last))
    with store.write() as conn:
        arrivals.add(conn, more, at)


def told(store: Store, at: int = NOW) -> str:
    with store.read() as conn:
        return "\n".join(lines(status(conn, at)))


def test_lag_is_told_by_account_and_region(store: Store) -> None:
    came(store, A, 10, 900, 300)
    came(store, B, 5, 200, 130)
    came(store, A, 10, 290, 250)
    with store.read() as conn:
        found = status(conn, NOW)
    assert [(one.account, SECONDS - one.newest, one.records) for one in found.heard] == [
        (A, 250, 20),
        (B, 130, 5),
    ]
    shown = told(store, NOW + 60_000)
    assert f"{A}  eu-west-1            5 min    60 s ago            20" in shown
    assert "no service runs on this database" in shown


def test_what_the_inventory_lacks_is_told(lite: Store) -> None:
    assert "inventory" not in told(lite)
    lacks = [
        Missing(A, "eu-west-1", "DescribeSubnets", f"Denied{n}", "no\x1b[2J") for n in range(22)
    ]
    with lite.write() as conn:
        uncollected.keep(conn, [Missing(B, "", "AssumeRole", "AccessDenied", "not yours"), *lacks])
    shown = told(lite)
    assert f"not in the inventory: account {B}: AssumeRole: AccessDenied: not yours" in shown
    assert f"not in the inventory: account {A}, eu-west-1: DescribeSubnets: Denied18" in shown
    assert "not in the inventory: 3 more" in shown
    assert "\x1b" not in shown
    with lite.write() as conn:
        uncollected.keep(conn, [])
    assert "inventory" not in told(lite), "the next collection had it"


def test_records_a_second(lite: Store) -> None:
    came(lite, A, 600, 10, 0, at=NOW - 120_000)
    came(lite, A, 3_000, 10, 0, at=NOW - 1_800_000)
    with lite.write() as conn:
        rates = status(conn, NOW).rates
        spent = NOW % 60_000 / 1000
        assert rates[5] == pytest.approx(600 / (240 + spent))
        assert rates[60] == pytest.approx(3_600 / (59 * 60 + spent))
        arrivals.forget_before(conn, NOW + 25 * HOUR * 1000)
        assert arrivals.records_since(conn, 0) == 0


def heard(account: str, newest: int, silence: int) -> Heard:
    return Heard(account, "eu-west-1", SECONDS - newest, silence, NOW, 1)


@pytest.mark.parametrize(
    ("newest", "silence", "is_silent"),
    [
        (2 * HOUR, 0, False),
        (4 * HOUR, 0, True),
        (4 * HOUR, 3 * HOUR, False),
        (7 * HOUR, 3 * HOUR, True),
        (8 * 24 * HOUR, 0, False),
    ],
)
def test_who_has_fallen_silent(newest: int, silence: int, is_silent: bool) -> None:
    one = heard(A, newest, silence)
    assert silent([one, heard(B, 0, 0)]) == ([one] if is_silent else [])


def test_old_logs_and_a_service_that_slept_are_no_silence(lite: Store) -> None:
    came(lite, A, 1, 400 * HOUR, 300 * HOUR)
    came(lite, B, 1, 400 * HOUR, 300 * HOUR)
    with lite.read() as conn:
        assert silent(arrivals.every(conn)) == []
    came(lite, A, 1, 300 * HOUR - 60, 0, at=NOW + 1)
    with lite.read() as conn:
        assert arrivals.every(conn)[0].silence == 60


def test_a_record_from_the_future_hides_no_silence(lite: Store) -> None:
    came(lite, A, 1, 0, -1_000_000)
    with lite.read() as conn:
        (one,) = arrivals.every(conn)
    assert one.newest - SECONDS == arrivals.AHEAD_SECONDS


def test_a_pulse_tells_of_tasks_and_logs_a_silence_once(
    lite: Store, caplog: pytest.LogCaptureFixture
) -> None:
    came(lite, A, 1, 6 * HOUR, 5 * HOUR)
    came(lite, B, 1, 60, 0)
    task = Task("intake x", lambda _: False, 1)
    task.failing_since, task.error = NOW - 5_000, "denied\x1b[31m"
    pulse = Pulse(lite, [task], lambda: NOW)
    with caplog.at_level(logging.WARNING, "truant.status"):
        for _ in range(2):
            assert pulse.step(Stop()) is False
    assert [one.getMessage().split(" has ")[0] for one in caplog.records] == [
        f"account {A}, eu-west-1"
    ]
    shown = told(lite, NOW + 1_000)
    assert "1 tasks" in shown
    assert "failing: intake x since" in shown
    assert "\x1b" not in shown
    assert f"silent: account {A}, eu-west-1" in shown
    with lite.read() as conn:
        (one,) = workers.every(conn)
    assert not is_alive(one, NOW + 61_000)
    with lite.write() as conn:
        workers.tell(conn, [], NOW + GONE_MILLISECONDS + 1)
        assert workers.every(conn) == []

"""Tests of `crew`: tasks run until they are stopped, and nothing ends one for good."""

import logging
import threading
import time
from collections.abc import Callable

import pytest
from sqlalchemy.exc import OperationalError

from truant.runners.crew import Crew, Expected, Stop, Task


def until(met: Callable[[], bool]) -> None:
    """Wait until something is so."""
    for _ in range(3_000):
        if met():
            return
        time.sleep(0.01)
    raise AssertionError("it never came to be so")


def test_a_task_with_more_to_do_is_asked_at_once_and_then_rests() -> None:
    left = [3]
    asked: list[int] = []

    def step(_: Stop) -> bool:
        asked.append(left[0])
        left[0] -= 1
        return left[0] > 0

    task = Task("work", step, pause=3600)
    crew = Crew([task])
    crew.start()
    until(lambda: len(asked) == 3)
    left[0] = 1
    task.bell.set()
    until(lambda: len(asked) == 4)
    assert crew.close(30) == []


@pytest.mark.parametrize(
    "error",
    [
        OperationalError("SELECT secret", {"key": "secret"}, ValueError("gone")),
        Expected("the queue is closed to us"),
        RuntimeError("a fault"),
    ],
)
def test_what_fails_is_told_and_tried_again(
    error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    tries: list[bool] = []

    def step(_: Stop) -> bool:
        tries.append(True)
        if len(tries) < 3:
            raise error
        return False

    task = Task("work", step, pause=3600)
    crew = Crew([task])
    with caplog.at_level(logging.INFO, "truant.crew"):
        crew.start()
        until(lambda: task.error != "")
        assert task.failing_since is not None
        assert "secret" not in task.error
        until(lambda: len(tries) == 3 and task.error == "")
    assert task.failing_since is None
    crew.close(30)
    told = [one.getMessage() for one in caplog.records]
    assert [line.split(" failed")[0] for line in told[:2]] == ["work", "work"]
    assert told[2] == "work goes on after 2 failures"
    assert any(one.exc_info for one in caplog.records) is isinstance(error, RuntimeError)


def test_pauses_grow_and_a_bell_does_not_cut_them_short() -> None:
    tries: list[float] = []

    def step(_: Stop) -> bool:
        tries.append(time.monotonic())
        raise Expected("no")

    task = Task("work", step, pause=0)
    crew = Crew([task])
    crew.start()
    while len(tries) < 3:
        task.bell.set()
        time.sleep(0.001)
    crew.close(30)
    assert tries[1] - tries[0] >= 0.5
    assert tries[2] - tries[1] >= 1.0


def test_stopping_wakes_whoever_rests_or_is_in_trouble() -> None:
    def fail(_: Stop) -> bool:
        raise Expected("no")

    begun = threading.Event()

    def rest(_: Stop) -> bool:
        begun.set()
        return False

    rests = Task("rests", rest, pause=3600)
    crew = Crew([rests, Task("fails", fail, 0)])
    crew.start()
    begun.wait(30)
    assert crew.close(30) == []


def test_who_does_not_stop_is_named() -> None:
    release, begun = threading.Event(), threading.Event()

    def hang(_: Stop) -> bool:
        begun.set()
        return release.wait(30)

    crew = Crew([Task("hangs", hang, 0)])
    crew.start()
    begun.wait(30)
    assert crew.close(0.01) == ["hangs"]
    release.set()
    assert crew.close(30) == []

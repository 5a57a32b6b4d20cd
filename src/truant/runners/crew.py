"""The crew of the service: tasks that are done step by step, each in a thread of its own.

A task that fails is tried again after a pause that grows, so that a database or a queue that is
gone for a while costs that while, and nothing else.
"""

import logging
import threading
import time
from collections.abc import Callable, Sequence

from sqlalchemy.exc import DBAPIError

log = logging.getLogger("truant.crew")

PAUSE_MAX_SECONDS = 60.0
ERROR_LENGTH = 500

Stop = threading.Event
Step = Callable[[Stop], bool]


class Expected(Exception):
    """Trouble that passes or that its owner must mend: told in its own words, without a trace."""


class Task:
    """Work to be done again and again.

    `step` does a little of it and says whether there is more to do at once; else it is asked again
    after `pause` seconds, or as soon as the bell is rung. It is given the event that says stop, and
    returns soon after that is set.
    """

    def __init__(self, name: str, step: Step, pause: float) -> None:
        """Nothing runs before a crew starts it."""
        self.name, self.step, self.pause = name, step, pause
        self.bell = threading.Event()
        self.rounds = 0  # steps that were done
        self.failures = 0  # in a row
        self.failing_since: int | None = None  # milliseconds
        self.error = ""


class Crew:
    """Tasks that run together until they are told to stop."""

    def __init__(self, tasks: Sequence[Task]) -> None:
        """Hold tasks; `start` starts them."""
        self.tasks = tuple(tasks)
        self.stop = Stop()
        self._threads = [
            threading.Thread(target=self._run, args=(task,), name=task.name, daemon=True)
            for task in self.tasks
        ]

    def start(self) -> None:
        """Start every task."""
        for thread in self._threads:
            thread.start()

    def dead(self) -> list[str]:
        """The names of tasks whose threads have ended though nobody told them to."""
        if self.stop.is_set():
            return []
        return [one.name for one in self._threads if one.ident is not None and not one.is_alive()]

    def close(self, seconds: float) -> list[str]:
        """Tell all to stop and wait so long; gives the names of those that are still at work.

        What they were about is done again when the service runs next: nothing is lost.
        """
        self.stop.set()
        for task in self.tasks:
            task.bell.set()
        until = time.monotonic() + seconds
        for thread in self._threads:
            if thread.ident is not None:
                thread.join(max(0.0, until - time.monotonic()))
        return [thread.name for thread in self._threads if thread.is_alive()]

    def _run(self, task: Task) -> None:
        while not self.stop.is_set():
            try:
                more = task.step(self.stop)
                task.rounds += 1
            except Exception as error:  # noqa: BLE001 no error may end a task: it is told and tried again
                self._failed(task, error)
                # Not the bell: others ring it while they get on, and would have no pause pass.
                self.stop.wait(min(PAUSE_MAX_SECONDS, 0.25 * 2.0 ** min(task.failures, 10)))
                continue
            if task.failures:
                log.info("%s goes on after %d failures", task.name, task.failures)
            task.failures, task.failing_since, task.error = 0, None, ""
            if not more and not self.stop.is_set():
                task.bell.wait(task.pause)
                task.bell.clear()

    def _failed(self, task: Task, error: Exception) -> None:
        task.failures += 1
        if task.failing_since is None:
            task.failing_since = time.time_ns() // 1_000_000
        task.error = _said(error)
        if isinstance(error, DBAPIError | Expected | OSError):
            log.warning("%s failed and will be tried again: %s", task.name, task.error)
        else:
            log.error("%s failed and will be tried again", task.name, exc_info=error)


def _said(error: Exception) -> str:
    """What an error says, without the statement and its parameters: they hold what logs hold."""
    if isinstance(error, DBAPIError):
        return f"the database: {error.orig}"[:ERROR_LENGTH]
    return (str(error) or type(error).__name__)[:ERROR_LENGTH]

"""Work spread over processes: one function over many parts, the answers in the parts' order.

The standard pools do not fit: `concurrent.futures` (3.11) cannot be cut short without noise, and
`multiprocessing.Pool` waits for ever on a worker that was killed. Here every worker has a pipe of
its own: one part goes in, one answer comes out, and its end is seen at both ends.
"""

import gc
import os
import signal
import sys
import traceback
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager, suppress
from multiprocessing import forkserver, get_context, parent_process, resource_tracker
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from threading import Thread
from typing import Any, TypeAlias, TypeVar

Part = TypeVar("Part")
Answer = TypeVar("Answer")
Pipe: TypeAlias = "Connection[Any, Any]"

# Loaded once, before workers are made from it, so that each of them starts in no time.
_LOADED = ["truant.runners.embedded", "truant.runners.recall"]


class WorkerLost(RuntimeError):
    """A worker process ended in the middle of its work; the message says what to do."""


def spread(
    work: Callable[[Part], Answer], parts: Sequence[Part], jobs: int
) -> Generator[Answer, None, None]:
    """Answer every part, in order, with at most `jobs` processes.

    `work`, the parts and the answers must be picklable. One job, or one part, needs no process.
    What `work` raises is raised here. Raises WorkerLost. However it ends, no process is left.
    """
    if jobs < 2 or len(parts) < 2:
        yield from map(work, parts)
        return
    prepare()
    workers: dict[Pipe, BaseProcess] = {}
    try:
        with _interrupts_held():
            for _ in range(min(jobs, len(parts))):
                _hire(work, workers)
        yield from _answers(parts, list(workers))
    finally:
        for pipe, worker in workers.items():
            pipe.close()
            worker.terminate()
        for worker in workers.values():
            worker.join()


def _hire(work: Callable[[Part], Answer], workers: dict[Pipe, BaseProcess]) -> None:
    context = get_context("forkserver")
    ours, theirs = context.Pipe()
    worker = context.Process(target=_work, args=(work, theirs), daemon=True)
    with _main_hidden():
        worker.start()
    theirs.close()
    workers[ours] = worker


def prepare() -> None:
    """Start what workers are made from, so that it is ready once there is work for them."""
    get_context("forkserver").set_forkserver_preload(_LOADED)
    with _interrupts_held():
        forkserver.ensure_running()


@contextmanager
def _main_hidden() -> Iterator[None]:
    """Let a worker not load the command line too, which takes longer than all else that it loads.

    `multiprocessing` loads the main module in each worker, for what is pickled by its name there.
    """
    main = sys.modules["__main__"]
    file, spec = main.__dict__.pop("__file__", None), main.__spec__
    main.__spec__ = None
    try:
        yield
    finally:
        main.__spec__ = spec
        if file is not None:
            main.__file__ = file


def _answers(parts: Sequence[Part], idle: list[Pipe]) -> Iterator[Answer]:
    """Hand out parts as workers ask for them; what comes early waits for its turn."""
    busy: dict[Pipe, int] = {}
    early: dict[int, Answer] = {}
    given = told = 0
    while told < len(parts):
        while idle and given < len(parts):
            pipe = idle.pop()
            _give(pipe, parts[given])
            busy[pipe] = given
            given += 1
        ready = wait(list(busy))
        for pipe in [one for one in busy if one in ready]:
            early[busy.pop(pipe)] = _take(pipe)
            idle.append(pipe)
        while told in early:
            yield early.pop(told)
            told += 1


def _give(pipe: Pipe, part: object) -> None:
    try:
        pipe.send(part)
    except OSError as error:
        raise _lost() from error


def _take(pipe: "Connection[object, tuple[Answer, Exception | None]]") -> Answer:
    try:
        answer, error = pipe.recv()
    except (EOFError, OSError) as lost:
        raise _lost() from lost
    if error is not None:
        raise error
    return answer


def _lost() -> WorkerLost:
    return WorkerLost(
        "a process that read files was ended from outside, most likely for want of memory. "
        "Read with fewer: --jobs 1."
    )


def _work(work: Callable[[Part], Answer], pipe: Pipe) -> None:
    """A worker's life: it ends when its parent closes the pipe, or is no more."""
    Thread(target=_end_with_parent, daemon=True).start()
    with no_collecting(), suppress(EOFError, OSError):
        while True:
            pipe.send(_answer(work, pipe.recv()))


def _end_with_parent() -> None:
    """Wait until the parent is gone, then end at once, in the middle of whatever is done."""
    parent = parent_process()
    if parent is not None:
        parent.join()
    os._exit(1)


def _answer(work: Callable[[Part], Answer], part: Part) -> tuple[Answer | None, Exception | None]:
    try:
        return work(part), None
    except Exception as error:  # noqa: BLE001 it is raised in the parent
        error.add_note(traceback.format_exc())
        return None, error


@contextmanager
def no_collecting() -> Iterator[None]:
    """Collect no garbage meanwhile: sightings hold no cycles, and are walked over and over."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """Hold Ctrl-C back while processes are started: they inherit that, and never hear it."""
    resource_tracker.ensure_running()  # first, because its start lets Ctrl-C through again
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)

"""Work spread over processes: in order, and nothing is left behind when it is cut short."""

import gc
import os
import signal
import subprocess
import sys
import time
from functools import partial
from multiprocessing import active_children
from pathlib import Path

import pytest

from truant.runners.processes import WorkerLost, no_collecting, spread

ENDS_WITHIN_SECONDS = 20.0


def test_answers_come_in_the_order_of_the_parts() -> None:
    parts = [3.2, -1.0, 7.0, 0.0]
    assert list(spread(abs, parts, 3)) == [3.2, 1.0, 7.0, 0.0]


@pytest.mark.parametrize(("parts", "jobs"), [([1], 4), ([1, 2], 1), ([], 4)])
def test_no_process_for_little_work(parts: list[int], jobs: int) -> None:
    pids = list(spread(_where, parts, jobs))
    assert pids == [os.getpid()] * len(parts)


def test_what_a_worker_raises_is_raised_here() -> None:
    with pytest.raises(ValueError, match="invalid literal"):
        list(spread(int, ["1", "x", "3"], 2))
    assert not active_children()


def test_workers_end_when_nobody_wants_more() -> None:
    answers = spread(time.sleep, [0.0] * 2 + [600.0] * 6, 2)
    next(answers)
    started = time.monotonic()
    answers.close()
    while active_children() and time.monotonic() < started + ENDS_WITHIN_SECONDS:
        time.sleep(0.05)
    assert not active_children()


def test_a_lost_worker_is_an_error_that_says_what_to_do() -> None:
    with pytest.raises(WorkerLost, match="--jobs 1"):
        list(spread(os._exit, [9, 9, 9], 2))


def test_no_worker_outlives_its_parent() -> None:
    code = (
        "import os, time\n"
        "from tests.runners.test_processes import _told\n"
        "from truant.runners.processes import spread\n"
        "for pid in spread(_told, [0, 0, 600, 600], 2): print(pid, flush=True)\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    worker = int(parent.stdout.readline())
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    parent.stdout.close()
    until = time.monotonic() + ENDS_WITHIN_SECONDS
    while _lives(worker) and time.monotonic() < until:
        time.sleep(0.05)
    assert not _lives(worker)


def test_workers_hear_no_interrupt() -> None:
    masks = list(spread(partial(_blocked, signal.SIGINT), [0, 0, 0], 2))
    assert all(masks)
    assert not _blocked(signal.SIGINT, 0), "the parent hears it again"


def _where(_part: int) -> int:
    return os.getpid()


def _told(seconds: int) -> int:
    time.sleep(seconds)
    return os.getpid()


def _blocked(number: signal.Signals, _part: int) -> bool:
    return number in signal.pthread_sigmask(signal.SIG_BLOCK, set())


def _lives(pid: int) -> bool:
    """Whether a process runs; one that has ended and that nobody asked for counts as ended."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()[0]
    except OSError:
        return False
    return state != "Z"


def test_garbage_is_collected_again_afterwards_only_where_it_was_before() -> None:
    with no_collecting():
        assert not gc.isenabled()
        with no_collecting():
            pass
        assert not gc.isenabled()
    assert gc.isenabled()


def test_workers_do_not_load_the_program_that_started_them(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(
        "from truant.runners.processes import spread\n"
        "print('loaded', flush=True)\n"
        "if __name__ == '__main__':\n"
        "    print(list(spread(abs, [-1, -2, -3], 2)))\n"
        "    import sys; print(sys.modules['__main__'].__file__ == __file__)\n"
    )
    run = subprocess.run(
        [sys.executable, program], capture_output=True, text=True, timeout=120, check=True
    )
    assert run.stdout.splitlines() == ["loaded", "[1, 2, 3]", "True"]

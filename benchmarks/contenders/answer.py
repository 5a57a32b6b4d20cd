"""What every contender answers: the access keys of instances that were used from two origins."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from benchmarks.generate import Trail

Origin = tuple[str | None, str | None]  # address and VPC endpoint
Seen = dict[tuple[str, Origin], tuple[str, str]]  # key and origin to first and last eventTime
INSTANCE_SESSION = re.compile(r":i-[0-9a-f]{8,17}$")
SERVICE = ".amazonaws.com"


@dataclass(frozen=True)
class Answer:
    """How many records were read; the keys, or None from a stage that finds none."""

    records: int
    keys: frozenset[str] | None = None


class NotHere(RuntimeError):
    """A contender cannot run on this machine; the message says why."""


Run = Callable[[Trail, int], Answer]  # a trail and the number of cores


@dataclass(frozen=True)
class Contender:
    """One way to do it. `one_process` says that more cores do not help it."""

    name: str
    run: Run
    one_process: bool = False


def note(seen: Seen, key: str, origin: Origin, time: str) -> None:
    """The rule's state: when each key was first and last used from each origin."""
    known = seen.get((key, origin))
    if known is None:
        seen[key, origin] = (time, time)
    elif time < known[0]:
        seen[key, origin] = (time, known[1])
    elif time > known[1]:
        seen[key, origin] = (known[0], time)


def joined(parts: Iterable[Seen]) -> Seen:
    """What several processes noted, together."""
    whole: Seen = {}
    for part in parts:
        for (key, origin), (first, last) in part.items():
            note(whole, key, origin, first)
            note(whole, key, origin, last)
    return whole


def used_from_two(seen: Seen) -> frozenset[str]:
    """The keys with more than one origin."""
    origins: dict[str, int] = {}
    for key, _ in seen:
        origins[key] = origins.get(key, 0) + 1
    return frozenset(key for key, number in origins.items() if number > 1)


def over_files(
    work: Callable[[Sequence[Path]], tuple[int, Seen]], trail: Trail, cores: int
) -> Answer:
    """Let `work` read all files, or share them out to processes by size."""
    if cores < 2:
        parts = [work(trail.files)]
    else:
        by_size = sorted(trail.files, key=lambda path: -path.stat().st_size)
        with get_context("fork").Pool(cores) as pool:
            parts = pool.map(work, [by_size[n :: cores * 4] for n in range(cores * 4)], 1)
    seen = joined(part for _, part in parts)
    return Answer(sum(records for records, _ in parts), used_from_two(seen))

"""Going on from an earlier scan: what it has folded, and which files it has read.

Only the fold is kept, and no judgement: inventory, configuration, ranges, feeds and flow logs are
those of each run, and may differ from run to run. All that is kept is a join, so that it is no
matter in how many runs, in which order and how often files come.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import TypeVar

import msgspec
from msgspec import Struct, field

from truant.connectors import state_file, trail_files
from truant.connectors.state_file import BadState, Stamp
from truant.detection.state import State, merge
from truant.model.event_time import clock
from truant.model.fact import Fact, Mint
from truant.model.file_kind import Kind
from truant.model.session_form import UnknownForm, pack, unpack
from truant.runners.embedded import Accounting, Folded

Entry = TypeVar("Entry")
FRAME_SESSIONS, FRAME_ENTRIES = 1_000, 10_000

# Size and time of the last change. A file that has either changed is read again, whole.
Version = tuple[int, int]


class Kept(Struct):
    """What earlier runs have read. `files` by their absolute paths."""

    state: State = field(default_factory=State)
    accounting: Accounting = field(default_factory=Accounting)
    files: dict[str, Version] = field(default_factory=dict)
    stamp: Stamp | None = None


class Resumed(Struct):
    """An earlier scan, and what this run makes of it.

    `found`: files of this run; `skipped`: those that had been read before; `again`: those that
    have changed since.
    """

    kept: Kept
    found: int = 0
    skipped: int = 0
    again: int = 0
    before: int = 0  # records read before


class _Head(Struct, tag="head"):
    accounts: list[str]
    latest: int
    accounting: Accounting


class _Sessions(Struct, tag="sessions"):
    some: list[bytes]


class _Facts(Struct, tag="facts"):
    some: list[Fact]


class _Mints(Struct, tag="mints"):
    some: list[Mint]


class _Files(Struct, tag="files"):
    some: list[tuple[str, Version]]


_Frame = _Head | _Sessions | _Facts | _Mints | _Files
_encode = msgspec.msgpack.Encoder(order="deterministic").encode
_decoder = msgspec.msgpack.Decoder(_Frame)


def load(path: Path) -> Kept:
    """What a file keeps; nothing, where there is none yet. Raises BadState."""
    kept = Kept(stamp=state_file.stamp(path))
    if kept.stamp is None:
        return kept
    try:
        for frame in state_file.frames(path):
            _take(kept, _decoder.decode(frame))
    except (msgspec.DecodeError, UnknownForm) as error:
        raise BadState(
            f"{path}: {error}. Name another file, or delete it and scan everything again."
        ) from error
    return kept


def _take(kept: Kept, frame: _Frame) -> None:
    match frame:
        case _Head():
            kept.state.accounts, kept.state.latest = set(frame.accounts), frame.latest
            kept.accounting = frame.accounting
        case _Sessions():
            for session in map(unpack, frame.some):
                kept.state.sessions[session.principal_id] = session
        case _Facts():
            kept.state.facts.update(frame.some)
        case _Mints():
            kept.state.mints.update(frame.some)
        case _Files():
            kept.files.update(frame.some)


def save(path: Path, kept: Kept) -> None:
    """Keep it for the next run: all of it or, if that fails, what was there. Raises CannotKeep."""
    state_file.write(path, _frames(kept), kept.stamp)


def _frames(kept: Kept) -> Iterator[bytes]:
    state = kept.state
    yield _encode(_Head(sorted(state.accounts), state.latest, _lasting(kept.accounting)))
    sessions = (pack(state.sessions[principal]) for principal in sorted(state.sessions))
    yield from (_encode(_Sessions(some)) for some in _groups(sessions, FRAME_SESSIONS))
    yield from (_encode(_Facts(some)) for some in _groups(sorted(state.facts), FRAME_ENTRIES))
    mints = sorted(state.mints, key=lambda mint: (mint.key, mint.event_id, mint.time))
    yield from (_encode(_Mints(some)) for some in _groups(mints, FRAME_ENTRIES))
    files = sorted(kept.files.items())
    yield from (_encode(_Files(some)) for some in _groups(files, FRAME_ENTRIES))


def _groups(entries: Iterable[Entry], size: int) -> Iterator[list[Entry]]:
    entries = iter(entries)
    while some := list(islice(entries, size)):
        yield some


def _lasting(accounting: Accounting) -> Accounting:
    """Without what the system gave no content of: the next run tries that again."""
    lost = accounting.unreadable
    kinds = dict(accounting.kinds)
    kinds[Kind.UNKNOWN.value] = kinds.get(Kind.UNKNOWN.value, 0) - lost
    return Accounting(
        files=accounting.files - lost,
        size=accounting.size,
        inflated=accounting.inflated,
        kinds={kind: number for kind, number in kinds.items() if number > 0},
        seen=accounting.seen,
        refused=accounting.refused - lost,
        refusals=[one for one in accounting.refusals if not one.unreadable],
    )


def fresh(resumed: Resumed, paths: Sequence[Path]) -> dict[Path, Version | None]:
    """The files that are still to be read, as they are before they are; counts the others.

    A file is known by path, size and time of its last change. One that has grown is read from its
    beginning: what it told before joins with itself.
    """
    found: dict[Path, Version | None] = {}
    for path in paths:
        version, known = _version(path), resumed.kept.files.get(_name(path))
        if known is not None and known == version:
            resumed.skipped += 1
        else:
            resumed.again += known is not None
            found[path] = version
    resumed.found = len(paths)
    resumed.before = resumed.kept.accounting.records
    return found


def _version(path: Path) -> Version | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return (status.st_size, status.st_mtime_ns)


def _name(path: Path) -> str:
    return trail_files.shown(path.absolute())


def add(resumed: Resumed, folded: Folded, read: dict[Path, Version | None]) -> None:
    """Add what was read now. Files that could not be opened stay to be read."""
    kept, accounting = resumed.kept, resumed.kept.accounting
    names = {trail_files.shown(path) for path in read}
    told = [one for one in accounting.refusals if one.file not in names]
    accounting.refused -= len(accounting.refusals) - len(told)  # told anew, if it is still so
    accounting.refusals = told
    accounting.others = 0
    accounting.add(folded.accounting)
    accounting.refusals.sort(key=lambda one: (one.file, one.position))
    merge(kept.state, folded.state)
    lost = {one.file for one in folded.accounting.refusals if one.unreadable}
    if len(lost) == folded.accounting.unreadable:  # else not all are named: all are tried again
        kept.files.update(
            (_name(path), version)
            for path, version in read.items()
            if version is not None and trail_files.shown(path) not in lost
        )


def notices(resumed: Resumed) -> Iterator[str]:
    """Say what is known from before, and what was therefore not read."""
    kept = resumed.kept
    if kept.stamp is None:
        return
    yield (
        f"Added to {resumed.before:,} records that were read before; {resumed.skipped:,} of "
        f"{resumed.found:,} files were skipped, because they had been."
    )
    if resumed.again:
        yield (
            f"{resumed.again:,} files have changed since they were read, and were read again from "
            "their beginning: their records are counted once more, their calls are not."
        )
    yield f"The newest call of all is of {clock(kept.state.latest)}."

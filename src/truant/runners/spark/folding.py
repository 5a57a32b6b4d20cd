"""What runs where the files are: bytes in, rows out. The combine before the shuffle.

All files of one task are folded into one state, so that the shuffle carries what each key did, not
what each call was.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from io import BytesIO
from pathlib import Path

import pyarrow as pa

from truant.connectors.trail_files import Content
from truant.detection.state import State, merge
from truant.runners.embedded import Accounting, Folded, fold_files
from truant.runners.spark.rows import Row, joined, rows

SCHEMA = "kind string, name string, value binary"
ROWS_EACH = 4096  # rows of one Arrow batch: some megabytes
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:/")

Batches = Iterator[pa.RecordBatch]
Chunks = Sequence[Sequence[Path]]


def fold_chunks(chunks: "Callable[[], Chunks]") -> Callable[[Batches], Batches]:
    """The task that folds runs of files, each named by its number in the column `id`.

    They are read here, by their paths, so that nothing but the rows crosses into the JVM.
    """

    def task(batches: Batches) -> Batches:
        numbers = [number for batch in batches for number in batch.column("id").to_pylist()]
        yield from _told(fold_files(chunks()[number]) for number in numbers)

    return task


def fold_contents(batches: Batches) -> Batches:
    """Fold files that Spark read: their `path`, `length` and `content`."""
    yield from _told(fold_files(list(_contents(batch))) for batch in batches)


def fold_paths(batches: Batches) -> Batches:
    """Fold files that Spark listed, by their `path` on a disk that every executor sees."""
    yield from _told(
        fold_files([local(path) for path in batch.column("path").to_pylist()]) for batch in batches
    )


def _contents(batch: pa.RecordBatch) -> Iterator[Content]:
    for path, content in zip(batch.column("path"), batch.column("content"), strict=True):
        data = content.as_buffer().to_pybytes()
        yield Content(path.as_py(), len(data), BytesIO(data))


def is_url(path: str) -> bool:
    """Whether a path names a scheme, such as `s3a://`, and not a file or folder here."""
    return _URL.match(path) is not None


def local(url: str) -> Path:
    """The path of a `file:` URL as Spark writes it: nothing in it is encoded."""
    return Path("/" + url.removeprefix("file:").lstrip("/"))


def _told(parts: Iterable[Folded]) -> Batches:
    total = Folded(State(), Accounting())
    for part in parts:
        merge(total.state, part.state)
        total.accounting.add(part.accounting)
    yield from batches_of(rows(total))


def batches_of(some: Iterable[Row]) -> Batches:
    """Rows as Arrow batches."""
    held: list[Row] = []
    for row in some:
        held.append(row)
        if len(held) == ROWS_EACH:
            yield _batch(held)
            held = []
    if held:
        yield _batch(held)


def _batch(some: Sequence[Row]) -> pa.RecordBatch:
    kinds, names, values = zip(*some, strict=True)
    columns = {
        "kind": pa.array(kinds, pa.string()),
        "name": pa.array(names, pa.string()),
        "value": pa.array(values, pa.binary()),
    }
    return pa.RecordBatch.from_pydict(columns)


def join_rows(batches: Batches) -> Batches:
    """Join rows that come in the order of their kinds and names: one for each is left."""
    yield from batches_of(_joined(batches))


def _joined(batches: Batches) -> Iterator[Row]:
    index: tuple[str, str] | None = None
    values: list[bytes] = []
    for row in rows_in(batches):
        if (row.kind, row.name) != index:
            if index is not None:
                yield Row(*index, joined(index[0], values))
            index, values = (row.kind, row.name), []
        values.append(row.value)
    if index is not None:
        yield Row(*index, joined(index[0], values))


def rows_in(batches: Batches) -> Iterator[Row]:
    """The rows of Arrow batches."""
    for batch in batches:
        columns: Mapping[str, list[object]] = batch.to_pydict()
        yield from map(Row, columns["kind"], columns["name"], columns["value"])  # type: ignore[arg-type]

"""A stream on Spark: new files are folded as they come, and all that was folded is judged again.

The stateful stage keeps every joined row under its kind and name, in RocksDB, with the checkpoint;
it decides nothing. A round reads the committed state as a whole and judges it as a batch would, in
the world as it is then. So the findings are those of a scan of the same files, whatever the
micro-batches were, and a driver that was killed goes on where its checkpoint stands.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import reduce
from pathlib import Path

from msgspec import Struct
from pyspark.errors import SparkRuntimeException, StreamingQueryException
from pyspark.sql import DataFrame, Row, SparkSession
from pyspark.sql import functions as f
from pyspark.sql.streaming.query import StreamingQuery
from pyspark.sql.streaming.stateful_processor import (
    StatefulProcessor,
    StatefulProcessorHandle,
    TimerValues,
)

from truant.connectors.trail_files import Unreadable
from truant.runners.scan import Known, ScanRequest, known_of
from truant.runners.spark.batch import NAMES
from truant.runners.spark.folding import SCHEMA, fold_contents, fold_paths, is_url
from truant.runners.spark.rounds import Judged, judge_rows
from truant.runners.spark.rows import joined

STATE = "told"
_UNNAMEABLE = re.compile(r"[^A-Za-z0-9_./:@=+,~-]")
FILES = "path string, modificationTime timestamp, length long, content binary"
# Files that come later than this after newer ones are not read: their names would have to be kept.
FILE_AGE_MAX = "15d"


class Streaming(Struct, frozen=True):
    """How to stream. `seconds` between rounds; None: read all that is there, judge, and end."""

    checkpoint: str
    seconds: int | None = None
    files_each: int = 1000  # of one micro-batch, and of one source
    with_roots: bool = False


class BrokenStream(RuntimeError):
    """The stream ended with an error; the message says which."""


class Joining(StatefulProcessor):
    """Keeps one value for each kind and name, and joins what is new to it."""

    def init(self, handle: StatefulProcessorHandle) -> None:
        """Open the one state that there is."""
        self._told = handle.getValueState(STATE, "value binary")

    def handleInputRows(  # noqa: N802 the name is Spark's
        self,
        key: tuple[str, str],
        rows: Iterator[Row],
        timerValues: TimerValues,  # noqa: ARG002, N803
    ) -> Iterator[Row]:
        """Join rows of one kind and name to what is known of it. Nothing goes further."""
        values = [bytes(row["value"]) for row in rows]
        known = self._told.get()
        old = [bytes(known[0])] if known is not None else []
        new = joined(key[0], [*old, *values])
        if [new] != old:
            self._told.update((new,))
        return iter(())

    def close(self) -> None:
        """Leave nothing open."""


def stream_on(
    spark: SparkSession,
    sources: Sequence[str],
    request: ScanRequest,
    how: Streaming,
    told: Callable[[Judged], None],
) -> None:
    """Stream, and tell each round's findings: all of them, each time.

    A round begins when something new is committed, or the inventory, the configuration or the
    ranges have changed: they are read again each time. There is a last one at the end. Raises
    BrokenStream, and as `scan_on`.
    """
    known_of(request, [])  # what is named wrongly is told before anything is read
    query = started(spark, sources, how)
    judged: tuple[object, ...] = ()
    try:
        while how.seconds is not None and not query.awaitTermination(how.seconds):
            newest, known = committed(query), known_of(request, [])
            if newest is not None and judged != (newest, *_version(known)):
                told(round_of(spark, request, how))
                judged = (newest, *_version(known))
        query.awaitTermination()
    except StreamingQueryException as error:
        raise BrokenStream(f"the stream was broken off: {error}") from error
    finally:
        query.stop()
    told(round_of(spark, request, how))


def _version(known: Known) -> tuple[object, ...]:
    """What tells one state of the given world from another."""
    return known.trust, known.facts, [one.sync_token for one in known.ranges.snapshots]


def committed(query: StreamingQuery) -> int | None:
    """The number of the newest micro-batch that is done, or None before the first."""
    progress = query.lastProgress
    return None if progress is None else progress.batchId


def started(spark: SparkSession, sources: Sequence[str], how: Streaming) -> StreamingQuery:
    """Start the query: files, folded where they are read, into the state.

    Raises Unreadable for a source that is no folder, and for a checkpoint that Spark cannot name.
    """
    if _UNNAMEABLE.search(how.checkpoint):
        raise Unreadable(
            f"{how.checkpoint}: Spark's reader of states loses its way in names with blanks, "
            "percent signs, brackets and the like. Name a checkpoint of letters, digits, -, _, ."
        )
    rows = reduce(DataFrame.unionByName, [_folded(spark, one, how.files_each) for one in sources])
    kept = rows.groupBy("kind", "name").transformWithState(
        Joining(), outputStructType="kind string", outputMode="Update", timeMode="None"
    )
    writer = kept.writeStream.format("noop").outputMode("update")
    writer = writer.option("checkpointLocation", how.checkpoint)
    if how.seconds is None:
        return writer.trigger(availableNow=True).start()
    return writer.trigger(processingTime="0 seconds").start()


def _folded(spark: SparkSession, source: str, files_each: int) -> DataFrame:
    reader = (
        spark.readStream.format("binaryFile")
        .schema(FILES)
        .option("recursiveFileLookup", "true")
        .option("pathGlobFilter", NAMES)
        .option("maxFilesPerTrigger", files_each)
        .option("maxFileAge", FILE_AGE_MAX)
    )
    if is_url(source):
        return reader.load(source).select("path", "content").mapInArrow(fold_contents, SCHEMA)
    folder = Path(source).resolve()
    if not folder.is_dir():
        raise Unreadable(f"{source}: is no folder. A stream reads folders and buckets.")
    url = f"file://{_unglobbed(str(folder))}"
    # Without `content`, Spark lists and does not read.
    return reader.load(url).select("path").mapInArrow(fold_paths, SCHEMA)


def _unglobbed(path: str) -> str:
    """A path in which nothing stands for anything else (Hadoop's globs)."""
    return "".join(f"\\{char}" if char in "*?[]{}\\" else char for char in path)


def round_of(spark: SparkSession, request: ScanRequest, how: Streaming) -> Judged:
    """Judge all that is committed. Raises Unreadable where nothing is."""
    notices: list[str] = []
    known = known_of(request, notices)
    rows = state(spark, how.checkpoint).persist()
    try:
        return judge_rows(spark, rows, known, notices, with_roots=how.with_roots)
    finally:
        rows.unpersist()


def state(spark: SparkSession, checkpoint: str) -> DataFrame:
    """The committed state of a checkpoint as rows. Raises Unreadable where there is none yet."""
    reader = spark.read.format("statestore").option("stateVarName", STATE)
    try:
        found = reader.load(checkpoint)
    except SparkRuntimeException as error:
        if error.getCondition() != "STDS_COMMITTED_BATCH_UNAVAILABLE":
            raise
        raise Unreadable(
            f"{checkpoint}: nothing is committed there, as no file was read."
        ) from error
    columns = (f.col(f"key.{name}").alias(name) for name in ("kind", "name"))
    return found.select(*columns, f.col("value.value").alias("value"))

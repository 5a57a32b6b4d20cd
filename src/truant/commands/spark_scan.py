"""The command `truant spark-scan`: a scan, or a stream, on Apache Spark.

What Spark needs is an extra, and is loaded only when it is asked for.
"""

import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from truant.commands.options import (
    ConfigFile,
    FailOnSeverity,
    Feeds,
    Format,
    HowToWrite,
    InventoryFolder,
    OutputFile,
    RangesFile,
)
from truant.commands.result import check_all_was_read, publish, severity, tell_of
from truant.connectors import output_file
from truant.connectors.feed_cache import default_folder
from truant.runners.scan import ScanRequest

if TYPE_CHECKING:
    from truant.runners.spark.rounds import Judged

FAILED = 1
Sources = Annotated[
    list[str],
    typer.Argument(
        help="Files and folders that every executor sees, or URLs such as s3a://bucket/prefix.",
        metavar="PATH",
    ),
]
Master = Annotated[
    str | None,
    typer.Option(help="Spark's master; by default spark-submit's, else local[*].", metavar="URL"),
]
Conf = Annotated[
    list[str] | None,
    typer.Option(help="A setting of Spark's; may be repeated.", metavar="NAME=VALUE"),
]
Checkpoint = Annotated[
    str | None,
    typer.Option(help="Stream: keep the state here, and go on from it.", metavar="PATH"),
]
Every = Annotated[
    int | None,
    typer.Option(
        min=1, help="Stream on, and judge when so many seconds went by.", metavar="SECONDS"
    ),
]
FilesEach = Annotated[
    int, typer.Option(min=1, help="Files of one micro-batch of a stream.", metavar="N")
]
Database = Annotated[
    str | None,
    typer.Option(help="Keep findings in this store, too: a file, or postgresql://…"),
]


class CannotSpark(ValueError):
    """The command cannot be run on Spark; the message says why and what to do."""


def spark_scan(
    paths: Sources,
    inventory: InventoryFolder = None,
    config: ConfigFile = None,
    ip_ranges: RangesFile = None,
    feed: Feeds = None,
    format_: HowToWrite = Format.TABLE,
    output: OutputFile = None,
    fail_on: FailOnSeverity = None,
    database: Database = None,
    checkpoint: Checkpoint = None,
    every: Every = None,
    files_each: FilesEach = 1000,
    master: Master = None,
    conf: Conf = None,
) -> None:
    """Find stolen instance credentials on Apache Spark: the findings of scan, byte for byte.

    Without --checkpoint, all that is there is read once. With it, only what is new since the last
    run is read, and all that was ever read is judged; with --every, on and on.
    """
    if output is not None:
        output_file.check(output)
    if every is not None and checkpoint is None:
        raise CannotSpark("--every is for streams: name a --checkpoint, too.")
    request = ScanRequest(
        paths=(),
        cache=default_folder(),
        now=int(time.time()),
        inventory=inventory,
        config=config,
        ip_ranges=ip_ranges,
        feeds=tuple(feed or ()),
    )
    last: list[Judged] = []

    def told(judged: "Judged") -> None:
        publish(judged.result, format_, output, remember=False)
        if database is not None:
            _keep(judged, database)
        last[:] = [judged]

    settings = _settings(conf)
    with _told():
        from truant.runners.spark.batch import scan_on
        from truant.runners.spark.engine import engine
        from truant.runners.spark.stream import Streaming, stream_on

        spark = engine(master, settings)
        keeps = database is not None
        if checkpoint is None:
            told(scan_on(spark, paths, request, with_roots=keeps))
        else:
            how = Streaming(checkpoint, every, files_each, keeps)
            stream_on(spark, paths, request, how, told)
    result = last[0].result
    tell_of(result)
    if fail_on is not None and any(severity(one) >= fail_on.least for one in result.findings):
        raise typer.Exit(FAILED)
    check_all_was_read(result, paths)


@contextmanager
def _told() -> Iterator[None]:
    """Turn what goes wrong in Spark into CannotSpark."""
    try:
        from pyspark.errors import PySparkException

        from truant.runners.spark.stream import BrokenStream
    except ModuleNotFoundError as error:
        raise CannotSpark(
            f"this needs {error.name}, which is not installed: pip install 'truant[spark]'"
        ) from error
    try:
        yield
    except (PySparkException, BrokenStream) as error:
        raise CannotSpark(f"Spark: {str(error).splitlines()[0]}") from error


def _settings(conf: list[str] | None) -> dict[str, str]:
    found = {}
    for one in conf or ():
        name, equals, value = one.partition("=")
        if not equals:
            raise CannotSpark(f"--conf {one}: write NAME=VALUE, as for spark-submit.")
        found[name] = value
    return found


def _keep(judged: "Judged", database: str) -> None:
    """Write findings to a store: those that are there already change only where they differ."""
    try:
        from truant.connectors.store.database import BadStore, open_store
        from truant.runners.judging import keep_verdicts
    except ModuleNotFoundError as error:
        raise CannotSpark(
            f"--database needs {error.name}, which is not installed: pip install 'truant[server]'"
        ) from error
    try:
        store = open_store(database)
    except BadStore as error:
        raise CannotSpark(str(error)) from error
    now = time.time_ns() // 1_000_000
    with closing(store):
        keep_verdicts(store, judged.result.verdicts, judged.roots, judged.world.around, now)

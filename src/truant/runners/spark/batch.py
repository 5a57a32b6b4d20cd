"""A scan on Spark: folders, buckets, or both; the findings of `truant scan`, byte for byte."""

from collections.abc import Sequence
from functools import reduce
from pathlib import Path

from pyspark.sql import DataFrame, SparkSession

from truant.connectors import trail_files
from truant.runners.embedded import chunks
from truant.runners.scan import ScanRequest, known_of
from truant.runners.spark.folding import SCHEMA, fold_chunks, fold_contents, is_url, join_rows
from truant.runners.spark.rounds import Judged, judge_rows

# What Spark reads of a bucket or another file system; other names are left out there.
NAMES = "*.{json,jsonl,ndjson,log,cloudtrail,json.gz,jsonl.gz,ndjson.gz,log.gz,cloudtrail.gz}"


def scan_on(
    spark: SparkSession, sources: Sequence[str], request: ScanRequest, *, with_roots: bool = False
) -> Judged:
    """Fold and judge what lies under some paths and URLs; `request` names all else.

    Flow logs are not read. Raises Unreadable, NoInventory, BadConfig or BadFeed.
    """
    notices: list[str] = []
    known = known_of(request, notices)
    told, others = folded(spark, sources)
    joined = join(told).persist()
    try:
        judged = judge_rows(spark, joined, known, notices, with_roots=with_roots)
    finally:
        joined.unpersist()
    accounting = judged.result.accounting
    accounting.others += others
    return judged


def folded(spark: SparkSession, sources: Sequence[str]) -> tuple[DataFrame, int]:
    """The rows of each task that folds, and how many files are not named like logs.

    What executors see as files they read themselves; the rest comes through Spark.
    """
    here, others = trail_files.find([Path(one) for one in sources if not is_url(one)])
    frames = [_of_files(spark, here)] if here else []
    urls = [one for one in sources if is_url(one)]
    if urls:
        read = spark.read.format("binaryFile").option("recursiveFileLookup", "true")
        found = read.option("pathGlobFilter", NAMES).load(urls)
        frames.append(found.select("path", "content").mapInArrow(fold_contents, SCHEMA))
    if not frames:
        return spark.createDataFrame([], SCHEMA), others
    return reduce(DataFrame.unionByName, frames), others


def _of_files(spark: SparkSession, paths: Sequence[Path]) -> DataFrame:
    context = spark.sparkContext
    runs = chunks(paths, context.defaultParallelism)
    told = context.broadcast(runs)
    numbers = spark.range(0, len(runs), 1, len(runs))
    return numbers.mapInArrow(fold_chunks(lambda: told.value), SCHEMA)


def join(rows: DataFrame) -> DataFrame:
    """Rows joined: one for each kind and name."""
    together = rows.repartition("kind", "name").sortWithinPartitions("kind", "name")
    return together.mapInArrow(join_rows, SCHEMA)

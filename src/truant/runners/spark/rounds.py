"""One round of judging: joined rows in, findings out. The same for a batch and for a stream."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import cast

import pyarrow as pa
from msgspec import Struct
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as f

from truant.detection.findings import finding
from truant.model.finding import Verdict
from truant.model.network import Place
from truant.runners.scan import (
    Known,
    ScanResult,
    about_coverage,
    about_judging,
    when,
)
from truant.runners.spark import index, judging
from truant.runners.spark.families import families
from truant.runners.spark.index import ISSUED, Entry, Shared, decode_numbers
from truant.runners.spark.world import World


class Judged(Struct):
    """What a round found: the result of a scan, and what it was judged in.

    `roots` are the principals that were judged, where they were asked for.
    """

    result: ScanResult
    world: World
    roots: list[str]


def judge_rows(
    spark: SparkSession,
    joined: DataFrame,
    known: Known,
    notices: Sequence[str],
    *,
    with_roots: bool = False,
) -> Judged:
    """Judge everything folded: (kind, name, value), one row for each kind and name.

    `notices` are what reading `known` told; `with_roots`: name all whom this judges.
    """
    entries = joined.mapInArrow(index.index_rows, index.SCHEMA).persist()
    try:
        gathered = entries.where(f.col("what").isin(*index.GATHERED))
        shared = Shared(Entry(*row) for row in _rows(gathered))  # type: ignore[arg-type]
        world = _world(known, shared, entries)
        told = spark.sparkContext.broadcast(world)
        together = families(joined, entries)
        task = judging.judge_families(lambda: told.value)
        outcomes = _rows(together.mapInArrow(task, judging.SCHEMA))
        result = _result(outcomes, world, shared, notices)
        return Judged(result, world, _roots(entries) if with_roots else [])
    finally:
        entries.unpersist()


def _rows(frame: DataFrame) -> Iterable[tuple[object, ...]]:
    table: pa.Table = frame.toArrow()
    return zip(*(column.to_pylist() for column in table.columns), strict=True)


def _world(known: Known, shared: Shared, entries: DataFrame) -> World:
    world = World(known, shared.facts, shared.read.accounts, shared.owners)
    world.neighbours, world.habits = shared.neighbours, shared.habits
    inventory = world.around.inventory
    accounts = {
        account
        for instance, named in shared.claims
        for account in (inventory.always(instance, "account"), named)
        if account
    }
    if accounts:
        issued = entries.where(f.col("what") == ISSUED).where(f.col("name").isin(*accounts))
        for account, value in _rows(issued.select("name", "value")):
            times = world.issued_at.setdefault(cast("str", account), [])
            times += decode_numbers(cast("bytes", value))
        for times in world.issued_at.values():
            times.sort()
    return world


def _roots(entries: DataFrame) -> list[str]:
    own = entries.where(f.col("what") == index.KEY).where("root").where("name = other")
    return sorted(cast("str", name) for (name,) in _rows(own.select("name")))


def _result(
    outcomes: Iterable[tuple[object, ...]], world: World, shared: Shared, notices: Sequence[str]
) -> ScanResult:
    told: dict[str, Verdict] = {}
    quiet: Counter[Place] = Counter()
    excused: set[tuple[str, bytes]] = set()
    for what, name, value in cast("Iterable[judging.Outcome]", outcomes):
        if what == judging.TOLD:
            told[name] = judging.verdict_of(value)
        elif what == judging.QUIET:
            quiet[Place(name)] += judging.number_of(value)
        else:
            excused.add((name, value))
    around, read = world.around, shared.read
    used = Counter(rule for rule, _ in excused)
    ordered = sorted(told.values(), key=when)
    said = [
        *notices,
        *about_judging(quiet, around.trust, used, around.ranges, read.latest),
        *about_coverage(shared.tamperings, shared.silences),
    ]
    findings = [finding(verdict, around.inventory, around.feeds) for verdict in ordered]
    return ScanResult(findings, ordered, [], read.accounting, said)

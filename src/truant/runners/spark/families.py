"""Families: which rows must be judged together, put together by joins.

A root is the session of an instance. To it belong the credentials of its own keys, those that its
keys made and those that these made in turn, and the sessions that used them.
"""

from functools import reduce

from pyspark.sql import DataFrame
from pyspark.sql import functions as f

from truant.detection.lineage import GENERATIONS_MAX
from truant.runners.spark.index import KEY, PARENT
from truant.runners.spark.judging import MINTED, RELATIVE, SELF
from truant.runners.spark.rows import MINTS, SESSION


def families(joined: DataFrame, index: DataFrame) -> DataFrame:
    """The members of all families: (root, member, value), those of one root together.

    `joined` are the rows of everything folded, one for each kind and name.
    """
    sessions = joined.where(f.col("kind") == SESSION).select("name", "value")
    minted = joined.where(f.col("kind") == MINTS).select("name", "value")
    keys = index.where(f.col("what") == KEY).select("name", f.col("other").alias("holder"), "root")
    own = keys.where("root").select("name", f.col("holder").alias("root"))
    made = _lineage(own, index.where(f.col("what") == PARENT))
    roots = own.select(f.col("root").alias("name")).distinct()
    relatives = (
        made.join(keys.drop("root"), "name")
        .select("root", f.col("holder").alias("name"))
        .where("root != name")
        .distinct()
    )
    members = [
        _members(sessions.join(roots, "name", "left_semi").withColumn("root", f.col("name")), SELF),
        _members(own.unionByName(made).distinct().join(minted, "name"), MINTED),
        _members(relatives.join(sessions, "name"), RELATIVE),
    ]
    together = reduce(DataFrame.unionByName, members)
    return together.repartition("root").sortWithinPartitions("root", "member")


def _members(rows: DataFrame, member: int) -> DataFrame:
    return rows.select("root", f.lit(member).alias("member"), "value")


def _lineage(own: DataFrame, parents: DataFrame) -> DataFrame:
    """The keys made with the roots' keys and, generation by generation, with these: (name, root).

    Each generation is one join; the first that is empty is the last.
    """
    made = parents.select(f.col("name").alias("parent"), f.col("other").alias("name"))
    found, generation = own.limit(0), own
    for _ in range(GENERATIONS_MAX):
        parent = generation.withColumnRenamed("name", "parent")
        generation = made.join(parent, "parent").select("name", "root").distinct().localCheckpoint()
        if generation.isEmpty():
            break
        found = found.unionByName(generation)
    return found

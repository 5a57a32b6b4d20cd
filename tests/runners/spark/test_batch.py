"""Law 3 on real Spark, in batch: the findings of a scan, byte for byte."""

from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from tests.runners.spark.trails import (
    findings,
    five_days,
    fleet_day,
    real,
    simulated,
    told_otherwise,
)
from truant.connectors.trail_files import Unreadable
from truant.runners.spark.batch import scan_on

pytestmark = pytest.mark.xdist_group("spark")
# Chains, sign-ins, forged names, several parties, keys handed on.
FAMILIES = ("E8", "E9", "E14", "E15", "E19", "T25")


def test_the_demo_world_as_it_was_delivered(spark: SparkSession, tmp_path: Path) -> None:
    trail = simulated(tmp_path, "demo")
    usual, found = trail.scanned(), scan_on(spark, [str(trail.folder)], trail.request)
    assert len(usual.findings) == 3
    assert findings(found.result) == findings(usual)
    assert found.result.accounting == usual.accounting
    assert found.result.notices == usual.notices


@pytest.mark.parametrize("full", [True, False], ids=["with inventory", "log only"])
def test_families_shuffled_and_doubled(spark: SparkSession, tmp_path: Path, full: bool) -> None:
    trail = simulated(tmp_path / "world", *FAMILIES)
    given = trail.request if full else trail.bare
    usual = trail.scanned(given)
    otherwise = told_otherwise(trail, tmp_path / "otherwise", 9)
    found = scan_on(spark, [str(otherwise)], given, with_roots=True)
    assert usual.findings
    assert findings(found.result) == findings(usual)
    assert found.result.accounting.refused == 1
    judged = {verdict.principal_id for verdict in usual.verdicts}
    assert judged <= set(found.roots)


def test_a_real_theft_record_by_record_as_spark_reads_it(
    spark: SparkSession, tmp_path: Path
) -> None:
    trail = real(tmp_path)
    usual = trail.scanned()
    found = scan_on(spark, [f"file://{trail.folder}"], trail.request)
    assert len(usual.findings) == 1
    assert findings(found.result) == findings(usual)
    assert found.result.accounting.seen == usual.accounting.seen


def test_a_day_of_a_fleet(spark: SparkSession, tmp_path: Path) -> None:
    trail = fleet_day(tmp_path, 20_000)
    usual = trail.scanned()
    assert len(usual.findings) >= 2
    for source in (trail.folder, told_otherwise(trail, tmp_path / "otherwise", 7)):
        found = scan_on(spark, [str(source)], trail.request)
        assert findings(found.result) == findings(usual)


def test_what_was_learned_on_days_before(spark: SparkSession, tmp_path: Path) -> None:
    trail = five_days(simulated(tmp_path / "world", "demo"), tmp_path / "days")
    usual = trail.scanned()
    told = {evidence.signal for verdict in usual.verdicts for evidence in verdict.evidence}
    assert "novelty" in told, "nothing was learned, so that nothing is tested"
    found = scan_on(spark, [str(trail.folder)], trail.request)
    assert findings(found.result) == findings(usual)


def test_nothing_there_and_nothing_read(spark: SparkSession, tmp_path: Path) -> None:
    trail = simulated(tmp_path, "demo")
    (tmp_path / "empty").mkdir()
    found = scan_on(spark, [str(tmp_path / "empty")], trail.request)
    assert (found.result.findings, found.result.accounting.files) == ([], 0)
    with pytest.raises(Unreadable, match="no such file"):
        scan_on(spark, [str(tmp_path / "nowhere")], trail.request)

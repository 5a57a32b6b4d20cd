"""`truant spark-scan`: what it prints, where findings go, and what it says of wrong use."""

import json
from contextlib import closing
from pathlib import Path

import pytest
import typer

from tests.command import given, truant
from tests.runners.spark.trails import Trail, findings, simulated
from tests.runners.test_judging import bodies
from truant.commands.options import FailOn, Format
from truant.commands.spark_scan import spark_scan
from truant.connectors.store.database import Store, open_store
from truant.connectors.store.history import Change
from truant.runners.judging import keep_verdicts
from truant.runners.scan import ScanRequest, ScanResult, gather

NOW = 1_800_000_000_000  # milliseconds: later than every simulated call
pytestmark = pytest.mark.xdist_group("spark")


def scan_in_process(
    trail: Trail, request: ScanRequest, folder: Path, fail_on: FailOn | None = None
) -> None:
    """Run the command in the tests' own Spark, into `findings.jsonl` and `truant.db`."""
    spark_scan(
        [str(trail.folder)],
        inventory=request.inventory,
        config=request.config,
        ip_ranges=request.ip_ranges,
        format_=Format.JSONL,
        output=folder / "findings.jsonl",
        database=str(folder / "truant.db"),
        fail_on=fail_on,
    )


@pytest.mark.usefixtures("spark")
def test_findings_go_to_file_and_store(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    trail = simulated(tmp_path / "world", "demo")
    usual = trail.scanned()
    with pytest.raises(typer.Exit) as ended:
        scan_in_process(trail, trail.request, tmp_path, FailOn.HIGH)
    assert ended.value.exit_code == 1
    assert (tmp_path / "findings.jsonl").read_text().splitlines() == findings(usual)
    said = capsys.readouterr()
    assert said.out == ""
    assert f"Read {usual.accounting.records:,} records in" in said.err
    with closing(open_store(str(tmp_path / "truant.db"))) as store:
        assert bodies(store) == as_written(usual)


def as_written(result: ScanResult) -> dict[str, object]:
    """Findings as a store gives them back, by id."""
    return {str(one["id"]): json.loads(json.dumps(one)) for one in result.findings}


def test_a_round_kept_again_changes_nothing_and_what_is_told_no_more_is_withdrawn(
    lite: Store, tmp_path: Path
) -> None:
    trail = simulated(tmp_path / "world", "demo")
    result, read = trail.scanned(), gather(trail.request, lambda *_: None)
    roots = list(read.state.sessions)
    done = keep_verdicts(lite, result.verdicts, roots, read.around, NOW)
    assert bodies(lite) == as_written(result)
    assert set(done.changes) == {Change.CREATED}
    assert not keep_verdicts(lite, result.verdicts, roots, read.around, NOW + 1).changes
    assert not keep_verdicts(lite, [], [], read.around, NOW + 2).changes, "others' stay"
    fewer = keep_verdicts(lite, result.verdicts[1:], roots, read.around, NOW + 3)
    assert fewer.changes == {Change.WITHDRAWN: [result.verdicts[0].id]}
    assert set(bodies(lite)) == {verdict.id for verdict in result.verdicts[1:]}


def test_wrong_use_is_one_line(tmp_path: Path, world: Path) -> None:
    every = truant(tmp_path, "spark-scan", *given(world), "--every=5")
    assert every.returncode == 2
    assert every.stderr == "truant: --every is for streams: name a --checkpoint, too.\n"
    conf = truant(tmp_path, "spark-scan", *given(world), "--conf=spark.x")
    assert conf.returncode == 2
    assert "NAME=VALUE" in conf.stderr


def test_without_spark_it_says_what_to_install(tmp_path: Path, world: Path) -> None:
    (tmp_path / "pyspark").mkdir()
    (tmp_path / "pyspark" / "__init__.py").write_text("raise ModuleNotFoundError(name='pyspark')")
    told = truant(tmp_path, "spark-scan", *given(world), env={"PYTHONPATH": str(tmp_path)})
    assert told.returncode == 2
    assert told.stderr == (
        "truant: this needs pyspark, which is not installed: pip install 'truant[spark]'\n"
    )

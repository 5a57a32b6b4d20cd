"""Law 3 on real Spark, as a stream: the findings of a scan, whatever the micro-batches were."""

import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from tests.command import TRUANT, environment
from tests.runners.spark.trails import (
    Trail,
    findings,
    fleet_day,
    real,
    request,
    simulated,
    told_otherwise,
)
from tests.spark_engine import MASTER, SETTINGS
from truant import spark_submitted
from truant.connectors.trail_files import Unreadable
from truant.runners.spark.rounds import Judged
from truant.runners.spark.stream import BrokenStream, Streaming, stream_on

pytestmark = pytest.mark.xdist_group("spark")
DEADLINE_SECONDS = 600


def streamed(spark: SparkSession, folder: Path, trail: Trail, how: Streaming) -> Judged:
    """The last round of a stream that reads all that is there."""
    rounds: list[Judged] = []
    stream_on(spark, [str(folder)], trail.request, how, rounds.append)
    return rounds[-1]


def batches(checkpoint: Path) -> int:
    """How many micro-batches are committed."""
    return len([one for one in (checkpoint / "commits").glob("*") if one.name.isdigit()])


def test_a_real_theft_in_many_micro_batches(spark: SparkSession, tmp_path: Path) -> None:
    trail = real(tmp_path)
    usual = trail.scanned()
    how = Streaming(str(tmp_path / "checkpoint"), files_each=21)
    found = streamed(spark, trail.folder, trail, how)
    assert batches(tmp_path / "checkpoint") == 5
    assert findings(found.result) == findings(usual)
    assert found.result.accounting == usual.accounting


def test_a_day_of_a_fleet_told_otherwise_in_two_runs(spark: SparkSession, tmp_path: Path) -> None:
    trail = fleet_day(tmp_path / "fleet", 20_000)
    usual = trail.scanned()
    otherwise = told_otherwise(trail, tmp_path / "otherwise", 12)
    later = tmp_path / "later"
    later.mkdir()
    for file in sorted(otherwise.iterdir())[::2]:
        file.rename(later / file.name)
    how = Streaming(str(tmp_path / "checkpoint"), files_each=3)
    first = streamed(spark, otherwise, trail, how)
    assert findings(first.result) != findings(usual)
    for file in later.iterdir():
        shutil.copy(file, otherwise / file.name)
    second = streamed(spark, otherwise, trail, how)
    assert batches(tmp_path / "checkpoint") > 3
    assert findings(second.result) == findings(usual)
    again = streamed(spark, otherwise, trail, how)
    assert findings(again.result) == findings(usual), "nothing new: the state is judged as it is"


class Enough(Exception):
    """The test has seen what it waited for."""


def test_the_inventory_is_read_again_while_the_stream_runs(
    spark: SparkSession, tmp_path: Path
) -> None:
    """The demonstration's world, in which an instance's own gateway is listed late."""
    trail = simulated(tmp_path / "world", "demo")
    usual, folder = trail.scanned(), trail.request.inventory
    assert folder is not None
    late = tmp_path / "inventory"
    gateways = min(folder.rglob("describe-nat-gateways.json"))
    shutil.copytree(folder, late)
    for listed in late.rglob("describe-*.json"):
        listed.unlink()
    shutil.copy(gateways, late / gateways.relative_to(folder))
    given = request(
        trail.folder, inventory=late, config=trail.request.config, ip_ranges=trail.request.ip_ranges
    )
    before = trail.scanned(given)
    assert findings(before) != findings(usual)
    seen: list[list[str]] = []

    def told(judged: Judged) -> None:
        if judged.result.accounting.files < usual.accounting.files:
            return
        seen.append(findings(judged.result))
        shutil.copytree(folder, late, dirs_exist_ok=True)
        if seen[-1] == findings(usual):
            raise Enough

    how = Streaming(str(tmp_path / "checkpoint"), seconds=1, files_each=400)
    with pytest.raises(Enough):
        stream_on(spark, [str(trail.folder)], given, how, told)
    assert seen[0] == findings(before)
    assert not spark.streams.active


def test_a_driver_killed_in_mid_stream_goes_on_where_it_stood(
    spark: SparkSession, tmp_path: Path
) -> None:
    """Begun by spark-submit, whose settings stand; killed; and gone on with in this process."""
    trail = simulated(tmp_path / "world", "demo")
    usual = trail.scanned()
    checkpoint = tmp_path / "checkpoint"
    done = _killed_after(3, trail, checkpoint, tmp_path)
    assert done * 40 < len(trail.files), "it was done before it was killed"
    assert '"App Name":"named by spark-submit"' in _events(tmp_path / "events")
    found = streamed(spark, trail.folder, trail, Streaming(str(checkpoint), files_each=150))
    assert findings(found.result) == findings(usual)
    assert found.result.accounting == usual.accounting, "each file is read once and counted once"


def _events(folder: Path) -> str:
    return "".join(path.read_text() for path in folder.rglob("events*") if path.is_file())


def _killed_after(some: int, trail: Trail, checkpoint: Path, home: Path) -> int:
    """Run a stream of its own until some micro-batches are committed, and kill -9 all of it."""
    (home / "events").mkdir()
    events = {
        "spark.eventLog.enabled": "true",
        "spark.eventLog.compress": "false",
        "spark.eventLog.dir": f"file://{home}/events",
    }
    settings = [f"--conf={name}={value}" for name, value in {**SETTINGS, **events}.items()]
    submit = [str(TRUANT.with_name("spark-submit")), f"--master={MASTER}", *settings]
    arguments = [str(spark_submitted.__file__), str(trail.folder), "--files-each=40"]
    with (home / "log").open("wb") as log:
        process = subprocess.Popen(
            [*submit, "--name=named by spark-submit", *arguments, f"--checkpoint={checkpoint}"],
            env=environment(
                home, {"SPARK_LOCAL_IP": "127.0.0.1", "PYSPARK_PYTHON": sys.executable}
            ),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        try:
            deadline = time.monotonic() + DEADLINE_SECONDS
            while batches(checkpoint) < some and process.poll() is None:
                assert time.monotonic() < deadline, (home / "log").read_text()
                time.sleep(0.05)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            status = process.wait()
    assert status == -signal.SIGKILL, (home / "log").read_text()
    return batches(checkpoint)


def test_what_cannot_be_streamed_is_told(spark: SparkSession, tmp_path: Path) -> None:
    trail = simulated(tmp_path / "world", "demo")
    how = Streaming(str(tmp_path / "checkpoint"))
    with pytest.raises(Unreadable, match="is no folder"):
        streamed(spark, trail.files[0], trail, how)
    with pytest.raises(Unreadable, match="Name a checkpoint of letters"):
        streamed(spark, trail.folder, trail, Streaming(str(tmp_path / "check point")))
    (tmp_path / "empty").mkdir()
    with pytest.raises(Unreadable, match="nothing is committed"):
        streamed(spark, tmp_path / "empty", trail, how)
    assert issubclass(BrokenStream, RuntimeError)

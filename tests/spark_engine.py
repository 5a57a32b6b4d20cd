"""Real Spark for tests, in local mode: one for each worker, as it takes seconds to start."""

import os
import shutil
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

# Two tasks, two partitions, and a JVM that neither compiles much nor collects in parallel: such
# small work is done before either pays.
SETTINGS = {
    "spark.sql.shuffle.partitions": "2",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
    "spark.driver.memory": "1g",
}
MASTER = "local[2]"


def need_java() -> None:
    """Skip where there is no Java; in CI there has to be one."""
    if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
        reason = "no Java on this machine: apt-get install openjdk-17-jre-headless"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)


@pytest.fixture(scope="session")
def spark() -> Iterator["SparkSession"]:
    """Spark in this process, listening on loopback alone."""
    need_java()
    from truant.runners.spark.engine import engine

    started = engine(MASTER, SETTINGS)
    yield started
    started.stop()

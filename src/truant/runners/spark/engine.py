"""The engine: a Spark session with what Truant needs of it.

What a user sets by `spark-submit --conf` stands; only what is not set is set here.
"""

import os
import sys

from pyspark import SparkConf, SparkContext
from pyspark.sql import SparkSession

LOCAL = "local[*]"
_ROCKSDB = "org.apache.spark.sql.execution.streaming.state.RocksDBStateStoreProvider"
# Each row of a decode stage is a whole file: few of them at a time, and tasks that end together.
SETTINGS = {
    "spark.app.name": "truant spark-scan",
    "spark.sql.execution.arrow.maxRecordsPerBatch": "4096",
    "spark.sql.files.maxPartitionBytes": str(16 << 20),
    "spark.sql.files.openCostInBytes": str(64 << 10),
    "spark.sql.streaming.stateStore.providerClass": _ROCKSDB,
    "spark.sql.streaming.stateStore.rocksdb.changelogCheckpointing.enabled": "true",
    "spark.sql.session.timeZone": "UTC",
    # A driver on a busy machine may take longer than Spark's 15 seconds to fetch what was gathered.
    "spark.python.authenticate.socketTimeout": "10m",
}
# Where all of Spark is one process, nothing of it listens on any network.
LOCAL_SETTINGS = {
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.python.unix.domain.socket.enabled": "true",
}


def engine(master: str | None = None, more: dict[str, str] | None = None) -> SparkSession:
    """The Spark session of this process, started if there is none. Takes seconds.

    `master` and `more` are set first; then what spark-submit set; then what Truant needs.
    """
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    if "PYSPARK_GATEWAY_PORT" in os.environ:  # spark-submit's JVM is there, with its settings
        SparkContext._ensure_initialized()  # noqa: SLF001 else SparkConf does not look there
    conf = SparkConf()
    for name, value in (more or {}).items():
        conf.set(name, value)
    if master is not None:
        conf.setMaster(master)
    conf.setIfMissing("spark.master", LOCAL)
    settings = dict(SETTINGS)
    if conf.get("spark.master", LOCAL).startswith("local"):
        os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
        settings |= LOCAL_SETTINGS
    for name, value in settings.items():
        conf.setIfMissing(name, value)
    spark = SparkSession.builder.config(conf=conf).getOrCreate()
    spark.sparkContext.setLogLevel("ERROR")
    return spark

"""Flow logs as Parquet files; needs the extra `truant[flow-parquet]`.

Form: https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-s3-path.html. Fields have their
names with underscores. DuckDB reads the columns that are needed, and counts the records that are
alike.
"""

import importlib
import importlib.util
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from truant.model.flow_lines import (
    ACTIONS,
    DESTINATIONS,
    EARLIEST,
    LATEST,
    MINUTES_MAX,
    STATUSES,
    NotFlowLog,
    layout_of,
)
from truant.model.flow_tally import ACCEPT, INGRESS, PROXY_PORTS, WEB_PORTS, Refused, Tally
from truant.model.hearing import MINUTE

MAGIC = b"PAR1"
REFUSED_MAX = 1000  # rows named one by one
BATCH_ROWS = 50_000
NO_RECORD = "no flow log record"
REMEDY = "install it with: pip install 'truant[flow-parquet]'"
# In a file's name DuckDB takes these for a pattern.
_PATTERN = frozenset("*?[")
_SETTINGS = {
    "threads": 1,
    "memory_limit": "1GB",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
}


def is_installed() -> bool:
    """Whether the extra is there."""
    return importlib.util.find_spec("duckdb") is not None


def read(path: Path) -> Iterator[Tally]:
    """Read a Parquet file in pieces. Raises NotFlowLog where it cannot be read, with the reason."""
    if _PATTERN & set(str(path)):
        raise NotFlowLog("its path holds one of *?[ and so cannot be read as Parquet: rename it")
    if not is_installed():
        raise NotFlowLog(f"Parquet needs the package duckdb: {REMEDY}")
    duckdb = importlib.import_module("duckdb")
    try:
        with duckdb.connect(":memory:", config=_SETTINGS) as connection:
            yield from _tallies(connection, path)
    except duckdb.Error as error:
        raise NotFlowLog(f"no Parquet file that can be read: {str(error)[:200]}") from error


def _tallies(connection: Any, path: Path) -> Iterator[Tally]:  # noqa: ANN401 - the extra's type
    file = connection.read_parquet(str(path), hive_partitioning=False, file_row_number=True)
    file.create_view("file")
    connection.execute(_view(file.columns))
    yield Tally(refused=_refused(connection), size=path.stat().st_size)
    for batch in _batches(connection.execute(_RECORDS)):
        yield Tally(records=Counter({_as_bytes(row[:-1]): row[-1] for row in batch}))
    for batch in _batches(connection.execute(_TALKS)):
        yield Tally(talks={_as_bytes(row) for row in batch})


def _batches(cursor: Any) -> Iterator[list[tuple[Any, ...]]]:  # noqa: ANN401
    while batch := cursor.fetchmany(BATCH_ROWS):
        yield batch


def _as_bytes(row: Iterable[Any]) -> Any:  # noqa: ANN401
    return tuple(one.encode() if isinstance(one, str) else one for one in row)


def _refused(connection: Any) -> list[Refused]:  # noqa: ANN401
    (number,) = connection.execute(_COUNT_UNSOUND).fetchone()
    rows = connection.execute(_UNSOUND, [REFUSED_MAX]).fetchall()
    named = [Refused(row + 1, NO_RECORD) for (row,) in rows]
    return named + [Refused(0, NO_RECORD)] * (number - len(rows))


def _view(names: Iterable[str]) -> str:
    """A view `flow` of the file: the columns that a tally is made of, whatever their types.

    Raises NotFlowLog where one is missing that is needed.
    """
    known = {name.lower().replace("_", "-"): name for name in names}
    layout_of(list(known))
    target = next(name for name in DESTINATIONS if name in known)

    def text(name: str) -> str:
        there = name in known
        return f"coalesce(TRY_CAST(\"{known[name]}\" AS VARCHAR), '-')" if there else _ABSENT

    def whole(name: str) -> str:
        return f'TRY_CAST("{known[name]}" AS BIGINT)'

    columns = {
        "row": "file_row_number",
        "interface": text("interface-id"),
        "instance": text("instance-id"),
        "first": _minute(whole("start")),
        "last": _minute(whole("end")),
        "action": text("action"),
        "status": text("log-status"),
        "direction": text("flow-direction"),
        "target": text(target),
        "service": text("pkt-dst-aws-service"),
        "port": f"CAST({whole('dstport')} AS VARCHAR)",
        "protocol": whole("protocol") if "protocol" in known else "6",
    }
    listed = ", ".join(f"{expression} AS {name}" for name, expression in columns.items())
    return (
        f"CREATE TEMP VIEW flow AS SELECT *, coalesce({_SOUND}, FALSE) AS sound, "  # noqa: S608
        f"coalesce({_TALK}, FALSE) AS talk FROM (SELECT {listed} FROM file)"
    )


def _minute(seconds: str) -> str:
    """Minutes since the epoch; NULL for what is no usable time."""
    return f"CASE WHEN {seconds} BETWEEN {EARLIEST} AND {LATEST - 1} THEN {seconds} // {MINUTE} END"


def _listed(texts: Iterable[bytes | None]) -> str:
    return "(" + ", ".join(f"'{text.decode()}'" for text in sorted(filter(None, texts))) + ")"


_ABSENT = "CAST(NULL AS VARCHAR)"
_SOUND = (
    f"interface <> '-' AND last - first BETWEEN 0 AND {MINUTES_MAX} "
    f"AND action IN {_listed(ACTIONS)} AND coalesce(status, '-') IN {_listed(STATUSES)}"
)
_TALK = (
    f"action = '{ACCEPT.decode()}' AND protocol = 6 "
    f"AND coalesce(direction, '-') <> '{INGRESS.decode()}' "
    f"AND port IN {_listed(WEB_PORTS | PROXY_PORTS)}"
)
_RECORDS = (
    "SELECT interface, instance, first, last, action, status, direction, count(*) "
    "FROM flow WHERE sound GROUP BY ALL"
)
_TALKS = (
    "SELECT DISTINCT interface, instance, first, last, target, service, port "
    "FROM flow WHERE sound AND talk"
)
_COUNT_UNSOUND = "SELECT count(*) FROM flow WHERE NOT sound"
_UNSOUND = "SELECT row FROM flow WHERE NOT sound ORDER BY row LIMIT ?"

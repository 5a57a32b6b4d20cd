"""Flow logs as Parquet tell the same as the same records as text."""

from collections.abc import Mapping
from pathlib import Path

import duckdb
import pytest

from truant.connectors import flow_parquet
from truant.connectors.flow_log_files import read as read_file
from truant.model.flow_lines import FlowLines, NotFlowLog, layout
from truant.model.flow_tally import Refused, Tally

START = 1_764_000_000
# As AWS writes them to S3: numbers are numbers, and what is absent is `-`.
TYPES: Mapping[str, str] = {
    "version": "INTEGER",
    "account_id": "VARCHAR",
    "interface_id": "VARCHAR",
    "srcaddr": "VARCHAR",
    "dstaddr": "VARCHAR",
    "srcport": "INTEGER",
    "dstport": "INTEGER",
    "protocol": "INTEGER",
    "packets": "BIGINT",
    "bytes": "BIGINT",
    "start": "BIGINT",
    "end": "BIGINT",
    "action": "VARCHAR",
    "log_status": "VARCHAR",
    "instance_id": "VARCHAR",
    "pkt_dst_aws_service": "VARCHAR",
    "flow_direction": "VARCHAR",
}
ROWS = [
    f"5 1 eni-1 10.0.0.5 54.10.0.1 40000 443 6 9 99 {START} {START + 30} ACCEPT OK i-1 S3 egress",
    f"5 1 eni-1 10.0.0.5 54.10.0.1 40001 443 6 9 99 {START} {START + 30} ACCEPT OK i-1 S3 egress",
    f"5 1 eni-1 54.10.0.1 10.0.0.5 443 40000 6 9 99 {START} {START + 30} ACCEPT OK i-1 - ingress",
    f"5 1 eni-1 10.0.0.5 10.0.9.9 40000 3128 6 9 99 {START} {START + 99} ACCEPT OK i-1 - egress",
    f"5 1 eni-1 10.0.0.5 54.10.0.1 40000 443 17 9 9 {START} {START + 30} ACCEPT OK i-1 S3 egress",
    f"5 1 eni-2 10.0.0.6 54.10.0.1 40000 22 6 9 99 {START} {START + 30} REJECT OK i-2 S3 egress",
    f"5 1 eni-2 - - - - - - - {START + 60} {START + 119} - NODATA i-2 - -",
    f"5 1 eni-2 - - - - - - - {START + 60} {START + 119} - SKIPDATA i-2 - -",
]
BROKEN = [
    f"5 1 eni-2 - - - - - - - {START} {START - 90} - NODATA i-2 - -",
    "5 1 eni-2 - - - - - - - 7 8 - NODATA i-2 - -",
    f"5 1 eni-2 - - - - - - - {START} {START} PERHAPS NODATA i-2 - -",
    f"5 1 - - - - - - - - {START} {START} - NODATA i-2 - -",
]


def written(path: Path, rows: list[str], columns: str = "*", empty: str = "-") -> Path:
    """Write rows of text as Parquet. `empty` stands in texts where the rows have `-`."""
    listed = ", ".join(f'"{name}" {kind}' for name, kind in TYPES.items())
    marks = ", ".join("?" for _ in TYPES)
    with duckdb.connect(":memory:") as connection:
        connection.execute(f"CREATE TABLE flow ({listed})")
        for row in rows:
            values = [
                (None if kind != "VARCHAR" else empty or None) if value == "-" else value
                for value, kind in zip(row.split(), TYPES.values(), strict=True)
            ]
            connection.execute(f"INSERT INTO flow VALUES ({marks})", values)  # noqa: S608
        connection.sql("FROM flow").project(columns).write_parquet(str(path))
    return path


def whole(path: Path) -> Tally:
    total = Tally()
    for tally in flow_parquet.read(path):
        total.records.update(tally.records)
        total.talks |= tally.talks
        total.refused += tally.refused
        total.size += tally.size
    return total


@pytest.mark.parametrize("empty", ["-", ""])
def test_the_same_as_text(tmp_path: Path, empty: str) -> None:
    header = " ".join(TYPES).replace("_", "-")
    form, _ = layout(header.encode())
    text = FlowLines(form, begun=True).take("".join(f"{row}\n" for row in ROWS).encode())
    found = whole(written(tmp_path / "a.log.parquet", ROWS, empty=empty))
    assert text.refused == found.refused == []
    assert found.records == text.records
    assert found.talks == text.talks


def test_broken_rows_are_refused_with_their_number(tmp_path: Path) -> None:
    found = whole(written(tmp_path / "a.parquet", [ROWS[0], *BROKEN, ROWS[1]]))
    assert found.refused == [Refused(row, "no flow log record") for row in (2, 3, 4, 5)]
    assert sum(found.records.values()) == 2


def test_many_broken_rows_are_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flow_parquet, "REFUSED_MAX", 2)
    found = whole(written(tmp_path / "a.parquet", BROKEN))
    assert [one.position for one in found.refused] == [1, 2, 0, 0]


def test_columns_in_any_order_and_only_some(tmp_path: Path) -> None:
    columns = 'dstport, "end", "start", interface_id, action, dstaddr'
    found = whole(written(tmp_path / "a.parquet", ROWS[:1], columns))
    minute = START // 60
    assert found.talks == {(b"eni-1", None, minute, minute, b"54.10.0.1", None, b"443")}
    assert set(found.records) == {(b"eni-1", None, minute, minute, b"ACCEPT", None, None)}


def test_a_column_is_missing(tmp_path: Path) -> None:
    path = written(tmp_path / "a.parquet", ROWS, 'interface_id, "start", "end", action, dstaddr')
    with pytest.raises(NotFlowLog, match="the format lacks dstport"):
        whole(path)


def test_names_that_sql_would_misread(tmp_path: Path) -> None:
    folder = tmp_path / "o'brien; DROP year=2025"
    folder.mkdir()
    plain = written(tmp_path / "a.parquet", ROWS)
    path = plain.rename(folder / "a.parquet")
    assert sum(whole(path).records.values()) == len(ROWS)
    with pytest.raises(NotFlowLog, match="rename it"):
        whole(tmp_path / "a*.parquet")


def test_no_parquet(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    path.write_bytes(b"PAR1 and nothing more")
    (tally,) = read_file(path)
    (refused,) = tally.refused
    assert "no Parquet file that can be read" in refused.reason


def test_the_reader_knows_parquet_by_its_first_bytes(tmp_path: Path) -> None:
    path = written(tmp_path / "a.parquet", ROWS).rename(tmp_path / "a.log")
    assert sum(sum(tally.records.values()) for tally in read_file(path)) == len(ROWS)

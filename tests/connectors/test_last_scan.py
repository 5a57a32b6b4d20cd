"""The last scan's result, kept for explain; and findings from a file."""

import json
from pathlib import Path

import pytest

from truant.connectors.last_scan import NoFindings, keep, read, read_findings

FOUND: list[dict[str, object]] = [
    {"id": "a" * 32, "severity": 8.0, "text": "\u202e"},
    {"id": "b" * 32},
]


def test_what_is_kept_is_read_again_by_the_user_alone(tmp_path: Path) -> None:
    file = tmp_path / "state" / "truant" / "last-scan.json"
    keep(file, [Path("trail")], FOUND)
    last = read(file)
    assert last is not None
    assert list(last.findings) == FOUND
    assert last.paths == (str(Path.cwd() / "trail"),), "it is found again from another folder"
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700
    assert [path.name for path in file.parent.iterdir()] == [file.name]


def test_the_next_scan_takes_its_place(tmp_path: Path) -> None:
    keep(tmp_path / "kept", [], FOUND)
    keep(tmp_path / "kept", [], [])
    last = read(tmp_path / "kept")
    assert last is not None
    assert last.findings == ()


def test_what_cannot_be_written_leaves_the_last_one(tmp_path: Path) -> None:
    keep(tmp_path / "kept", [], FOUND)
    with pytest.raises(TypeError):
        keep(tmp_path / "kept", [], [{"id": object()}])
    last = read(tmp_path / "kept")
    assert last is not None
    assert list(last.findings) == FOUND
    assert [path.name for path in tmp_path.iterdir()] == ["kept"]


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "[]",
        "{}",
        '{"paths": 1, "findings": []}',
        '{"paths": []}',
        "[" * 9999,
        '{"paths": [], "findings": [7]}',
    ],
)
def test_what_is_broken_is_none(tmp_path: Path, content: str) -> None:
    (tmp_path / "kept").write_text(content)
    assert read(tmp_path / "kept") is None
    assert read(tmp_path / "absent") is None


def test_findings_are_read_from_json_lines(tmp_path: Path) -> None:
    file = tmp_path / "found.jsonl"
    file.write_text("\n".join(map(json.dumps, FOUND)) + "\n\n")
    assert read_findings(file) == FOUND


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b'{"id": "a"}\n\n{"id"', "found.jsonl, line 3: not JSON .*Give what `truant scan"),
        (b'{"id": "a"}\n[1]', "found.jsonl, line 2: not a finding"),
        (b'{"id": 7}', "found.jsonl, line 1: not a finding"),
        (b"[" * 99_999, "found.jsonl, line 1: not JSON"),
        (b"\xff\xfe", "found.jsonl: no text in UTF-8"),
    ],
)
def test_what_is_no_finding_is_named_by_its_line(tmp_path: Path, content: bytes, told: str) -> None:
    file = tmp_path / "found.jsonl"
    file.write_bytes(content)
    with pytest.raises(NoFindings, match=told):
        read_findings(file)


@pytest.mark.parametrize("name", ["absent", "."])
def test_a_file_that_does_not_open_is_named(tmp_path: Path, name: str) -> None:
    with pytest.raises(NoFindings, match="Give what `truant scan"):
        read_findings(tmp_path / name)

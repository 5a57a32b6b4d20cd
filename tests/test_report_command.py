"""`truant report` and `truant case`, as a person runs them."""

import hashlib
import json
from pathlib import Path

import pytest

from tests.command import given, truant


@pytest.fixture(scope="module")
def scanned(world: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The findings of the demonstration's world."""
    home = tmp_path_factory.mktemp("scanned")
    truant(
        home, "scan", *given(world), "--format=jsonl", "--output=findings.jsonl", "--no-remember"
    )
    return home / "findings.jsonl"


def findings(file: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in file.read_text().splitlines()]


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_a_case_is_the_same_bytes_twice(world: Path, scanned: Path, tmp_path: Path) -> None:
    name = str(findings(scanned)[0]["id"])
    for folder in ("one", "two"):
        run = truant(tmp_path, "case", name, folder, world / "trail", f"--from={scanned}")
        assert run.returncode == 0, run.stderr
    made = files(tmp_path / "one")
    assert made == files(tmp_path / "two")
    assert set(made) == {
        "SHA256SUMS",
        "evidence.txt",
        "finding.json",
        "records.jsonl",
        "report.csv",
        "report.html",
        "report.txt",
        "timeline.svg",
    }
    for line in made["SHA256SUMS"].decode().splitlines():
        digest, _, file = line.partition("  ")
        assert hashlib.sha256(made[file]).hexdigest() == digest


def test_every_call_of_the_theft_is_among_the_records(
    world: Path, scanned: Path, tmp_path: Path
) -> None:
    for number, finding in enumerate(findings(scanned)):
        run = truant(
            tmp_path, "case", str(finding["id"]), f"c{number}", world / "trail", f"--from={scanned}"
        )
        assert run.returncode == 0, run.stderr
        lines = (tmp_path / f"c{number}" / "records.jsonl").read_text().splitlines()
        found = [json.loads(line) for line in lines]
        ids = {one["record"]["eventID"] for one in found}
        info = finding["service"]["additionalInfo"]  # type: ignore[index]
        assert set(info["eventIds"]) <= ids
        ids |= {one["record"].get("sharedEventID") for one in found}
        assert {one["eventId"] for one in info["issuance"]} <= ids
        logs = (tmp_path / f"c{number}" / "report.txt").read_text()
        assert all(event in logs for event in info["eventIds"])


def test_no_secret_and_nothing_of_our_network_leaves(
    world: Path, scanned: Path, tmp_path: Path
) -> None:
    name = str(findings(scanned)[0]["id"])
    truant(tmp_path, "case", name, "case", world / "trail", f"--from={scanned}")
    assert b'"sessionToken": "(removed' in files(tmp_path / "case")["records.jsonl"] or (
        b"sessionToken" not in files(tmp_path / "case")["records.jsonl"]
    )
    truant(tmp_path, "report", name, "report", world / "trail", f"--from={scanned}")
    made = files(tmp_path / "report")
    assert set(made) == {"report.csv", "report.html", "report.txt"}
    for content in made.values():
        assert b"subnet-" not in content
        assert b"requestParameters" not in content
    run = truant(
        tmp_path, "report", name, "all", world / "trail", f"--from={scanned}", "--everything"
    )
    assert run.returncode == 0
    assert b"requestParameters" in files(tmp_path / "all")["report.txt"]


def test_a_folder_that_holds_something_is_left_alone(scanned: Path, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes").write_text("mine")
    name = str(findings(scanned)[0]["id"])
    for command in ("report", "case"):
        run = truant(tmp_path, command, name, "mine", f"--from={scanned}")
        assert run.returncode == 2
        assert "not empty" in run.stderr
    assert files(tmp_path / "mine") == {"notes": b"mine"}

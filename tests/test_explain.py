"""`truant explain`: one finding, found by the beginning of its id, in full."""

import json
import shutil
from pathlib import Path

import pytest

from tests.command import given, truant


@pytest.fixture(scope="module")
def home(world: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home in which the world was scanned."""
    folder = tmp_path_factory.mktemp("home")
    run = truant(folder, "scan", *given(world), "--format=jsonl", "--output=found.jsonl")
    assert run.returncode == 0
    return folder


@pytest.fixture(scope="module")
def ids(home: Path) -> dict[str, str]:
    """How the world's three findings' ids begin, by whose use they tell."""
    lines = (home / "found.jsonl").read_text().splitlines()
    begin = [json.loads(line)["id"][:8] for line in lines]
    return dict(zip(("outside", "stranger", "affiliate"), begin, strict=True))


def test_the_last_scan_is_remembered_with_its_trail(home: Path, ids: dict[str, str]) -> None:
    run = truant(home, "explain", ids["outside"][:3])
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout.startswith("HIGH 8  almost certain (>99 %)\n")
    assert "\nCalls, in order of time (UTC)\n" in run.stdout, "all of them, from the trail"
    assert "What to do, in this order" in run.stdout


def test_without_a_scan_the_trail_is_named(
    world: Path, tmp_path: Path, ids: dict[str, str]
) -> None:
    run = truant(tmp_path, "explain", ids["affiliate"], *given(world))
    assert run.returncode == 0
    assert run.stdout.startswith("MEDIUM 5  ")
    assert "\nCalls, in order of time (UTC)\n" in run.stdout
    assert not (tmp_path / ".local").exists(), "to explain remembers nothing"


def test_findings_may_come_from_a_file(home: Path, tmp_path: Path, ids: dict[str, str]) -> None:
    run = truant(tmp_path, "explain", ids["stranger"], "--from", home / "found.jsonl")
    assert run.returncode == 0
    assert "as far as the finding names them; the trail is not at hand" in run.stdout


def test_a_file_and_a_trail_go_together(
    world: Path, home: Path, tmp_path: Path, ids: dict[str, str]
) -> None:
    found = home / "found.jsonl"
    run = truant(tmp_path, "explain", ids["stranger"], world / "trail", "--from", found)
    assert "\nCalls, in order of time (UTC)\n" in run.stdout


def test_a_trail_that_is_gone_since_is_said_to_be(
    world: Path, tmp_path: Path, ids: dict[str, str]
) -> None:
    trail = shutil.copytree(world / "trail", tmp_path / "trail")
    truant(tmp_path, "scan", trail, *given(world)[1:])
    shutil.rmtree(trail)
    run = truant(tmp_path, "explain", ids["outside"])
    assert run.returncode == 0
    assert "the trail is not at hand" in run.stdout


def test_it_gives_the_finding_to_programs_too(home: Path, ids: dict[str, str]) -> None:
    run = truant(home, "explain", ids["outside"], "--format=jsonl")
    (line,) = run.stdout.splitlines()
    assert line == (home / "found.jsonl").read_text().splitlines()[0]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["ffff"], "ffff: no finding of that id in the last scan; name the trail, or --from FILE."),
        ([""], "An empty id: no finding of that id"),
        (["c", "--from", "absent"], "absent: No such file or directory. Give what `truant scan"),
        (["c", "absent"], "absent: no such file or folder. Name a CloudTrail file"),
    ],
)
def test_what_cannot_be_explained_says_why(home: Path, arguments: list[str], told: str) -> None:
    run = truant(home, "explain", *arguments)
    assert (run.returncode, run.stdout) == (2, "")
    assert told in run.stderr


def test_an_id_that_fits_several_names_them(home: Path, tmp_path: Path) -> None:
    two = tmp_path / "two.jsonl"
    lines = (home / "found.jsonl").read_text().splitlines()
    first, second = (json.loads(line) for line in lines[:2])
    first["id"], second["id"] = "ab11" + "0" * 28, "ab22" + "0" * 28
    two.write_text(json.dumps(first) + "\n" + json.dumps(second) + "\n")
    run = truant(tmp_path, "explain", "ab", "--from", two)
    assert run.returncode == 2
    assert "ab: 2 findings begin so: ab11000000, ab22000000. Give more of the id." in run.stderr


def test_before_any_scan_it_says_to_scan(tmp_path: Path) -> None:
    run = truant(tmp_path, "explain", "abc")
    assert run.returncode == 2
    assert run.stderr == "truant: abc: no finding of that id in any scan kept: scan first.\n"


def test_what_the_demonstration_found_is_explained(tmp_path: Path, ids: dict[str, str]) -> None:
    shown = truant(tmp_path, "demo").stdout
    assert f"explain {ids['outside']}" in shown
    run = truant(tmp_path, "explain", ids["outside"])
    assert run.returncode == 0
    assert "role shop-web" in run.stdout

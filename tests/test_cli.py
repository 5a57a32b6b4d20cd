"""The command line's contract: what goes to which stream, exit codes, what is said of mistakes."""

import json
import os
import re
import shutil
from pathlib import Path

import pytest

from tests.command import bound_by_permissions, given, in_shell, lay_out, truant

EXFILTRATION = "UnauthorizedAccess:IAMUser/InstanceCredentialExfiltration"


def test_findings_go_to_output_and_the_rest_to_error(world: Path, tmp_path: Path) -> None:
    run = truant(tmp_path, "scan", *given(world))
    assert run.returncode == 0
    assert run.stdout.startswith("3 findings (2 high, 1 medium) about 1 instance.\n")
    assert "quarantined." not in run.stdout
    assert "quarantined.\n" in run.stderr
    assert "HIGH" not in run.stderr
    assert "\x1b" not in run.stdout + run.stderr, "no colour and no bar without a terminal"


def test_json_lines_are_guardduty_s_shape(world: Path, tmp_path: Path) -> None:
    run = truant(tmp_path, "scan", *given(world), "--format", "jsonl")
    found = [json.loads(line) for line in run.stdout.splitlines()]
    told = [(one["type"].removeprefix(EXFILTRATION), one["severity"]) for one in found]
    assert told == [(".OutsideAWS", 8), (".InsideAWS", 8), (".InsideAWS", 5)]
    actions = [one["service"]["action"]["awsApiCallAction"] for one in found]
    assert [action.get("remoteAccountDetails") for action in actions] == [
        None,
        {"affiliated": False, "accountId": "777788889999"},
        {"affiliated": True, "accountId": "444455556666"},
    ]
    assert run.stdout.isascii(), "no character of a log reaches a terminal as it is"


def test_accounting_adds_up(world: Path, tmp_path: Path) -> None:
    run = truant(tmp_path, "scan", *given(world), "--format", "jsonl")
    pattern = r"Read ([\d,]+) records .*: ([\d,]+) folded, ([\d,]+) ignored, ([\d,]+) quarantined"
    told = re.match(pattern, run.stderr)
    assert told
    read, folded, ignored, quarantined = (int(text.replace(",", "")) for text in told.groups())
    assert read == folded + ignored + quarantined
    named = re.findall(r"^  (folded|ignored) +([\d,]+)  \w", run.stderr, re.MULTILINE)
    for word, total in (("folded", folded), ("ignored", ignored)):
        assert sum(int(n.replace(",", "")) for which, n in named if which == word) == total > 0


@pytest.mark.parametrize(
    ("scenario", "least", "code"),
    [
        ("E21", "high", 0),  # a use from another instance: medium
        ("E21", "medium", 1),
        ("E14", "medium", 0),  # an impostor: low
        ("E14", "low", 1),
        ("T1", "low", 0),  # nothing stolen
    ],
)
def test_fail_on(tmp_path: Path, scenario: str, least: str, code: int) -> None:
    world = lay_out(tmp_path / "world", scenario)
    assert truant(tmp_path, "scan", *given(world), "--fail-on", least).returncode == code


def test_nothing_found_is_said_and_is_no_failure(tmp_path: Path) -> None:
    world = lay_out(tmp_path / "world", "T1")
    run = truant(tmp_path, "scan", *given(world))
    assert (run.returncode, run.stdout) == (0, "No finding.\n")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["nowhere"], "nowhere: no such file or folder. Name a CloudTrail file"),
        (["TRAIL", "--inventory", "nowhere"], "nowhere: there is no such folder"),
        (["TRAIL", "--inventory", "TRAIL"], "holds no inventory. Expected <account-id>/<region>/"),
        (["TRAIL", "--config", "nowhere"], "nowhere: there is no such file"),
        (["TRAIL", "--config", "."], ".: Is a directory"),
        (["TRAIL", "--config", "wrong.toml"], "wrong.toml: unknown key accounts.memebers"),
        (["TRAIL", "--ip-ranges", "nowhere"], "nowhere: cannot be read"),
        (["TRAIL", "--ip-ranges", "wrong.toml"], "wrong.toml: not AWS's ip-ranges.json"),
        (["TRAIL", "--output", "nowhere/x"], "nowhere/x: there is no such folder. Make it"),
        (["TRAIL", "--output", "."], ".: is a folder. Name a file in it."),
    ],
)
def test_what_is_named_wrongly_is_said_at_once(
    world: Path, tmp_path: Path, arguments: list[str], told: str
) -> None:
    (tmp_path / "wrong.toml").write_text("[accounts]\nmemebers = []\n")
    trail = str(world / "trail")
    run = truant(tmp_path, "scan", *(trail if one == "TRAIL" else one for one in arguments))
    assert (run.returncode, run.stdout) == (2, "")
    assert run.stderr.startswith("truant: ")
    assert told in run.stderr
    assert len(run.stderr.splitlines()) == 1, "before anything was read"


@pytest.mark.parametrize(
    "arguments", [["scan"], ["scna"], ["scan", "x", "--format", "xml"], ["scan", "x", "--jobs=0"]]
)
def test_bad_usage_is_two(tmp_path: Path, arguments: list[str]) -> None:
    run = truant(tmp_path, *arguments)
    assert (run.returncode, run.stdout) == (2, "")
    assert "Usage: truant" in run.stderr


def test_one_broken_file_stops_nothing(world: Path, tmp_path: Path) -> None:
    trail = shutil.copytree(world / "trail", tmp_path / "trail")
    (trail / "broken.json").write_text('{"Records": [{"eventName": "Cut')
    (trail / "cut.json.gz").write_bytes(b"\x1f\x8b\x08\x00 no gzip")
    (trail / "notes.txt").write_text("not read")
    digest = trail / "CloudTrail-Digest" / "1_CloudTrail-Digest_us-east-1_x.json.gz"
    digest.parent.mkdir()
    digest.write_bytes(b"")
    run = truant(tmp_path, "scan", trail, *given(world)[1:])
    assert run.returncode == 0
    assert run.stdout.startswith("3 findings")
    assert " 2 quarantined." in run.stderr
    assert f"quarantined: {trail / 'broken.json'}: " in run.stderr
    assert f"quarantined: {trail / 'cut.json.gz'}: gzip cut off" in run.stderr
    left_out = [line.split() for line in run.stderr.splitlines() if "left out" in line]
    assert left_out == [
        ["left", "out", "1", "files:", "CloudTrail", "digest", "file"],
        ["left", "out", "1", "files:", "not", "named", "like", "logs"],
    ]


def test_a_closed_file_and_a_closed_folder_are_named_at_the_end(
    world: Path, tmp_path: Path
) -> None:
    """What could not be opened was not looked at, so that "no finding" would mislead."""
    trail = shutil.copytree(world / "trail", tmp_path / "trail")
    (trail / "closed.json").write_text("{}")
    (trail / "closed").mkdir()
    for path in (trail / "closed.json", trail / "closed"):
        path.chmod(0)
    before = bound_by_permissions()
    run = truant(tmp_path, "scan", trail, *given(world)[1:], before=before)
    (trail / "closed").chmod(0o755)
    assert run.returncode == 2
    assert run.stdout.startswith("3 findings"), "the rest is scanned all the same"
    for name in ("closed.json", "closed"):
        assert f"quarantined: {trail / name}: cannot be read: Permission denied\n" in run.stderr
    assert run.stderr.splitlines()[-1].startswith("truant: 2 paths could not be read, first ")


def test_fail_on_wins_over_what_could_not_be_read(world: Path, tmp_path: Path) -> None:
    (tmp_path / "closed.json").symlink_to("/proc/self/mem")
    run = truant(tmp_path, "scan", tmp_path, *given(world), "--fail-on", "high")
    assert run.returncode == 1
    assert "cannot be read: Input/output error" in run.stderr


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        (None, "", "no file there is named like a log"),
        ("notes.txt", "x", "no file there is named like a log"),
        ("a.json", "[1, 2]", "no file there holds CloudTrail records that can be read"),
    ],
)
def test_where_nothing_is_read_nothing_is_claimed(
    tmp_path: Path, name: str | None, content: str, told: str
) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    if name:
        (folder / name).write_text(content)
    run = truant(tmp_path, "scan", folder)
    assert (run.returncode, run.stdout) == (2, "")
    assert told in run.stderr


def test_an_hour_without_calls_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "quiet.json").write_text('{"Records": []}')
    run = truant(tmp_path, "scan", "quiet.json")
    assert (run.returncode, run.stdout) == (0, "No finding.\n")
    assert "Read 0 records in 1 file" in run.stderr


def test_without_inventory_and_ranges_it_says_what_is_unknown(world: Path, tmp_path: Path) -> None:
    run = truant(tmp_path, "scan", world / "trail")
    assert run.returncode == 0
    assert "No inventory was given" in run.stderr
    assert "the owners of AWS's addresses are unknown" in run.stderr
    assert "Give --ip-ranges FILE" in run.stderr


def test_the_network_is_asked_only_when_told_to(world: Path, tmp_path: Path) -> None:
    """Through a proxy that is not there: whoever asks for anything is refused, and says so."""
    nowhere = dict.fromkeys(("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY"), "http://127.0.0.1:9")
    silent = truant(tmp_path, "scan", world / "trail", env=nowhere)
    assert "ip-ranges.amazonaws.com/ip-ranges.json: Connect" not in silent.stderr
    asking = truant(tmp_path, "scan", world / "trail", "--download", env=nowhere)
    assert asking.returncode == 0
    assert "not updated: https://ip-ranges.amazonaws.com/ip-ranges.json: Connect" in asking.stderr


def test_output_replaces_a_file_whole(world: Path, tmp_path: Path) -> None:
    file = tmp_path / "found.jsonl"
    file.write_text("old")
    file.chmod(0o640)
    run = truant(tmp_path, "scan", *given(world), "--format=jsonl", "--output", file)
    assert (run.returncode, run.stdout) == (0, "")
    assert len(file.read_text().splitlines()) == 3
    assert file.stat().st_mode & 0o777 == 0o640
    assert "3 findings (2 high, 1 medium) about 1 instance. Written to" in run.stderr


def test_output_that_does_not_fit_leaves_the_old_file(world: Path, tmp_path: Path) -> None:
    (tmp_path / "found.jsonl").write_text("old")
    line = 'ulimit -f 8; "$@" --format=jsonl --output found.jsonl'  # 8 blocks of 1,024 bytes
    run = in_shell(tmp_path, line, "scan", *given(world), "--no-remember")
    assert run.returncode == 2
    assert "truant: found.jsonl: File too large. Make room" in run.stderr
    assert (tmp_path / "found.jsonl").read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["found.jsonl"]


def test_a_full_disk_behind_standard_output_is_told(world: Path, tmp_path: Path) -> None:
    run = in_shell(tmp_path, '"$@" > /dev/full', "scan", *given(world))
    assert run.returncode == 2
    assert run.stderr.splitlines()[-1] == (
        "truant: standard output: No space left on device. Make room, or write elsewhere."
    )


def test_output_to_a_device_leaves_it_a_device(world: Path, tmp_path: Path) -> None:
    run = truant(tmp_path, "scan", *given(world), "--format=jsonl", "--output", "/dev/stdout")
    assert len(run.stdout.splitlines()) == 3
    assert Path("/dev/stdout").is_symlink()


def test_jq_reads_it(world: Path, tmp_path: Path) -> None:
    if shutil.which("jq") is None:
        pytest.skip("there is no jq here")
    line = '"$@" --format=jsonl 2>/dev/null | jq -r .severity'
    assert in_shell(tmp_path, line, "scan", *given(world)).stdout == "8\n8\n5\n"


def test_version(tmp_path: Path) -> None:
    assert truant(tmp_path, "--version").stdout.startswith("truant 0.")


def test_the_result_is_kept_for_the_user_alone_or_not_at_all(world: Path, tmp_path: Path) -> None:
    kept = tmp_path / ".local" / "state" / "truant" / "last-scan.json"
    truant(tmp_path, "scan", *given(world), "--no-remember")
    assert not kept.exists()
    truant(tmp_path, "scan", *given(world))
    assert kept.stat().st_mode & 0o777 == 0o600


def test_a_state_folder_that_cannot_be_written_costs_a_note(world: Path, tmp_path: Path) -> None:
    (tmp_path / ".local").write_text("in the way")
    run = truant(tmp_path, "scan", *given(world))
    assert run.returncode == 0
    assert "note: the result was not kept for explain: " in run.stderr
    assert os.linesep.join(run.stdout.splitlines()[:1]).startswith("3 findings")


def test_demo_finds_the_three_thefts_and_leaves_the_last_scan_alone(
    world: Path, tmp_path: Path
) -> None:
    truant(tmp_path, "scan", *given(world))
    kept = tmp_path / ".local" / "state" / "truant" / "last-scan.json"
    before = kept.read_bytes()
    run = truant(tmp_path, "demo")
    assert (run.returncode, run.stderr) == (0, "")
    assert "3 of 3 thefts found, 0 false alarms." in run.stdout
    assert kept.read_bytes() == before


def test_simulate_writes_a_world_once(tmp_path: Path) -> None:
    first = truant(tmp_path, "simulate", "out", "--scenario", "T1,E3")
    assert first.returncode == 0
    assert "flow-logs, inventory, ip-ranges.json, trail, truant.toml, truth.json" in first.stdout
    again = truant(tmp_path, "simulate", "out")
    assert (again.returncode, again.stdout) == (2, "")
    assert "out: is there already and not empty" in again.stderr
    assert truant(tmp_path, "demo", "--keep", "out").returncode == 2
    unknown = truant(tmp_path, "simulate", "new", "--scenario", "E999")
    assert unknown.returncode == 2
    assert "there is no scenario E999" in unknown.stderr

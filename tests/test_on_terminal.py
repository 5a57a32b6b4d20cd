"""On a terminal, through pipes, with streams closed, and interrupted: how a run looks and ends."""

import os
import re
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.command import TRUANT, Terminal, environment, given, in_shell, lay_out, truant

ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
COLOURS = re.compile(r"\x1b\[(?:\d+;)*(?:3[0-7]|4[0-7]|9[0-7]|38;[0-9;]+)m")


def shown(world: Path, home: Path, columns: int, **env: str) -> str:
    """What a scan leaves on a terminal, colours and all."""
    terminal = Terminal(home, columns, ["scan", *given(world), "--jobs", "1"], env)
    output = terminal.output()
    assert terminal.process.returncode == 0
    return output


def lines_of(output: str) -> list[str]:
    """The lines that stay, without colours: what follows the last erasure of the bar."""
    return ESCAPES.sub("", output.rpartition("\x1b[2K")[2]).splitlines()


@pytest.mark.parametrize("columns", [40, 80, 200])
def test_no_line_is_wider_than_the_terminal(world: Path, tmp_path: Path, columns: int) -> None:
    lines = lines_of(shown(world, tmp_path, columns))
    assert max(map(len, lines)) <= columns
    text = " ".join(" ".join(lines).split())
    for words in ("role shop-web", "outside AWS", "almost certain", "(>99 %)", "not"):
        assert words in text


def test_a_wide_terminal_gets_a_table_and_a_narrow_one_cards(world: Path, tmp_path: Path) -> None:
    wide = lines_of(shown(world, tmp_path, 200))
    assert any(re.match(r" Finding +Who +From where +How sure +Why", line) for line in wide)
    narrow = lines_of(shown(world, tmp_path, 80))
    assert not any("From where" in line for line in narrow)
    assert "  from  109.40.218.106, outside AWS" in narrow


def test_a_terminal_has_colour_and_a_bar_that_goes(world: Path, tmp_path: Path) -> None:
    output = shown(world, tmp_path, 100)
    assert COLOURS.search(output)
    assert "reading" in output
    assert lines_of(output)[0].startswith("3 findings")


def test_no_color_is_heard(world: Path, tmp_path: Path) -> None:
    assert not COLOURS.search(shown(world, tmp_path, 100, NO_COLOR="1"))


def test_what_is_copied_stays_whole(world: Path, tmp_path: Path) -> None:
    """Commands are never broken by us; the terminal wraps them, and gives them back in one."""
    truant(tmp_path, "scan", *given(world))
    known = truant(tmp_path, "scan", *given(world), "--format=jsonl").stdout
    name = re.findall(r'"id": "([0-9a-f]{32})"', known)[0]
    output = Terminal(tmp_path, 50, ["explain", name]).output()
    (command,) = [line for line in lines_of(output) if "put-role-policy" in line]
    assert command.endswith("}}}]}'")


@pytest.mark.parametrize("how", ["table", "jsonl"])
def test_a_reader_that_has_seen_enough_is_no_failure(world: Path, tmp_path: Path, how: str) -> None:
    line = f'"$@" --format={how} | head -c 1 > head; echo "code ${{PIPESTATUS[0]}}"'
    run = in_shell(tmp_path, line, "scan", *given(world))
    assert run.stdout == "code 0\n"
    assert "Traceback" not in run.stderr
    assert "Read " in run.stderr, "the accounting is told all the same"


def test_a_reader_that_is_gone_hides_no_verdict(world: Path, tmp_path: Path) -> None:
    line = '"$@" --fail-on high | true; echo "code ${PIPESTATUS[0]}"'
    assert in_shell(tmp_path, line, "scan", *given(world)).stdout == "code 1\n"


@pytest.mark.parametrize(
    ("closed", "code"), [("<&-", 0), (">&-", 0), ("2>&-", 0), ("<&- >&- 2>&-", 0)]
)
def test_streams_that_are_closed_are_no_failure(
    world: Path, tmp_path: Path, closed: str, code: int
) -> None:
    line = f'"$@" --format=jsonl --output out.jsonl {closed}; echo "code $?" > code'
    in_shell(tmp_path, line, "scan", *given(world))
    assert (tmp_path / "code").read_text() == f"code {code}\n"
    assert len((tmp_path / "out.jsonl").read_text().splitlines()) == 3


@pytest.mark.parametrize(
    "env",
    [
        {"LC_ALL": "C"},
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        {"PYTHONIOENCODING": "latin-1"},
    ],
    ids=["C", "ascii", "latin-1"],
)
def test_any_locale_will_do(world: Path, tmp_path: Path, env: dict[str, str]) -> None:
    run = subprocess.run(
        [TRUANT, "scan", *given(world)],
        env=environment(tmp_path, {**env, "COLUMNS": "140"}),
        stdin=subprocess.DEVNULL,
        capture_output=True,
    )
    assert run.returncode == 0
    assert run.stdout.count(b"almost certain") == 3
    if "PYTHONUTF8" in env:
        assert run.stdout.isascii()
        assert b"* 109.40.218.106 lies in no range" in run.stdout


def test_hostile_names_stay_in_their_line(tmp_path: Path) -> None:
    (tmp_path / "\x1b[2J\u202egnp.json").write_text("{")
    run = truant(tmp_path, "scan", ".", env={"PYTHONIOENCODING": "utf-8"})
    assert run.returncode == 2
    assert "\\x1b[2J\\u202egnp.json" in run.stderr
    assert "\x1b" not in run.stderr


def test_a_name_that_is_no_text_is_shown_all_the_same(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"\xff.json")).write_text("{")
    run = truant(tmp_path, "scan", ".")
    assert run.returncode == 2
    assert "\\xff.json" in run.stderr


def _of_this_session(session: int) -> list[str]:
    """The processes of a session, but for those that have ended."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text(encoding="utf-8", errors="replace").rsplit(")", 1)[1].split()
        except OSError:
            continue
        if int(fields[3]) == session and fields[0] != "Z":
            found.append(stat.parent.name)
    return found


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)]
)
def test_interrupted_it_ends_at_once_and_leaves_nothing(
    tmp_path: Path, number: signal.Signals, code: int
) -> None:
    world = lay_out(tmp_path / "world", "fleet:60")
    arguments = ["scan", *given(world), "--jobs=2", "--output=out.txt"]
    terminal = Terminal(tmp_path, 100, arguments)
    terminal.wait_for(b"reading")
    if number is signal.SIGINT:
        os.killpg(terminal.process.pid, number)  # as a terminal does: all of them hear it
    else:
        terminal.process.send_signal(number)
    assert "Traceback" not in terminal.output()
    assert terminal.process.returncode == code
    assert sorted(path.name for path in tmp_path.iterdir()) == ["world"]
    until = time.monotonic() + 20
    while _of_this_session(terminal.process.pid) and time.monotonic() < until:
        time.sleep(0.05)
    assert not _of_this_session(terminal.process.pid)

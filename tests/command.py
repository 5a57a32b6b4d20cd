"""The installed `truant`, run as a user runs it: a process of its own, a terminal or none."""

import fcntl
import os
import pty
import shutil
import struct
import subprocess
import sys
import termios
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from truant.simulator.scenario import build
from truant.simulator.simulation import files

TRUANT = Path(sys.executable).parent / "truant"
SECONDS = 120
SEED = 7


def environment(home: Path, more: Mapping[str, str] | None = None) -> dict[str, str]:
    """What a run sees: a home of its own, nothing of how the tests themselves were started."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    return kept | {"HOME": str(home), "TERM": "xterm-256color"} | dict(more or {})


def truant(
    home: Path,
    *arguments: str | Path,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    before: Sequence[str] = (),
) -> subprocess.CompletedProcess[str]:
    """Run to the end, with pipes for output; `before` is what runs it, as `nice` would."""
    return subprocess.run(
        [*before, TRUANT, *arguments],
        env=environment(home, env),
        cwd=cwd or home,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=SECONDS,
    )


def bound_by_permissions() -> list[str]:
    """What to run a command with so that file permissions bind it, root or not."""
    if os.geteuid() != 0:
        return []
    if shutil.which("setpriv") is None:
        pytest.skip("root reads every file, and there is no setpriv to give that up")
    return ["setpriv", "--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-all"]


def in_shell(home: Path, line: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run a line of bash in which `"$@"` is truant with these arguments."""
    return subprocess.run(
        ["/bin/bash", "-c", line, "bash", TRUANT, *arguments],
        env=environment(home),
        cwd=home,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=SECONDS,
    )


class Terminal:
    """Truant on a terminal of so many columns; what it shows is read with `output`."""

    def __init__(
        self,
        home: Path,
        columns: int,
        arguments: Sequence[str | Path],
        env: Mapping[str, str] | None = None,
    ) -> None:
        self._ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
        self.process = subprocess.Popen(
            [TRUANT, *arguments],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env=environment(home, env),
            cwd=home,
            start_new_session=True,
        )
        os.close(theirs)
        self.shown = b""

    def wait_for(self, mark: bytes) -> None:
        """Read until the mark was shown."""
        while mark not in self.shown and self._read():
            pass
        assert mark in self.shown, self.shown

    def type(self, line: str) -> None:
        """Type a line, as a person would."""
        os.write(self._ours, line.encode() + b"\n")

    def output(self) -> str:
        """Read to the end: everything shown, with line ends as programs write them."""
        while self._read():
            pass
        os.close(self._ours)
        self.process.wait(SECONDS)
        return self.shown.decode().replace("\r\n", "\n")

    def _read(self) -> bool:
        try:
            more = os.read(self._ours, 65536)
        except OSError:  # Linux's way to say that the other end is closed
            return False
        self.shown += more
        return bool(more)


def lay_out(folder: Path, *scenarios: str, flow_logs: bool = False) -> Path:
    """Write a simulated world as `truant simulate` does."""
    for name, data in files(build(SEED, scenarios, with_flow_logs=flow_logs)).items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
    return folder


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demonstration's world; not to be changed."""
    return lay_out(tmp_path_factory.mktemp("world"), "demo")


def given(world: Path) -> list[str]:
    """The arguments with which everything about a world is given to scan."""
    return [
        str(world / "trail"),
        f"--inventory={world / 'inventory'}",
        f"--config={world / 'truant.toml'}",
        f"--ip-ranges={world / 'ip-ranges.json'}",
    ]

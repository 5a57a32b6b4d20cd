"""The command line: puts the parts together, prints, and chooses the exit code.

Findings go to standard output, everything else to standard error. Exit code 0: done, whatever was
found; 1: `--fail-on` met; 2: bad usage or unreadable input.
"""

import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from enum import StrEnum
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, TextIO

import typer
from platformdirs import user_state_dir
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from truant.connectors import last_scan, trail_files
from truant.connectors.config import BadConfig
from truant.connectors.feed_cache import default_folder
from truant.connectors.inventory_folder import NoInventory
from truant.connectors.trail_files import Unreadable
from truant.model.bad_feed import BadFeed
from truant.model.finding import HIGH, LOW, MEDIUM
from truant.runners.embedded import Progress as ProgressTold
from truant.runners.recall import recall
from truant.runners.scan import ScanRequest, ScanResult, scan
from truant.simulator.scenario import SCENARIOS, build, summary
from truant.simulator.simulation import files
from truant.terminal import accounting, explanation, findings_table, story
from truant.terminal.plain import plain

FAILED, UNUSABLE = 1, 2
PIPE_WIDTH = 100

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="Find the credentials of EC2 instances that are used away from their instance.",
)


class Format(StrEnum):
    """How findings are written."""

    TABLE = "table"
    JSONL = "jsonl"


class FailOn(StrEnum):
    """The least severity that makes the exit code 1."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


_LEAST = {FailOn.LOW: LOW, FailOn.MEDIUM: MEDIUM, FailOn.HIGH: HIGH - 1}

Paths = Annotated[list[Path], typer.Argument(help="CloudTrail files, or folders of them.")]
InventoryFolder = Annotated[
    Path | None, typer.Option(help="Folder with what `aws ec2 describe-…` printed.")
]
ConfigFile = Annotated[Path | None, typer.Option(help="truant.toml: accounts, trusted networks.")]
RangesFile = Annotated[
    Path | None, typer.Option(help="AWS's ip-ranges.json, or a folder of several of them.")
]


def main() -> None:
    """Run the command line; what the user did wrong is one line, never a traceback."""
    try:
        app()
    except (Unreadable, NoInventory, BadConfig, BadFeed) as error:
        _stop(str(error))
    except BrokenPipeError:
        # Whoever read our output has seen enough, as `head` does.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except KeyboardInterrupt:
        sys.exit(130)


def _stop(message: str) -> None:
    print(f"truant: {plain(message, 2000)}", file=sys.stderr)
    sys.exit(UNUSABLE)


@app.callback(invoke_without_command=True)
def _top(
    show_version: Annotated[
        bool, typer.Option("--version", help="Show the version and exit.")
    ] = False,
) -> None:
    if show_version:
        print(f"truant {version('truant')}")
        raise typer.Exit


@app.command("scan")
def scan_command(
    paths: Paths,
    inventory: InventoryFolder = None,
    config: ConfigFile = None,
    ip_ranges: RangesFile = None,
    format_: Annotated[Format, typer.Option("--format", help="How to write.")] = Format.TABLE,
    output: Annotated[Path | None, typer.Option(help="Write findings to this file.")] = None,
    fail_on: Annotated[
        FailOn | None, typer.Option(help="Exit with 1 if a finding is at least this severe.")
    ] = None,
    jobs: Annotated[int, typer.Option(min=1, help="Processes.")] = os.cpu_count() or 1,
    remember: Annotated[bool, typer.Option(help="Keep the result for `truant explain`.")] = True,
) -> None:
    """Find stolen instance credentials in CloudTrail files."""
    request = _request(paths, inventory, config, ip_ranges, jobs)
    with _output(output) as stream, _progress(paths) as progress:
        result = scan(request, progress)
        _write(result.findings, format_, stream)
    _tell(result)
    if remember:
        _remember(paths, result.findings)
    if fail_on is not None and _meets(result.findings, fail_on):
        raise typer.Exit(FAILED)


def _request(
    paths: Sequence[Path],
    inventory: Path | None,
    config: Path | None,
    ip_ranges: Path | None,
    jobs: int,
) -> ScanRequest:
    return ScanRequest(
        paths=tuple(paths),
        cache=default_folder(),
        now=int(time.time()),
        inventory=inventory,
        config=config,
        ip_ranges=ip_ranges,
        jobs=jobs,
    )


@contextmanager
def _output(file: Path | None) -> Iterator[TextIO]:
    if file is None:
        yield sys.stdout
        return
    try:
        with file.open("w", encoding="utf-8") as stream:
            yield stream
    except OSError as error:
        raise Unreadable(f"{file}: {error.strerror}. Name a file that can be written.") from error


@contextmanager
def _progress(paths: Sequence[Path]) -> Iterator[ProgressTold]:
    """A bar on a terminal, nothing elsewhere."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda _files, _size: None
        return
    found, _ = trail_files.find(paths)
    columns = (TextColumn("reading"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("reading", total=len(found))
        yield lambda done, _size: bar.advance(task, done)


def _write(findings: Sequence[Mapping[str, object]], how: Format, stream: TextIO) -> None:
    if how is Format.JSONL:
        stream.writelines(json.dumps(one, ensure_ascii=True) + "\n" for one in findings)
        stream.flush()
        return
    findings_table.show(findings, _console(stream))


def _console(stream: TextIO) -> Console:
    width = None if stream.isatty() or "COLUMNS" in os.environ else PIPE_WIDTH
    return Console(file=stream, width=width, highlight=False, markup=False)


def _tell(result: ScanResult) -> None:
    console = Console(stderr=True, highlight=False, markup=False)
    accounting.show(result.accounting, console)
    for notice in result.notices:
        console.print(f"note: {plain(notice, 1000)}", soft_wrap=True)


def _remember(paths: Sequence[Path], findings: Sequence[Mapping[str, object]]) -> None:
    try:
        last_scan.keep(_last_scan_file(), paths, findings)
    except OSError as error:
        print(f"note: the result was not kept for explain: {error}", file=sys.stderr)


def _last_scan_file() -> Path:
    return Path(user_state_dir("truant", appauthor=False)) / "last-scan.json"


def _meets(findings: Sequence[Mapping[str, object]], least: FailOn) -> bool:
    severities = (one["severity"] for one in findings)
    return any(isinstance(s, float) and s >= _LEAST[least] for s in severities)


@app.command()
def explain(
    finding_id: Annotated[str, typer.Argument(help="A finding's id, or how it begins.")],
    paths: Annotated[
        list[Path] | None, typer.Argument(help="The trail, to show every call from it.")
    ] = None,
    from_: Annotated[
        Path | None, typer.Option("--from", help="JSON lines that scan wrote.")
    ] = None,
    format_: Annotated[Format, typer.Option("--format", help="How to write.")] = Format.TABLE,
) -> None:
    """Show one finding in full, and what to do first."""
    findings, scanned = _known_findings(from_)
    found = [one for one in findings if str(one.get("id", "")).startswith(finding_id)]
    if not found:
        raise Unreadable(
            f"{finding_id}: no finding of that id in {from_ or 'the last scan'}. "
            "Scan first, or name a file with --from."
        )
    if len({one["id"] for one in found}) > 1:
        ids = ", ".join(str(one["id"])[:12] for one in found)
        raise Unreadable(f"{finding_id}: several findings begin so: {ids}. Give more of the id.")
    if format_ is Format.JSONL:
        _write(found[:1], format_, sys.stdout)
        return
    trail = paths or [path for path in scanned if path.exists()]
    calls = recall(found[0], trail) if trail else None
    explanation.show(found[0], calls, _console(sys.stdout))


def _known_findings(file: Path | None) -> tuple[Sequence[Mapping[str, object]], list[Path]]:
    if file is not None:
        try:
            return last_scan.read_findings(file), []
        except (OSError, ValueError) as error:
            raise Unreadable(str(error)) from error
    last = last_scan.read(_last_scan_file())
    return (last.findings, [Path(path) for path in last.paths]) if last else ((), [])


@app.command()
def demo(
    seed: Annotated[int, typer.Option(help="Another world.")] = 7,
    keep: Annotated[Path | None, typer.Option(help="Leave the world in this folder.")] = None,
) -> None:
    """Make a small world with three thefts and scan it: from metadata service to alert."""
    simulation = build(seed, ["demo"])
    with tempfile.TemporaryDirectory(prefix="truant-demo-") as temporary:
        folder = keep or Path(temporary)
        _lay_out(files(simulation), folder)
        request = ScanRequest(
            paths=(folder / "trail",),
            cache=default_folder(),
            now=int(time.time()),
            inventory=folder / "inventory",
            config=folder / "truant.toml",
            ip_ranges=folder / "ip-ranges.json",
            download=False,
        )
        result = scan(request, lambda _files, _size: None)
        console = _console(sys.stdout)
        story.begin(simulation.truth.document(), result.accounting, console)
        findings_table.show(result.findings, console)
        story.end(simulation.truth.document(), result.findings, console)
        _remember([folder / "trail"], result.findings)


def _lay_out(content: Mapping[str, bytes], folder: Path) -> None:
    for name, data in content.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)


@app.command()
def simulate(
    out: Annotated[Path | None, typer.Argument(help="A new folder.")] = None,
    seed: Annotated[int, typer.Option(help="The same seed makes the same bytes.")] = 1,
    scenario: Annotated[str, typer.Option(help="Names, joined by commas: E7,T4.")] = "demo",
    list_: Annotated[bool, typer.Option("--list", help="List the scenarios.")] = False,
) -> None:
    """Write a labelled world: trail, inventory, flow logs, configuration, ranges, truth."""
    if list_ or out is None:
        for name in SCENARIOS:
            print(f"{name:<22} {summary(name)}")
        return
    if out.exists() and any(out.iterdir() if out.is_dir() else [out]):
        raise Unreadable(f"{out}: is there already and not empty. Name a new folder.")
    try:
        simulation = build(seed, [name.strip() for name in scenario.split(",") if name.strip()])
    except ValueError as error:
        raise Unreadable(str(error)) from error
    laid = files(simulation)
    _lay_out(laid, out)
    print(
        f"{len(laid):,} files in {out}: trail/, inventory/, truant.toml, ip-ranges.json, truth.json"
    )


if __name__ == "__main__":
    main()

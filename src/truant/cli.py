"""The command line: puts the parts together, prints, and chooses the exit code.

Findings go to standard output, everything else to standard error. Exit code 0: done, whatever was
found; 1: `--fail-on` met; 2: bad usage, or something that cannot be read or written.
"""

import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import NoReturn

import typer
from msgspec.structs import replace
from platformdirs import user_state_path

from truant.commands import collect, report, respond, status
from truant.commands.options import (
    CORES,
    ConfigFile,
    Days,
    DemoSeed,
    Download,
    FailOnSeverity,
    Feeds,
    FindingId,
    FlowLogs,
    Format,
    FromFile,
    HowToWrite,
    InventoryFolder,
    Jobs,
    Keep,
    ListScenarios,
    MorePaths,
    NewFolder,
    OutputFile,
    Paths,
    RangesFile,
    Remember,
    Scenario,
    Seed,
    StateFile,
    Version,
)
from truant.commands.propose import CannotAccept, propose
from truant.commands.publish import places
from truant.commands.result import (
    Findings,
    check_all_was_read,
    json_lines,
    program,
    publish,
    severity,
    tell_of,
)
from truant.commands.serve import CannotRun, keys, serve
from truant.commands.spark_scan import CannotSpark, spark_scan
from truant.commands.users import users
from truant.connectors import last_scan, output_file
from truant.connectors.config import BadConfig
from truant.connectors.feed_cache import default_folder
from truant.connectors.inventory_folder import NoInventory
from truant.connectors.last_scan import NoFindings
from truant.connectors.state_file import BadState
from truant.connectors.trail_files import Unreadable
from truant.formats.plain import plain
from truant.model.bad_feed import BadFeed
from truant.runners import resuming
from truant.runners.processes import WorkerLost
from truant.runners.recall import NoSuchFinding, named, recall
from truant.runners.scan import ScanRequest, scan
from truant.simulator.scenario import SCENARIOS, build, summary
from truant.simulator.simulation import files
from truant.terminal import explanation, findings_table, progress, story
from truant.terminal.streams import console_on, prepare, reading_on, tell

FAILED, UNUSABLE, FAULT = 1, 2, 70  # 70: "internal software error" of sysexits.h
ENDED = 128  # and the signal's number, as shells count

WRONG = (
    *collect.WRONG,
    *report.WRONG,
    *respond.WRONG,
    BadConfig,
    BadState,
    BadFeed,
    CannotAccept,
    CannotRun,
    CannotSpark,
    NoFindings,
    NoInventory,
    NoSuchFinding,
    WorkerLost,
)

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="Find the credentials of EC2 instances that are used away from their instance.",
)


def main() -> NoReturn:
    """Run the command line; what the user did wrong is one line, never a traceback."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _end)
    prepare()
    sys.exit(_code())


def _end(number: int, _frame: object) -> NoReturn:
    sys.exit(ENDED + number)


def _code() -> int | str | None:
    try:
        app()
    except SystemExit as end:
        return end.code
    except KeyboardInterrupt:
        return ENDED + signal.SIGINT
    except WRONG as error:
        tell(plain(error, 2000), "truant: ")
    except OSError as error:
        named_file = f"{error.filename}: {error.strerror}." if error.filename else error
        tell(plain(named_file, 2000), "truant: ")
    except Exception:  # noqa: BLE001 a fault of ours must not look like a finding: exit code 1
        for line in traceback.format_exc().splitlines():
            tell(plain(line))
        tell("this is a fault of Truant's own. Please report it with the lines above.", "truant: ")
        return FAULT
    return UNUSABLE


@app.callback(invoke_without_command=True)
def _top(show_version: Version = False) -> None:
    if show_version:
        print(f"truant {version('truant')}")
        raise typer.Exit


@app.command("scan")
def scan_command(
    paths: Paths,
    inventory: InventoryFolder = None,
    config: ConfigFile = None,
    ip_ranges: RangesFile = None,
    flow_logs: FlowLogs = None,
    feed: Feeds = None,
    download: Download = False,
    format_: HowToWrite = Format.TABLE,
    output: OutputFile = None,
    fail_on: FailOnSeverity = None,
    state: StateFile = None,
    jobs: Jobs = None,
    remember: Remember = True,
) -> None:
    """Find stolen instance credentials in CloudTrail files.

    Findings go to standard output, all else to standard error. Exit code 0: done, whatever was
    found; 1: --fail-on met; 2: bad usage, or something that cannot be read or written.
    """
    if output is not None:
        output_file.check(output)
    with progress.bar() as told:
        request = _request(paths, inventory, config, ip_ranges, jobs)
        request = replace(request, flow_logs=flow_logs, feeds=tuple(feed or ()), download=download)
        request = replace(request, state=state)
        result = scan(request, told)
    if not result.accounting.is_nothing:
        publish(result, format_, output, remember=remember)
        if remember:
            _remember("last-scan.json", paths, result.findings)
        if state is not None and result.resumed is not None:
            resuming.save(state, result.resumed.kept)
    tell_of(result)
    if fail_on is not None and any(severity(one) >= fail_on.least for one in result.findings):
        raise typer.Exit(FAILED)
    check_all_was_read(result, paths)


def _request(
    paths: Sequence[Path],
    inventory: Path | None,
    config: Path | None,
    ip_ranges: Path | None,
    jobs: int | None = 1,
) -> ScanRequest:
    return ScanRequest(
        paths=tuple(paths),
        cache=default_folder(),
        now=int(time.time()),
        inventory=inventory,
        config=config,
        ip_ranges=ip_ranges,
        jobs=jobs or 0,
    )


def _remember(name: str, paths: Sequence[Path], findings: Findings) -> None:
    try:
        last_scan.keep(_state_folder() / name, paths, findings)
    except OSError as error:
        tell(f"note: the result was not kept for explain: {plain(error.strerror or error)}")


def _state_folder() -> Path:
    return user_state_path("truant", appauthor=False)


@app.command()
def explain(
    finding_id: FindingId,
    paths: MorePaths = None,
    inventory: InventoryFolder = None,
    config: ConfigFile = None,
    ip_ranges: RangesFile = None,
    flow_logs: FlowLogs = None,
    from_: FromFile = None,
    format_: HowToWrite = Format.TABLE,
    jobs: Jobs = None,
) -> None:
    """Show one finding in full, and what to do first."""
    with progress.bar() as told:
        if from_ is not None:
            finding, trail = named(last_scan.read_findings(from_), finding_id, str(from_)), paths
        elif paths:
            request = _request(paths, inventory, config, ip_ranges, jobs)
            result = scan(replace(request, flow_logs=flow_logs), told)
            where = f"{', '.join(map(str, paths))}, scanned with what was given"
            finding, trail = named(result.findings, finding_id, where), paths
        else:
            finding, trail = _remembered(finding_id)
        calls = recall(finding, trail, jobs or CORES, told) if trail else None
    with reading_on() as stream:
        if format_ is Format.JSONL:
            stream.writelines(json_lines([finding]))
        else:
            explanation.show(finding, calls, console_on(stream))


def _remembered(finding_id: str) -> tuple[Mapping[str, object], list[Path]]:
    """A finding of the last scan or demonstration, and what is still there of its trail."""
    kept = [last_scan.read(_state_folder() / name) for name in ("last-scan.json", "last-demo.json")]
    known = [one for one in kept if one is not None]
    findings = [finding for one in known for finding in one.findings]
    where = (
        "the last scan; name the trail, or --from FILE" if known else "any scan kept: scan first"
    )
    finding = named(findings, finding_id, where)
    scanned = next(one.paths for one in known if finding in one.findings)
    return finding, [path for path in map(Path, scanned) if path.exists()]


app.command("propose")(propose)


@app.command()
def demo(seed: DemoSeed = 7, keep: Keep = None) -> None:
    """Find three thefts in a made-up day.

    From metadata service to alert, in seconds, with no network.
    """
    if keep is not None:
        _check_new(keep)
    simulation = build(seed, ["demo"])
    truth = simulation.truth.document()
    with tempfile.TemporaryDirectory(prefix="truant-demo-") as temporary:
        folder = keep or Path(temporary)
        _lay_out(files(simulation), folder)
        request = _request(
            [folder / "trail"],
            folder / "inventory",
            folder / "truant.toml",
            folder / "ip-ranges.json",
        )
        result = scan(request, lambda _done, _total: None)
    _remember("last-demo.json", request.paths, result.findings)
    with reading_on() as stream:
        console = console_on(stream)
        story.begin(truth, result.accounting, console)
        findings_table.show(result.findings, console)
        story.end(truth, result.findings, console)
        findings_table.hint(result.findings, program(), console)


def _check_new(folder: Path) -> None:
    if folder.exists() and any(folder.iterdir() if folder.is_dir() else [folder]):
        raise Unreadable(f"{folder}: is there already and not empty. Name a new folder.")


def _lay_out(content: Mapping[str, bytes], folder: Path) -> None:
    for name, data in content.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)


@app.command()
def simulate(
    out: NewFolder = None,
    seed: Seed = 1,
    scenario: Scenario = "demo",
    days: Days = 1,
    list_: ListScenarios = False,
) -> None:
    """Write a made-up world with thefts, and the truth about it."""
    if list_ or out is None:
        with reading_on() as stream:
            stream.writelines(f"{name:<22} {summary(name)}\n" for name in SCENARIOS)
        return
    _check_new(out)
    try:
        names = [name.strip() for name in scenario.split(",") if name.strip()]
        simulation = build(seed, names, days=days)
    except ValueError as error:
        raise Unreadable(str(error)) from error
    laid = files(simulation)
    _lay_out(laid, out)
    tops = sorted({Path(name).parts[0] for name in laid})
    with reading_on() as stream:
        stream.write(f"{len(laid):,} files in {plain(out)}: {', '.join(tops)}\n")


app.command("collect")(collect.collect)
app.command("policy")(collect.policy)
app.command("spark-scan")(spark_scan)
app.command("serve")(serve)
app.command("status")(status.status)
app.add_typer(status.quarantine, name="quarantine")
app.command("respond")(respond.respond)
app.command("report")(report.report)
app.command("case")(report.case)
app.add_typer(keys, name="keys")
app.add_typer(users, name="users")
app.add_typer(places, name="publish")

if __name__ == "__main__":
    main()

"""How a scan's result is told: findings to their place, all else to standard error."""

import io
import json
import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from rich.console import Console

from truant.commands.options import Format
from truant.connectors import output_file
from truant.connectors.trail_files import Unreadable
from truant.formats.plain import plain
from truant.runners.scan import ScanResult
from truant.terminal import accounting, findings_table
from truant.terminal.streams import console_on, reading_on, tell

Findings = Sequence[Mapping[str, object]]


def publish(result: ScanResult, how: Format, output: Path | None, *, remember: bool) -> None:
    """Write findings to a file, or to standard output; `remember`: explain will find them."""
    if how is Format.JSONL:
        lines = json_lines(result.findings)
        if output is not None:
            output_file.write(output, lines)
            tell(f"{findings_table.summary(result.findings)} Written to {plain(output)}.")
        else:
            with reading_on() as stream:
                stream.writelines(lines)
    elif output is not None:
        text = io.StringIO()
        _show(result, console_on(text), remember=remember)
        output_file.write(output, [text.getvalue()])
        tell(f"{findings_table.summary(result.findings)} Written to {plain(output)}.")
    else:
        with reading_on() as stream:
            _show(result, console_on(stream), remember=remember)


def json_lines(findings: Findings) -> Iterator[str]:
    """Findings, one a line, ASCII alone."""
    return (json.dumps(one, ensure_ascii=True) + "\n" for one in findings)


def _show(result: ScanResult, console: Console, *, remember: bool) -> None:
    findings_table.show(result.findings, console)
    if remember and result.findings:
        findings_table.hint(result.findings, program(), console)


def program() -> str:
    """How Truant is called from here: its name, or the path to it where no PATH leads there."""
    here, found = Path(sys.argv[0]), shutil.which("truant")
    if found is not None and here.exists() and Path(found).samefile(here):
        return "truant"
    return str(here.relative_to(Path.cwd()) if here.is_relative_to(Path.cwd()) else here)


def tell_of(result: ScanResult) -> None:
    """Tell what became of everything read, and what the user should know."""
    for lead, text in accounting.lines(result.accounting):
        tell(text, lead)
    for lead, text in accounting.flow_lines(result.flow_logs) if result.flow_logs else ():
        tell(text, lead)
    for notice in result.notices:
        tell(plain(notice, 1000), "note: ")


def severity(one: Mapping[str, object]) -> float:
    """A finding's severity, as GuardDuty counts."""
    found = one["severity"]
    return found if isinstance(found, float) else 0.0


def check_all_was_read(result: ScanResult, paths: Sequence[Path | str]) -> None:
    """End with an error where something could not be opened, or nothing at all could be used."""
    where = ", ".join(map(str, paths))
    told, flows = result.accounting, result.flow_logs
    if not told.files or (result.resumed is not None and not result.resumed.found):
        raise Unreadable(
            f"{where}: no file there is named like a log (.json, .jsonl, .log, each also .gz). "
            "Name the folder that CloudTrail delivers to, or a file."
        )
    unreadable = told.unreadable + (flows.unreadable if flows else 0)
    if unreadable:
        number = f"{unreadable:,} {'path' if unreadable == 1 else 'paths'}"
        refusals = (*told.refusals, *(flows.refusals if flows else ()))
        first = next(one.file for one in refusals if one.unreadable)
        raise Unreadable(
            f"{number} could not be read, first {first}: what is in there was not looked at. "
            "Check permissions, or scan as a user who may read it."
        )
    if told.is_nothing:
        raise Unreadable(
            f"{where}: no file there holds CloudTrail records that can be read; why, stands above."
        )

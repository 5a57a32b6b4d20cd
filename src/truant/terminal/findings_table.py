"""Findings for reading: a table where there is room, else one card below the other."""

from collections import Counter
from collections.abc import Sequence

from rich.box import SIMPLE_HEAD
from rich.console import Console, Group
from rich.table import Table
from rich.text import Text

from truant.formats.plain import plain
from truant.terminal.json_view import Finding, at
from truant.terminal.page import put, put_block, put_line
from truant.terminal.phrases import (
    band,
    band_word,
    calls,
    origins,
    place,
    reasons,
    seen,
    short_id,
    sure,
    whence,
    who,
)

TABLE_WIDTH_MIN, TABLE_WIDTH_MAX = 130, 180


def show(findings: Sequence[Finding], console: Console) -> None:
    """Print findings for a person: first how many, then each."""
    put(console, Text(summary(findings), "bold"))
    if console.width >= TABLE_WIDTH_MIN and findings:
        put_block(console, _table(findings, min(console.width, TABLE_WIDTH_MAX)))
        return
    for one in findings:
        console.print()
        _card(one, console)


def hint(findings: Sequence[Finding], program: str, console: Console) -> None:
    """Say how one finding is shown in full; `program` is how Truant is called here."""
    console.print()
    command = Text(f"{plain(program)} explain {short_id(findings[0])}", "bold")
    put(console, Text.assemble(command, "   one finding in full, and what to do first"))


def summary(findings: Sequence[Finding]) -> str:
    """How many findings, how grave, about how many instances."""
    if not findings:
        return "No finding."
    number = "1 finding" if len(findings) == 1 else f"{len(findings):,} findings"
    grave = Counter(map(band_word, findings))
    order = ("critical", "high", "medium", "low")
    bands = ", ".join(f"{grave[word]:,} {word}" for word in order if grave[word])
    about = len({str(at(o, "resource", "instanceDetails").get("instanceId")) for o in findings})
    return f"{number} ({bands}) about {'1 instance' if about == 1 else f'{about:,} instances'}."


def _table(findings: Sequence[Finding], width: int) -> Table:
    table = Table(
        box=SIMPLE_HEAD,
        show_lines=False,
        width=width,
        pad_edge=False,
        header_style="bold",
        border_style="dim",
    )
    table.add_column("Finding", width=9)
    table.add_column("Who", width=28, overflow="fold")
    table.add_column("From where", width=27, overflow="fold")
    table.add_column("How sure", width=14, overflow="fold")
    table.add_column("Why", ratio=1, overflow="fold")
    for one in findings:
        table.add_row(
            Group(band(one), Text(short_id(one), "dim")),
            Text("\n".join(who(one))),
            Text("\n".join([*origins(one), place(one), calls(one), seen(one)])),
            sure(one),
            _why(one),
        )
        if one is not findings[-1]:
            table.add_row()
    return table


def _why(one: Finding) -> Table:
    told, more = reasons(one)
    grid = Table.grid(padding=(0, 1))
    grid.add_column(width=1)
    grid.add_column(overflow="fold")
    for sentence in told:
        grid.add_row(Text("•"), Text(sentence))
    if more:
        grid.add_row(Text(), Text(_and_more(more), "dim"))
    return grid


def _card(one: Finding, console: Console) -> None:
    put(console, Text.assemble(band(one), "  ", sure(one), "  ", (short_id(one), "dim")))
    role, instance, account = who(one)
    _entry(console, "who", f"{role}, {instance}, {account}")
    for position, text in enumerate(whence(one)):
        _entry(console, "" if position else "from", Text(text, "bold"))
    _entry(console, "when", f"{seen(one)}, {calls(one)}")
    told, more = reasons(one)
    for position, sentence in enumerate(told):
        lead = Text.assemble(_label("" if position else "why"), "• ")
        put(console, sentence, lead)
    if more:
        put_line(console, Text.assemble(_label(""), ("  " + _and_more(more), "dim")))


def _entry(console: Console, name: str, text: Text | str) -> None:
    put(console, text, _label(name))


def _label(name: str) -> Text:
    return Text(f"  {name:<6}", "dim")


def _and_more(more: int) -> str:
    return f"and {more} more reason{'' if more == 1 else 's'}"

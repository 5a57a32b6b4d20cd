"""Proposals for reading: what each rests on, what speaks against it, and the rule as TOML."""

from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from truant.connectors.config import written
from truant.detection.proposals import Proposal, rule_of
from truant.formats.plain import plain
from truant.model.event_time import DAY, iso
from truant.terminal.page import heading, put, put_line

NAMED_MAX = 5


def show(found: Sequence[Proposal], console: Console) -> None:
    """Print proposals for a person."""
    if not found:
        put(
            console,
            "No proposal: no way out that inventory and configuration do not know is shown by "
            "several instances of one subnet, over several days, with their agents' heartbeats.",
        )
        return
    for number, one in enumerate(found, 1):
        heading(console, f"{number}. {plain(one.target)}")
        for lead, text in _lines(one):
            put(console, text, Text(f"  {lead:<12}", "dim"))
        console.print()
        for line in written(rule_of(one)).splitlines():
            put_line(console, f"    {plain(line, 2000)}")
    console.print()
    put(
        console,
        "Accept one with --accept N --config truant.toml, if you know whose it is. An address that "
        "you cannot name is no way out.",
    )


def _lines(one: Proposal) -> list[tuple[str, str]]:
    first, last = (iso(day * DAY)[:10] for day in (one.days[0], one.days[-1]))
    named = ", ".join(plain(name) for name in one.instances[:NAMED_MAX])
    more = len(one.instances) - NAMED_MAX
    return [
        ("place", one.place.value),
        ("subnet", f"{plain(one.subnet)} of account {plain(one.account or 'unknown')}"),
        (
            "instances",
            f"{len(one.instances)} of {one.active} that spoke on these days: {named}"
            + (f" and {more} more" if more > 0 else ""),
        ),
        ("days", f"{len(one.days)}, from {first} to {last}; {one.calls:,} calls"),
        ("heartbeats", f"of {len(one.agreeing)} of these instances came from there, too"),
        ("against", "whoever has robbed a whole subnet for days, and beats its agents' hearts"),
    ]

"""A plan for people, with every call; what came of each; what was done before."""

from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from truant.connectors.store.responses import ALREADY, BEGUN, DONE, Deed
from truant.detection.plan import Step
from truant.formats.plain import plain
from truant.model.event_time import clock
from truant.runners.responding import Result
from truant.terminal.page import heading, put, put_line

_LINE_MAX = 4000


def show(plan: Sequence[Step], console: Console) -> None:
    """Print the steps, what each breaks, and its calls as commands."""
    heading(console, "What to do, in this order")
    for position, step in enumerate(plan, 1):
        if position > 1:
            console.print()
        title = Text.assemble((plain(step.title), "bold"), (f"  [{step.name}]", "dim"))
        put(console, title, f"  {position}. ")
        put(console, plain(step.why, 2000), "     ")
        put(console, f"Breaks: {plain(step.breaks, 2000)}.", "     ")
        if taken_back(step):
            put(console, f"{taken_back(step)}.", "     ")
        for command in step.commands:
            put_line(console, Text(f"     $ {plain(command, _LINE_MAX)}", "cyan"))


def taken_back(step: Step) -> str:
    """Whether a step can be taken back; empty for one that changes nothing."""
    if all(call.looks for call in step.calls):
        return ""
    return "It can be taken back" if step.can_be_undone else "It cannot be taken back"


def line(result: Result) -> str:
    """What came of one call, in a line."""
    call = f"{result.call.service}:{result.call.operation}"
    error = f": {plain(result.error, 600)}" if result.error else ""
    return f"[{result.step}] {result.outcome}: {call}{error}"


def history(deeds: Sequence[Deed], console: Console) -> None:
    """Print what was done about a finding before."""
    if not deeds:
        return
    heading(console, "What was done about it before")
    for deed in deeds:
        call = f"{plain(deed.service)}:{plain(deed.operation)}"
        why = f": {plain(deed.error, 300)}" if deed.error else ""
        put(
            console,
            f"{clock(deed.at // 1000)} by {plain(deed.actor, 200)}: {call}: {state(deed)}{why}",
            "  • ",
        )


def state(deed: Deed) -> str:
    """How a call that was made before stands now."""
    if deed.undone_at is not None:
        return f"taken back {clock(deed.undone_at // 1000)}"
    if deed.undo_error:
        return f"{deed.outcome}, could not be taken back: {plain(deed.undo_error, 300)}"
    if deed.outcome == BEGUN:
        return "begun, and it is not known whether it was done"
    return deed.outcome


def summary(results: Sequence[Result]) -> str:
    """How many calls were done and not."""
    done = sum(one.outcome in (DONE, ALREADY) for one in results)
    rest = len(results) - done
    calls = f"{done} call{'' if done == 1 else 's'} done"
    return f"{calls}, {rest} not: see above." if rest else f"{calls}, all that was to be done."

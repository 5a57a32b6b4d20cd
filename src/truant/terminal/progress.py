"""A bar that shows how far the reading is: on a terminal alone."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from truant.runners.embedded import Progress as Told
from truant.terminal.streams import console_on


@contextmanager
def bar() -> Iterator[Told]:
    """What a runner tells its progress to. The bar goes when the work ends, however it ends."""
    if not sys.stderr.isatty():
        yield lambda _done, _total: None
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("files"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console_on(sys.stderr), transient=True) as shown:
        task = shown.add_task("reading", total=None)

        def told(done: int, total: int) -> None:
            description = "reading" if done < total else "judging"
            shown.update(task, completed=done, total=total, description=description)

        yield told

"""The command `truant propose`: ways out that a fleet shows, for a person to accept."""

import time
from pathlib import Path
from typing import Annotated

import typer

from truant.commands.options import ConfigFile, FlowLogs, InventoryFolder, Jobs, Paths, RangesFile
from truant.connectors import config as configuration
from truant.connectors.feed_cache import default_folder
from truant.detection.proposals import Proposal, proposals, rule_of
from truant.formats.plain import plain
from truant.runners.scan import ScanRequest, gather
from truant.terminal import proposed
from truant.terminal.progress import bar
from truant.terminal.streams import console_on, reading_on, tell

Accept = Annotated[
    int | None,
    typer.Option(min=1, metavar="N", help="Write the rule of proposal N to the --config file."),
]


class CannotAccept(ValueError):
    """A proposal cannot be accepted; the message says why and what to do."""


def propose(
    paths: Paths,
    inventory: InventoryFolder = None,
    config: ConfigFile = None,
    ip_ranges: RangesFile = None,
    flow_logs: FlowLogs = None,
    accept: Accept = None,
    jobs: Jobs = None,
) -> None:
    """Propose ways out to trust that many instances show.

    Those of one subnet, over days, and most of all that speak there.

    Nothing is trusted by itself: a rule counts once it stands in truant.toml.
    """
    if accept is not None and config is None:
        raise CannotAccept("--accept writes to a truant.toml: name it with --config FILE.")
    known = config if config is not None and config.exists() else None
    request = ScanRequest(
        paths=tuple(paths),
        cache=default_folder(),
        now=int(time.time()),
        inventory=inventory,
        config=known,
        ip_ranges=ip_ranges,
        flow_logs=flow_logs,
        jobs=jobs or 0,
    )
    with bar() as told:
        read = gather(request, told)
    for notice in read.notices:
        tell(plain(notice, 1000), "note: ")
    found = proposals(read.state.sessions.values(), read.around)
    if accept is None:
        with reading_on() as stream:
            proposed.show(found, console_on(stream))
    elif config is not None:
        _accept(found, accept, config)


def _accept(found: list[Proposal], number: int, path: Path) -> None:
    if number > len(found):
        there = f"there are {len(found)}" if found else "there is none"
        raise CannotAccept(f"there is no proposal {number}; {there}.")
    rule = rule_of(found[number - 1])
    configuration.add(path, rule)
    tell(f"{plain(path)}: added {plain(rule, 1000)}.")

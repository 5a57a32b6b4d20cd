"""The options and arguments of the command line, and what each says of itself."""

import os
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from truant.model.finding import HIGH, LOW, MEDIUM


class Format(StrEnum):
    """How findings are written."""

    TABLE = "table"
    JSONL = "jsonl"


class FailOn(StrEnum):
    """The least severity that makes the exit code 1."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"

    @property
    def least(self) -> float:
        """The lower end of GuardDuty's band: Low 1.0-3.9, Medium 4.0-6.9, High 7.0-8.9."""
        return {FailOn.LOW: LOW - 1, FailOn.MEDIUM: MEDIUM - 1, FailOn.HIGH: HIGH - 1}[self]


CORES = os.cpu_count() or 1

# What cannot be read is told by whoever reads it, with its name and a remedy: `readable=False`.
Paths = Annotated[
    list[Path],
    typer.Argument(
        help="CloudTrail files, or folders that are searched through.",
        metavar="PATH",
        readable=False,
    ),
]
MorePaths = Annotated[
    list[Path] | None,
    typer.Argument(
        help="A trail to scan for the finding; without one, the last scan's result is used.",
        metavar="PATH",
        readable=False,
    ),
]
FindingId = Annotated[
    str, typer.Argument(help="A finding's id, or how it begins.", metavar="FINDING-ID")
]
NewFolder = Annotated[
    Path | None, typer.Argument(help="A new folder.", metavar="DIR", readable=False)
]
InventoryFolder = Annotated[
    Path | None,
    typer.Option(
        help="What `aws ec2 describe-…` printed, as docs/input.md says.",
        metavar="DIR",
        readable=False,
    ),
]
ConfigFile = Annotated[
    Path | None,
    typer.Option(help="Your accounts, and networks to trust.", metavar="FILE", readable=False),
]
RangesFile = Annotated[
    Path | None,
    typer.Option(
        help="AWS's ip-ranges.json, or a folder of several of them.",
        metavar="FILE",
        readable=False,
    ),
]
Feeds = Annotated[
    list[Path] | None,
    typer.Option(
        "--feed",
        help="What is known of networks, as docs/feeds.md says; may be repeated.",
        metavar="PATH",
        readable=False,
    ),
]
FlowLogs = Annotated[
    Path | None,
    typer.Option(
        help="VPC Flow Logs, text or Parquet, as they lie in S3.", metavar="DIR", readable=False
    ),
]
OutputFile = Annotated[
    Path | None,
    typer.Option(help="Write findings to this file.", metavar="FILE", readable=False),
]
FromFile = Annotated[
    Path | None,
    typer.Option(
        "--from", help="Look in this file of JSON lines instead.", metavar="FILE", readable=False
    ),
]
Keep = Annotated[
    Path | None,
    typer.Option(help="Leave the world in this new folder.", metavar="DIR", readable=False),
]
Download = Annotated[
    bool,
    typer.Option(
        "--download",
        help="First ask for newer ranges and feeds. Nothing else uses the network.",
    ),
]
HowToWrite = Annotated[
    Format, typer.Option("--format", help="For people, or a JSON object a line.")
]
StateFile = Annotated[
    Path | None,
    typer.Option(
        help="Go on from what this file keeps of earlier scans, and keep it there.",
        metavar="FILE",
        readable=False,
    ),
]
FailOnSeverity = Annotated[
    FailOn | None, typer.Option(help="Exit with 1 if a finding is at least so severe.")
]
Jobs = Annotated[int | None, typer.Option(min=1, metavar="N", help="Read with so many processes.")]
Remember = Annotated[bool, typer.Option(help="Keep the result for `truant explain`.")]
DemoSeed = Annotated[int, typer.Option(metavar="N", help="Another seed, another world.")]
Seed = Annotated[int, typer.Option(metavar="N", help="The same seed makes the same bytes.")]
Scenario = Annotated[str, typer.Option(metavar="NAMES", help="Joined by commas: E7,T4.")]
Days = Annotated[
    int, typer.Option(metavar="N", help="Work on N days; thefts are on the last of them.")
]
ListScenarios = Annotated[bool, typer.Option("--list", help="List the scenarios.")]
Version = Annotated[bool, typer.Option("--version", help="Show the version and exit.")]

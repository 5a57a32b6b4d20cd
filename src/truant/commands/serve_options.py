"""Where the options of `truant serve` come from beside its command line.

Each has a variable of the environment, and a key of the table `[serve]` of truant.toml. The
command line comes first, then the environment, then the file.
"""

from pathlib import Path
from typing import Annotated

import typer

from truant.connectors import service_config
from truant.logs import LogForm


def _take_from_file(context: typer.Context, path: Path | None) -> Path | None:
    """Let the file's keys stand for what neither command line nor environment gives."""
    if path is not None and path.is_file():
        context.default_map = {**(context.default_map or {}), **service_config.defaults(path)}
    return path


ServeConfig = Annotated[
    Path | None,
    typer.Option(
        envvar="TRUANT_CONFIG",
        help="truant.toml: your accounts, networks to trust, and what else is to be set.",
        metavar="FILE",
        readable=False,
        is_eager=True,
        callback=_take_from_file,
    ),
]
Host = Annotated[str, typer.Option(envvar="TRUANT_HOST", help="The address to listen on.")]
Port = Annotated[
    int, typer.Option(envvar="TRUANT_PORT", min=0, max=65535, help="The port to listen on.")
]
Certificate = Annotated[
    Path | None, typer.Option(envvar="TRUANT_CERTIFICATE", help="TLS: the certificate, PEM.")
]
CertificateKey = Annotated[
    Path | None,
    typer.Option(envvar="TRUANT_CERTIFICATE_KEY", help="TLS: the certificate's key, PEM."),
]
ListsFolder = Annotated[
    Path | None,
    typer.Option(envvar="TRUANT_LISTS", help="The folder from which file:// lists may be read."),
]
Plain = Annotated[
    bool,
    typer.Option("--plain", envvar="TRUANT_PLAIN", help="No TLS, though others reach the address."),
]
LogFormat = Annotated[
    LogForm, typer.Option(envvar="TRUANT_LOG_FORMAT", help="The log: lines for people, or JSON.")
]
InventoryFolder = Annotated[
    Path | None,
    typer.Option(
        envvar="TRUANT_INVENTORY",
        help="What `aws ec2 describe-…` printed, as docs/input.md says; read anew as it changes.",
        metavar="DIR",
        readable=False,
    ),
]
RangesFile = Annotated[
    Path | None,
    typer.Option(
        envvar="TRUANT_IP_RANGES",
        help="AWS's ip-ranges.json, or a folder of several of them.",
        metavar="FILE",
        readable=False,
    ),
]
# A variable that holds several: paths as PATH joins them, locations with white space between.
Feeds = Annotated[
    list[Path] | None,
    typer.Option(
        "--feed",
        envvar="TRUANT_FEED",
        help="What is known of networks, as docs/feeds.md says; may be repeated.",
        metavar="PATH",
        readable=False,
    ),
]
Download = Annotated[
    bool,
    typer.Option(
        "--download", envvar="TRUANT_DOWNLOAD", help="Ask for newer ranges and feeds, each hour."
    ),
]
Intake = Annotated[
    list[str] | None,
    typer.Option(
        envvar="TRUANT_INTAKE",
        help="Read a trail from here: a folder, s3://…, an SQS queue, a Kinesis stream.",
        metavar="FROM",
    ),
]
FlowLogs = Annotated[
    list[str] | None,
    typer.Option(
        envvar="TRUANT_FLOW_LOGS",
        help="Read VPC Flow Logs from here, as with --intake.",
        metavar="FROM",
    ),
]
Collect = Annotated[
    bool,
    typer.Option(
        "--collect", envvar="TRUANT_COLLECT", help="Collect the inventory from AWS, each hour."
    ),
]

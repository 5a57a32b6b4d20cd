"""Flow log files on disk: found under folders, read in blocks of lines, never whole.

Names and folders as AWS publishes them to S3, in both layouts:
`AWSLogs/<account>/vpcflowlogs/<region>/YYYY/MM/DD[/HH]/` and `aws-account-id=…/
aws-service=vpcflowlogs/aws-region=…/year=…/month=…/day=…[/hour=…]/`, files named
`<account>_vpcflowlogs_<region>_<flow-log-id>_YYYYMMDDTHHmmZ_<hash>.log.gz` (or `.log.parquet`).
https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-s3-path.html
"""

import gzip
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import BinaryIO, cast

from isal import igzip, isal_zlib

from truant.connectors import flow_parquet
from truant.connectors.trail_files import Content, Unreadable, opened, walk
from truant.model.flow_lines import FlowLines, NotFlowLog, layout
from truant.model.flow_tally import Refused, Tally
from truant.model.inflate import GZIP_MAGIC

# Small enough for the fields of its lines to stay in a processor's cache: twice as fast as 1 MiB.
BLOCK_BYTES = 64 * 1024
TALLY_BYTES = 8 * 1024 * 1024  # of text put together before it is handed on
LINE_BYTES_MAX = 64 * 1024  # a record of all fields is under 2 KB
INFLATED_BYTES_MAX = 16 * 1024 * 1024 * 1024
REFUSED_MAX = 1000  # broken places in one file, past which the rest of it is refused
_ENDINGS = (".log", ".txt", ".gz", ".parquet")
_PUBLISHED = re.compile(r"_vpcflowlogs_.*_(\d{4})(\d\d)(\d\d)T\d{4}Z")
_BROKEN: type[Exception] = isal_zlib.error  # type: ignore[assignment]
_EPOCH = date(1970, 1, 1).toordinal()


def find(path: Path) -> tuple[list[Path], int]:
    """Every file that may be a flow log, in a fixed order, and how many others there were.

    A path that is a file is taken whatever its name. Folders that cannot be listed are among the
    files, so that `read` refuses them by name. Raises Unreadable for a path that is not there, and
    where there is Parquet and the extra that reads it is not installed.
    """
    if not path.exists():
        raise Unreadable(f"{path}: no such file or folder. Name a folder of VPC Flow Logs.")
    inner = list(walk(path)) if path.is_dir() else []
    found = sorted(one for one, is_file in inner if not is_file or looks_like_flow_log(one.name))
    others = len(inner) - len(found)
    found = found if path.is_dir() else [path]
    parquet = next((one for one in found if one.name.lower().endswith(".parquet")), None)
    if parquet is not None and not flow_parquet.is_installed():
        raise Unreadable(f"{parquet}: Parquet needs the package duckdb: {flow_parquet.REMEDY}")
    return found, others


def looks_like_flow_log(name: str) -> bool:
    """Whether a file of this name may be a flow log."""
    return name.lower().endswith(_ENDINGS)


def day_of(path: Path) -> int | None:
    """The day (since the epoch) on which a file was published, by its name; None if untold."""
    found = _PUBLISHED.search(path.name)
    if found is None:
        return None
    try:
        return date(*map(int, found.groups())).toordinal() - _EPOCH
    except ValueError:
        return None


def read(path: Path | Content) -> Iterator[Tally]:
    """Read one file in pieces. Never raises: what cannot be read is refused, with the reason."""
    refused = 0
    try:
        for tally in _pieces(path):
            refused += len(tally.refused)
            if refused > REFUSED_MAX:
                del tally.refused[REFUSED_MAX - refused :]
                yield tally
                reason = f"more than {REFUSED_MAX:,} broken lines: the rest of the file is left out"
                yield Tally(refused=[Refused(0, reason)])
                return
            yield tally
    except NotFlowLog as error:
        yield Tally(refused=[Refused(0, str(error))])
    except (gzip.BadGzipFile, _BROKEN) as error:
        yield Tally(refused=[Refused(0, f"broken gzip ({error}); what stood before is used")])
    except EOFError:
        yield Tally(refused=[Refused(0, "gzip cut off; what stood before is used")])
    except OSError as error:
        reason = f"cannot be read: {error.strerror or error}"
        yield Tally(refused=[Refused(0, reason, unreadable=True)])


def _pieces(path: Path | Content) -> Iterator[Tally]:
    if isinstance(path, Path) and path.is_dir():
        os.scandir(path).close()
    with opened(path) as file:
        start = file.read(len(flow_parquet.MAGIC))
        if start != flow_parquet.MAGIC:
            file.seek(0)
            with _inflated(file, is_gzip=start.startswith(GZIP_MAGIC)) as stream:
                yield from _lines(stream)
            return
    if isinstance(path, Path):
        yield from flow_parquet.read(path)
        return
    with tempfile.NamedTemporaryFile(suffix=".parquet") as copy:  # duckdb reads files by name
        with opened(path) as file:
            shutil.copyfileobj(file, copy)
        copy.flush()
        yield from flow_parquet.read(Path(copy.name))


@contextmanager
def _inflated(file: BinaryIO, *, is_gzip: bool) -> Iterator[BinaryIO]:
    if is_gzip:
        with igzip.IGzipFile(fileobj=file, mode="rb") as stream:  # type: ignore[no-untyped-call]
            yield cast(BinaryIO, stream)
    else:
        yield file


def _lines(stream: BinaryIO) -> Iterator[Tally]:
    lines: FlowLines | None = None
    tally = Tally()
    try:
        for block in _blocks(stream):
            if lines is None:
                head, _, rest = block.partition(b"\n")
                form, is_header = layout(head)
                lines = FlowLines(form, begun=is_header)
                block = rest if is_header else block  # noqa: PLW2901 the header is done with
            lines.take(block, tally)
            if tally.size >= TALLY_BYTES or tally.refused:
                yield tally
                tally = Tally()
    except (NotFlowLog, OSError, EOFError, _BROKEN):
        yield tally  # what stood before the break counts
        raise
    yield tally


def _blocks(stream: BinaryIO) -> Iterator[bytes]:
    """Blocks of whole lines. Raises NotFlowLog where the text is not one of lines, or endless."""
    rest, total = b"", 0
    while part := stream.read(BLOCK_BYTES):
        total += len(part)
        if total > INFLATED_BYTES_MAX:
            raise NotFlowLog(f"inflates to more than {INFLATED_BYTES_MAX:,} bytes: split it")
        end = part.rfind(b"\n") + 1
        if end:
            yield rest + part[:end]
            rest = part[end:]
        else:
            rest += part
        if len(rest) > LINE_BYTES_MAX:
            raise NotFlowLog(f"a line is longer than {LINE_BYTES_MAX:,} bytes")
    if rest:
        yield rest

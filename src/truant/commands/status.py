"""The commands that look after the service: `truant status`, `truant quarantine`."""

import time
from typing import Annotated

import msgspec
import typer

from truant.commands.options import Format, HowToWrite
from truant.commands.serve import CannotRun, Database, default_database, told
from truant.terminal.streams import reading_on, tell

quarantine = typer.Typer(
    no_args_is_help=True, help="What could not be taken in: list it, try it again."
)


def status(database: Database = None, format_: HowToWrite = Format.TABLE) -> None:
    """Tell how the service is: who works, what arrives and how late, who has fallen silent."""
    with told():
        from truant.connectors.store.database import open_store
        from truant.runners import status as runner
        from truant.terminal import watched

        store = open_store(database or str(default_database()))
        with store.read() as conn:
            found = runner.status(conn, time.time_ns() // 1_000_000)
        store.close()
        with reading_on() as stream:
            if format_ is Format.JSONL:
                stream.write(msgspec.json.encode(found).decode() + "\n")
            else:
                stream.writelines(f"{line}\n" for line in watched.lines(found))


@quarantine.command("list")
def list_quarantine(
    database: Database = None,
    most: Annotated[int, typer.Option(min=1, metavar="N", help="So many, the latest.")] = 100,
) -> None:
    """List what could not be taken in, the latest first."""
    with told():
        from truant.connectors.store import quarantine as kept
        from truant.connectors.store.database import open_store
        from truant.terminal import watched

        store = open_store(database or str(default_database()))
        with store.read() as conn:
            found, count = kept.latest(conn, most), kept.count(conn)
        store.close()
        with reading_on() as stream:
            stream.writelines(f"{line}\n" for line in watched.pieces(found))
        tell(f"{count:,} pieces in quarantine.")


@quarantine.command("retry")
def retry_quarantine(
    numbers: Annotated[
        list[int] | None, typer.Argument(metavar="NUMBER", help="As listed; none for all.")
    ] = None,
    database: Database = None,
) -> None:
    """Have the service read anew what could not be taken in: within seconds, if it runs."""
    with told():
        from truant.connectors.store import quarantine as kept
        from truant.connectors.store.database import open_store

        store = open_store(database or str(default_database()))
        with store.write() as conn:
            count = kept.try_again(conn, numbers or None)
        store.close()
    if numbers and not count:
        raise CannotRun("no such number is in quarantine. See truant quarantine list.")
    tell(f"{count:,} items are to be read anew.")

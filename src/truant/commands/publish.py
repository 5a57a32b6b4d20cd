"""The commands `truant publish …`: where findings are sent, how it goes there, and a test of it."""

import time
from typing import Annotated

import typer

from truant.commands.options import ConfigFile
from truant.commands.serve import CannotRun, Database, KeyFile, default_database, told
from truant.formats.plain import plain

places = typer.Typer(
    no_args_is_help=True, help="Places to which findings are sent: list, test, retry."
)

Name = Annotated[str, typer.Argument(help="The place's name.")]


@places.command("list")
def list_places(database: Database = None, key_file: KeyFile = None) -> None:
    """List the places that the service sends to, how it goes there, and what waits."""
    with told():
        from truant.connectors.store import channels, outbox
        from truant.connectors.store.database import open_store

        store = open_store(database or str(default_database()), key_file)
        with store.read() as conn:
            found, waiting = channels.all_of(conn), outbox.waiting(conn)
        store.close()
    for one in found:
        held = waiting.get(one.name, outbox.Waiting(0, 0, 0))
        state = "closed" if not one.is_open else one.last_error or "well"
        parts = (one.name, one.kind, plain(one.place), f"{held.notices} wait", plain(state))
        aside = f"  {held.set_aside} set aside" if held.set_aside else ""
        typer.echo("  ".join(parts) + aside)


@places.command("test")
def send_test(
    name: Name, config: ConfigFile = None, database: Database = None, key_file: KeyFile = None
) -> None:
    """Send a place a message that says it is a test."""
    with told():
        from truant.connectors.publish.publisher import NotDelivered
        from truant.connectors.store.database import open_store
        from truant.runners.publishing import NoPlace, places_of

        store = open_store(database or str(default_database()), key_file)
        try:
            places_of(store, config).test(name, time.time_ns() // 1_000_000)
        except NoPlace as error:
            raise CannotRun(f"{plain(name)}: there is no such place in --config.") from error
        except NotDelivered as error:
            raise CannotRun(f"{plain(name)}: {plain(error)}. Nothing was sent.") from error
        finally:
            store.close()
    typer.echo(f"{plain(name)} has taken a test message.")


@places.command("retry")
def retry(name: Name, database: Database = None, key_file: KeyFile = None) -> None:
    """Try once more what a place refused too often."""
    with told():
        from truant.connectors.store import outbox
        from truant.connectors.store.database import open_store

        store = open_store(database or str(default_database()), key_file)
        now = time.time_ns() // 1_000_000
        number = store.run(lambda conn: outbox.again(conn, name, now))
        store.close()
    typer.echo(f"{number} notices of {plain(name)} will be tried again.")

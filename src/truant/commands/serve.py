"""The commands of the service: `truant serve`, and `truant keys` for the keys of its API.

What the service is made of is an extra, and is loaded only when it is asked for.
"""

import logging
import os
import re
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from msgspec.structs import replace
from platformdirs import user_data_path

from truant import logs
from truant.commands.serve_options import (
    Certificate,
    CertificateKey,
    Collect,
    Download,
    Feeds,
    FlowLogs,
    Host,
    Intake,
    InventoryFolder,
    ListsFolder,
    LogFormat,
    Plain,
    Port,
    RangesFile,
    ServeConfig,
)
from truant.connectors import service_config
from truant.connectors.feed_cache import default_folder
from truant.connectors.service_config import Collecting
from truant.connectors.sources import BadSource, Holds, Kind, Source, source
from truant.formats.plain import plain
from truant.logs import LogForm
from truant.terminal.streams import tell

keys = typer.Typer(no_args_is_help=True, help="Keys of the API: create, list, delete.")

Database = Annotated[
    str | None,
    typer.Option(
        envvar="TRUANT_DATABASE",
        help="A file, or postgresql://…; by default a file of the user's.",
    ),
]
KeyFile = Annotated[
    Path | None,
    typer.Option(envvar="TRUANT_KEY_FILE", help="What secrets are encrypted with, mode 0600."),
]


class CannotRun(ValueError):
    """A command of the service cannot be run; the message says why and what to do."""


def default_database() -> Path:
    """The database of a user who named none."""
    return user_data_path("truant", appauthor=False) / "truant.db"


@contextmanager
def told() -> Iterator[None]:
    """Turn what goes wrong into CannotRun."""
    try:
        from truant.connectors.store.database import BadStore
        from truant.connectors.store.key_box import BadKey
        from truant.server import CannotServe
    except ModuleNotFoundError as error:
        raise CannotRun(
            f"the service needs {error.name}, which is not installed: pip install 'truant[server]'"
        ) from error
    try:
        yield
    except (BadStore, BadKey, BadSource, CannotServe) as error:
        raise CannotRun(str(error)) from error


@keys.command("create")
def create_key(
    account: Annotated[str, typer.Option(help="The account as which it calls: 12 digits.")],
    name: Annotated[str, typer.Option(help="Whose it is, for lists and histories.")] = "unnamed",
    read_only: Annotated[bool, typer.Option(help="It may look and change nothing.")] = False,
    database: Database = None,
    key_file: KeyFile = None,
) -> None:
    """Create a key. The first one's account becomes the administrator, if there is none yet."""
    if re.fullmatch(r"\d{12}", account, re.ASCII) is None:
        raise CannotRun(f"{account}: an account id has 12 digits.")
    with told():
        from truant.connectors.store import api_keys, members
        from truant.connectors.store.database import open_store

        store = open_store(database or str(default_database()), key_file)
        now = time.time_ns() // 1_000_000
        with store.write() as conn:
            box = store.box(make=api_keys.count(conn) == 0)
            issued = api_keys.issue(conn, box, account, name, now, read_only=read_only)
            first = members.administrator(conn) is None
            if first:
                members.appoint(conn, account)
        store.close()
    typer.echo(f"access key id:      {issued.key.id}")
    typer.echo(f"secret access key:  {issued.secret}")
    typer.echo("The secret is shown this once.", err=True)
    if first:
        typer.echo(f"{account} is now the administrator: its keys see every account.", err=True)


@keys.command("list")
def list_keys(database: Database = None, key_file: KeyFile = None) -> None:
    """List the keys, without their secrets."""
    with told():
        from truant.connectors.store import api_keys
        from truant.connectors.store.database import open_store

        store = open_store(database or str(default_database()), key_file)
        with store.read() as conn:
            found = api_keys.all_of(conn)
        store.close()
    for key in found:
        used = _day(key.used_at) if key.used_at else "never used"
        kind = "reads" if key.read_only else "reads and writes"
        typer.echo(
            f"{key.id}  {key.account}  {kind}  {_day(key.created_at)}  {used}  {plain(key.name)}"
        )


def _day(milliseconds: int) -> str:
    return time.strftime("%Y-%m-%d", time.gmtime(milliseconds / 1000))


@keys.command("delete")
def delete_key(
    key_id: Annotated[str, typer.Argument(help="Its access key id.")],
    database: Database = None,
    key_file: KeyFile = None,
) -> None:
    """Delete a key: the next call that it signs is refused."""
    with told():
        from truant.connectors.store import api_keys
        from truant.connectors.store.database import open_store

        store = open_store(database or str(default_database()), key_file)
        with store.write() as conn:
            found = api_keys.revoke(conn, key_id)
        store.close()
    if not found:
        raise CannotRun(f"{plain(key_id)}: there is no such key. See truant keys list.")


def _sources(
    config: Path | None, trails: Sequence[str], flow_logs: Sequence[str]
) -> tuple[Source, ...]:
    """What is read: the sources of truant.toml, and those that options name."""
    named = [source(_whole(one)) for one in trails]
    named += [source(_whole(one), Holds.FLOW_LOGS) for one in flow_logs]
    return (*(service_config.read(config).intake if config else ()), *named)


def _collecting(config: Path | None, wanted: bool) -> Collecting | None:
    """What is collected: as truant.toml says, else that of the credentials' account."""
    named = service_config.read(config).collect if config else None
    external_id = os.environ.get("TRUANT_EXTERNAL_ID")
    if named is not None and named.external_id is None and external_id:
        return replace(named, external_id=external_id)
    return named or (Collecting() if wanted else None)


def _invite(link: str) -> None:
    """Tell whoever starts it how the first user is made. A secret: it goes to no log."""
    tell(f"there is no user yet; this link makes the first, once: {link}")


def _whole(location: str) -> str:
    """A folder by its whole path: a source is remembered by its location."""
    is_folder = source(location).kind is Kind.FOLDER
    return str(Path(location).absolute()) if is_folder else location


def serve(
    host: Host = "127.0.0.1",
    port: Port = 8443,
    database: Database = None,
    key_file: KeyFile = None,
    certificate: Certificate = None,
    key: CertificateKey = None,
    lists: ListsFolder = None,
    plain_http: Plain = False,
    config: ServeConfig = None,
    inventory: InventoryFolder = None,
    ip_ranges: RangesFile = None,
    feed: Feeds = None,
    download: Download = False,
    intake: Intake = None,
    flow_logs: FlowLogs = None,
    collect: Collect = False,
    log_format: LogFormat = LogForm.TEXT,
) -> None:
    """Watch, day and night; serve GuardDuty's API and a console over what is found."""
    with told():
        from truant.connectors.config import read as read_config
        from truant.connectors.store.database import open_store
        from truant.console.known import Site, first_setup
        from truant.console.site import routes
        from truant.runners.crew import Crew
        from truant.runners.service import Setup, tasks
        from truant.server import STOP_SECONDS, Listening, application, server

        logs.configure(log_format)
        where = Listening(host, port, certificate, key, plain_http)
        store = open_store(database or str(default_database()), key_file)
        setup = Setup(
            cache=default_folder(),
            config=config,
            ip_ranges=ip_ranges,
            feeds=tuple(feed or ()),
            inventory=inventory,
            download=download,
            sources=_sources(config, intake or [], flow_logs or []),
            collect=_collecting(config, collect),
        )
        notices: list[str] = []
        crew = Crew(tasks(store, setup, notices))
        token = os.environ.get("TRUANT_METRICS_TOKEN")
        site = Site(first_setup(store), trust=read_config(config) if config else None)
        more = routes(store, site)
        app = application(store, more, lists, crew, token, stopping=site.stopping)
        running = server(app, where)
        say = tell if log_format is LogForm.TEXT else logging.getLogger("truant").info
        address = f"{'https' if certificate else 'http'}://{host}:{port}"
        say(f"truant serves GuardDuty's API on {address}")
        say(f"its console is at {address}/console/")
        if site.setup.token is not None:
            _invite(f"{address}/console/setup?token={site.setup.token}")
        for notice in notices:
            say(plain(notice))
        crew.start()
        try:
            running.run()
        finally:  # a signal that ended the server is raised again behind it
            for name in crew.close(STOP_SECONDS):
                say(f"{plain(name)} is still at work and was left: it is done again next time")
            store.close()

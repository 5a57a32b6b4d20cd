"""The commands `truant users`: who may sign in to the console."""

import time
from typing import Annotated

import typer

from truant.commands.serve import CannotRun, Database, KeyFile, default_database, told
from truant.formats.plain import plain

users = typer.Typer(no_args_is_help=True, help="Users of the console: create, list, delete.")

Name = Annotated[str, typer.Argument(help="The name that is signed in with.")]
RoleOption = Annotated[str, typer.Option(help="viewer, analyst or administrator.")]


@users.command("create")
def create_user(
    name: Name,
    role: RoleOption = "administrator",
    database: Database = None,
    key_file: KeyFile = None,
) -> None:
    """Create a user. The password is asked for, or read from standard input."""
    with told():
        from truant.connectors.store import audit
        from truant.connectors.store import users as kept
        from truant.connectors.store.database import open_store
        from truant.connectors.store.users import Role
        from truant.console.passwords import BadPassword
        from truant.console.sign_in import new_user
        from truant.console.visit import Problem

        if role not in list(Role):
            raise CannotRun(f"{plain(role)}: a role is viewer, analyst or administrator.")
        now = time.time_ns() // 1_000_000
        password = typer.prompt("password", hide_input=True, err=True)
        try:
            user = new_user(name, password, Role(role), now)
        except BadPassword as error:
            raise CannotRun(str(error)) from error
        except Problem as error:
            raise CannotRun(error.text) from error
        store = open_store(database or str(default_database()), key_file)
        with store.write() as conn:
            is_known = kept.find(conn, name) is not None
            if not is_known:
                kept.keep(conn, user)
                audit.note(conn, now, "truant users", "user created", name, {"role": role})
        store.close()
    if is_known:
        raise CannotRun(f"{plain(name)}: there is such a user. Delete it first.")
    typer.echo(f"{plain(name)} may sign in as {role}.", err=True)


@users.command("list")
def list_users(database: Database = None, key_file: KeyFile = None) -> None:
    """List the users."""
    with told():
        from truant.connectors.store import users as kept
        from truant.connectors.store.database import open_store

        store = open_store(database or str(default_database()), key_file)
        with store.read() as conn:
            found = kept.every(conn)
        store.close()
    for one in found:
        typer.echo(f"{plain(one.name)}  {one.role.value}")


@users.command("delete")
def delete_user(name: Name, database: Database = None, key_file: KeyFile = None) -> None:
    """Delete a user: whoever is signed in as it is out at once."""
    with told():
        from truant.connectors.store import audit
        from truant.connectors.store import users as kept
        from truant.connectors.store.database import open_store

        store = open_store(database or str(default_database()), key_file)
        with store.write() as conn:
            found = kept.remove(conn, name)
            if found:
                at = time.time_ns() // 1_000_000
                audit.note(conn, at, "truant users", "user deleted", name)
        store.close()
    if not found:
        raise CannotRun(f"{plain(name)}: there is no such user. See truant users list.")

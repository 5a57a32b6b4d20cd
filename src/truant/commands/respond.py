"""The command `truant respond`: a plan for a finding, shown; done or undone on a person's word.

Without `--execute` it changes nothing and calls no AWS.
"""

import getpass
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from platformdirs import user_state_path

from truant.commands.options import ConfigFile, FindingId, FromFile, InventoryFolder
from truant.commands.serve import Database, KeyFile, default_database
from truant.connectors import config as configuration
from truant.connectors import inventory_folder, last_scan, policies
from truant.detection.finding_case import Case
from truant.detection.inventory import Inventory
from truant.detection.knowing import knowledge
from truant.detection.plan import Knowledge, Options, RoleUser, Step
from truant.detection.playbook import steps
from truant.formats.plain import plain
from truant.runners.recall import NoSuchFinding, named
from truant.terminal.streams import console_on, reading_on, tell

if TYPE_CHECKING:
    from truant.connectors.aws_respond import Hand
    from truant.connectors.store.database import Store

NOT_DONE = 1
Finding = Mapping[str, object]

Execute = Annotated[
    bool, typer.Option("--execute", help="Do it, after asking. Without it nothing is changed.")
]
Undo = Annotated[bool, typer.Option("--undo", help="Take back what was done, after asking.")]
Yes = Annotated[
    bool, typer.Option("--yes", help="Do not ask: whoever gives this has read the plan.")
]
Chosen = Annotated[
    list[str] | None,
    typer.Option("--step", metavar="NAME", help="Only this step; may be repeated."),
]
WholeRole = Annotated[
    bool, typer.Option("--whole-role", help="Revoke all sessions of the role, not this one alone.")
]
Terminate = Annotated[bool, typer.Option("--terminate", help="End the instance, after snapshots.")]
NetworkAcl = Annotated[
    bool, typer.Option("--network-acl", help="Cut tracked connections, with all of the subnet.")
]
Profile = Annotated[
    str | None,
    typer.Option(metavar="NAME", help="An instance profile of yours for the instance."),
]
RoleName = Annotated[
    str | None,
    typer.Option("--role", metavar="NAME", help="The role to assume in the finding's account."),
]
ExternalId = Annotated[
    str | None,
    typer.Option(envvar="TRUANT_EXTERNAL_ID", metavar="ID", help="Its trust's external id."),
]


class CannotRespond(ValueError):
    """It cannot be done so; the message says why and what to do."""


def respond(
    finding_id: FindingId,
    from_: FromFile = None,
    inventory: InventoryFolder = None,
    config: ConfigFile = None,
    database: Database = None,
    key_file: KeyFile = None,
    whole_role: WholeRole = False,
    terminate: Terminate = False,
    network_acl: NetworkAcl = False,
    profile: Profile = None,
    step: Chosen = None,
    execute: Execute = False,
    undo: Undo = False,
    yes: Yes = False,
    role: RoleName = None,
    external_id: ExternalId = None,
) -> None:
    """Show what to do about a finding, in order; do it, or take it back, on your word.

    Each step says what it breaks. Nothing is ever done without --execute and a yes.
    """
    if execute and undo:
        raise CannotRespond("--execute and --undo are two things: give one of them.")
    store = opened(database, key_file, must=execute or undo)
    try:
        finding = finding_named(store, finding_id, from_)
        known = _known(store, finding, inventory, config)
        chosen = Options(int(time.time()), whole_role, profile, terminate, network_acl)
        plan = _chosen(steps(finding, chosen, known), step or [])
        _show(plan, store, finding)
        if store is not None and (execute or undo):
            _confirm(finding, plan, undo=undo, yes=yes)
            hand = _hand(finding, role, external_id)
            _run(store, finding, plan, hand, undo=undo)
        else:
            tell("nothing was done. --execute does it, after asking; --step NAME only a part.")
    finally:
        if store is not None:
            store.close()


def opened(database: str | None, key_file: Path | None, *, must: bool) -> "Store | None":
    """The store: for what was done, for findings and for who uses a role; None where none is."""
    named_one = database or str(default_database())
    if not must and database is None and not Path(named_one).exists():
        return None
    try:
        from truant.connectors.store.database import BadStore, open_store
    except ModuleNotFoundError as error:
        raise CannotRespond(
            f"what is done is recorded, which needs {error.name}: pip install 'truant[server]'"
        ) from error
    try:
        return open_store(named_one, key_file)
    except BadStore as error:
        raise CannotRespond(str(error)) from error


def finding_named(store: "Store | None", name: str, file: Path | None) -> Finding:
    """From the file, else from the store, else from the last scan."""
    if file is not None:
        return named(last_scan.read_findings(file), name, str(file))
    if store is not None:
        from truant.connectors.store import findings

        start = name.rsplit("/", 1)[-1].strip().lower()
        with store.read() as conn:
            rows = findings.beginning(conn, start)
        if rows:
            return named([row.document() for row in rows], name, "the database")
    kept = last_scan.read(user_state_path("truant", appauthor=False) / "last-scan.json")
    if kept is None:
        raise NoSuchFinding(
            f"{name}: no finding of that id in the database, and no scan was kept. Give --from "
            "FILE or --database."
        )
    return named(kept.findings, name, "the database, nor in the last scan; give --from FILE")


def _known(
    store: "Store | None", finding: Finding, folder: Path | None, config: Path | None
) -> Knowledge:
    case = Case(finding)
    members = set(configuration.read(config).members) if config else set()
    facts = inventory_folder.read(folder).facts if folder else set()
    users: tuple[RoleUser, ...] | None = None
    if store is not None:
        from truant.connectors.store import snapshots
        from truant.runners.planning import kept

        with store.read() as conn:
            found = kept(conn, case)
            facts |= snapshots.since(conn, 0)
        users, members = found.users, members | found.members
    return knowledge(case, Inventory(facts), users, members)


def _chosen(plan: tuple[Step, ...], wanted: list[str]) -> tuple[Step, ...]:
    names = [one.name for one in plan]
    for name in wanted:
        if name not in names:
            raise CannotRespond(f"{plain(name)}: no such step; there are {', '.join(names)}.")
    return tuple(one for one in plan if not wanted or one.name in wanted)


def _show(plan: tuple[Step, ...], store: "Store | None", finding: Finding) -> None:
    from truant.terminal import responded

    with reading_on() as stream:
        console = console_on(stream)
        responded.show(plan, console)
        if store is not None:
            from truant.connectors.store import responses

            with store.read() as conn:
                responded.history(responses.of(conn, str(finding.get("id"))), console)


def _confirm(finding: Finding, plan: tuple[Step, ...], *, undo: bool, yes: bool) -> None:
    """Ask for the instance's id: a thing that is typed is a thing that was read."""
    if yes:
        return
    if not sys.stdin.isatty():
        raise CannotRespond("nobody can be asked here: read the plan, and give --yes.")
    case = Case(finding)
    what = "take back what was done" if undo else f"do {len(plan)} steps"
    tell(f"about to {what} in account {plain(case.account)}, {plain(case.region)}.")
    said = typer.prompt(f"Type the instance's id ({plain(case.instance)}) to go on", err=True)
    if said.strip() != case.instance:
        raise CannotRespond("that is not the instance's id: nothing was done.")


def _hand(finding: Finding, role: str | None, external_id: str | None) -> "Hand":
    """The credentials of the finding's account, and of no other."""
    try:
        from truant.connectors.aws_api import Aws, CannotCall
        from truant.connectors.aws_inventory import Role, assume, caller
        from truant.connectors.aws_respond import Hand
    except ModuleNotFoundError as error:
        raise CannotRespond(
            f"asking AWS needs {error.name}, which is not installed: pip install 'truant[aws]'"
        ) from error
    case = Case(finding)
    try:
        aws = Aws(case.region if case.region != "unknown" else None)
        who = caller(aws)
        keys = None
        if role is not None:
            policy = policies.compact("respond")
            assumed = Role(role, external_id, policy, f"truant-{getpass.getuser()}"[:64])
            keys = assume(aws, assumed, case.account, who.partition)
        elif who.account != case.account:
            raise CannotRespond(
                f"the credentials are of account {who.account}, the finding is of "
                f"{plain(case.account)}: use that account's, or name a role there with --role."
            )
    except CannotCall as error:
        raise CannotRespond(plain(error, 1000)) from error
    return Hand(aws, who.partition, keys)


def _run(
    store: "Store", finding: Finding, plan: tuple[Step, ...], hand: "Hand", *, undo: bool
) -> None:
    from truant.connectors.store.responses import ALREADY, DONE
    from truant.runners.responding import Responder
    from truant.terminal import responded

    responder = Responder(
        store,
        str(finding.get("id")),
        getpass.getuser(),
        hand.do,
        lambda: time.time_ns() // 1_000_000,
    )
    results = []
    for result in responder.undo() if undo else responder.execute(plan):
        tell(responded.line(result))
        results.append(result)
    tell(responded.summary(results))
    if any(one.outcome not in (DONE, ALREADY) for one in results):
        raise typer.Exit(NOT_DONE)


WRONG = (CannotRespond,)

"""The commands `truant collect`, an inventory of living accounts, and `truant policy`.

boto3 is an extra, and is loaded only when it is asked for.
"""

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from truant.connectors import policies
from truant.connectors.inventory_writer import CannotWrite, InventoryWriter
from truant.formats.plain import plain
from truant.model.network import is_account
from truant.terminal.streams import reading_on, tell

if TYPE_CHECKING:
    from truant.runners.collecting import Collected, CollectRequest, Part

INCOMPLETE = 2
SESSION_POLICY = "member"

Folder = Annotated[
    Path,
    typer.Argument(
        help="A new folder, or an earlier inventory to be brought up to date.",
        metavar="DIR",
        readable=False,
    ),
]
RoleName = Annotated[
    str | None,
    typer.Option("--role", metavar="NAME", help="The role to assume in other accounts."),
]
ExternalId = Annotated[
    str | None,
    typer.Option(
        envvar="TRUANT_EXTERNAL_ID", metavar="ID", help="The external id that its trust asks for."
    ),
]
Accounts = Annotated[
    list[str] | None,
    typer.Option("--account", metavar="ID", help="An account to collect; may be repeated."),
]
Organization = Annotated[
    bool, typer.Option("--organization", help="All active accounts of the organization.")
]
Regions = Annotated[
    list[str] | None,
    typer.Option("--region", metavar="NAME", help="A region, instead of all; may be repeated."),
]
Parallel = Annotated[
    int, typer.Option(min=1, max=64, metavar="N", help="Ask so many regions at once.")
]
PolicyName = Annotated[str | None, typer.Argument(help="One of those listed.", metavar="NAME")]


class CannotAsk(ValueError):
    """AWS cannot be asked so; the message says why and what to do."""


def collect(
    folder: Folder,
    role: RoleName = None,
    external_id: ExternalId = None,
    account: Accounts = None,
    organization: Organization = False,
    region: Regions = None,
    parallel: Parallel = 8,
) -> None:
    """Collect the inventory of living accounts, into a folder for --inventory.

    What cannot be had is named and leaves the exit code 2; what was had is written all the same.
    """
    request = asked(role, external_id, account or [], region or [], parallel, organization)
    with InventoryWriter(folder) as writer:
        result = _collected(request, writer)
        if writer.files:
            writer.finish()
    from truant.terminal import collected

    for lead, text in collected.lines(result):
        tell(text, lead)
    if not writer.files:
        raise CannotAsk("nothing was collected, and nothing written.")
    tell(f"written to {plain(folder)}.")
    if result.missing:
        raise typer.Exit(INCOMPLETE)


def asked(
    role: str | None,
    external_id: str | None,
    accounts: list[str],
    regions: list[str],
    parallel: int,
    organization: bool,
) -> "CollectRequest":
    """What options ask for. Raises CannotAsk for what is no account, or where boto3 is missing."""
    for one in accounts:
        if not is_account(one):
            raise CannotAsk(f"{plain(one)}: an account id has 12 digits.")
    try:
        from truant.connectors.aws_inventory import Role
        from truant.runners.collecting import CollectRequest
    except ModuleNotFoundError as error:
        raise CannotAsk(
            f"asking AWS needs {error.name}, which is not installed: pip install 'truant[aws]'"
        ) from error
    assumed = Role(role, external_id, policies.compact(SESSION_POLICY)) if role else None
    return CollectRequest(tuple(accounts), organization, tuple(regions), assumed, parallel)


def _collected(request: "CollectRequest", writer: InventoryWriter) -> "Collected":
    from truant.connectors.aws_api import Aws, CannotCall
    from truant.connectors.aws_inventory import LIST_ACCOUNTS
    from truant.runners.collecting import CannotCollect, collect

    def take(part: "Part") -> None:
        if LIST_ACCOUNTS in part.documents:
            writer.put_accounts(part.account, part.documents[LIST_ACCOUNTS])
            return
        missing = [
            {"operation": one.operation, "error": plain(f"{one.code}: {one.message}")}
            for one in part.missing
        ]
        writer.put_region(part.account, part.region, part.at, part.documents, missing)

    try:
        aws = Aws(request.regions[0] if request.regions else None)
        return collect(aws, request, take, lambda: int(time.time()))
    except (CannotCollect, CannotCall) as error:
        raise CannotAsk(plain(error, 1000)) from error


def policy(name: PolicyName = None) -> None:
    """Show an IAM policy that Truant needs, as JSON; without a name, list them."""
    if name is not None and name not in policies.POLICIES:
        raise CannotAsk(f"{plain(name)}: there is no such policy; see truant policy.")
    with reading_on() as stream:
        if name is not None:
            stream.write(policies.read(name))
        else:
            stream.writelines(f"{one:<14} {what}\n" for one, what in policies.POLICIES.items())


WRONG = (CannotAsk, CannotWrite)

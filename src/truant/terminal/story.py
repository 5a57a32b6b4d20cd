"""The demonstration's story around its findings: what was done, and whether it was found."""

from collections.abc import Mapping, Sequence

from rich.console import Console
from rich.text import Text

from truant.formats.plain import plain
from truant.model.finding import FindingType
from truant.runners.embedded import Accounting
from truant.terminal.json_view import Finding, at, objects
from truant.terminal.page import put, put_line

METADATA = "http://169.254.169.254/latest/meta-data/iam/security-credentials/shop-web"


def begin(truth: Mapping[str, object], accounting: Accounting, console: Console) -> None:
    """Tell what happened in the world."""
    sessions = objects(truth.get("sessions"))
    stolen = next((one for one in sessions if one.get("stolen")), {})
    put(console, Text("A day in a small organization, made up from a seed", "bold"))
    console.print()
    put(
        console,
        f"Two AWS accounts are ours. {len(sessions)} instances go about their work, and "
        f"CloudTrail writes down {accounting.records:,} calls. One of them, "
        f"{plain(stolen.get('instance'))}, is a web server that fetches pages for its visitors.",
        "  ",
    )
    console.print()
    put(console, "A visitor has it fetch a page of its own metadata service:", "  1. ")
    put_line(console, Text(f"     {METADATA}", "cyan"))
    put(console, "and walks away with the keys of its role, shop-web.", "     ")
    for position, theft in enumerate(objects(stolen.get("findings")), 2):
        time = plain(theft.get("firstSeen"))[11:16]
        put(console, f"At {time} they are used {_whence(theft)}.", f"  {position}. ")
    console.print()
    put(console, "Truant is shown the logs and the inventory, not the truth. It says:", "  ")
    console.print()


def _whence(theft: Mapping[str, object]) -> str:
    if theft.get("type") == FindingType.OUTSIDE_AWS:
        return "from a laptop, outside AWS"
    account = plain(at(theft, "remote").get("account"))
    if theft.get("affiliated"):
        return f"from our other account, {account}"
    return f"from a stranger's AWS account, {account}, through its VPC endpoint"


def end(truth: Mapping[str, object], findings: Sequence[Finding], console: Console) -> None:
    """Compare the findings with the truth."""
    expected = [
        (one.get("principalId"), finding.get("type"))
        for one in objects(truth.get("sessions"))
        for finding in objects(one.get("findings"))
    ]
    told = [
        (at(one, "resource", "accessKeyDetails").get("principalId"), one.get("type"))
        for one in findings
    ]
    found = sum(min(told.count(one), expected.count(one)) for one in set(expected))
    false = len(told) - found
    alarms = "1 false alarm" if false == 1 else f"{false} false alarms"
    console.print()
    put(console, Text(f"{found} of {len(expected)} thefts found, {alarms}.", "bold"))

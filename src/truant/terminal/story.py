"""The demonstration's story around its findings: what was done, and whether it was found."""

from collections.abc import Mapping, Sequence

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from truant.runners.embedded import Accounting
from truant.terminal.json_view import Finding, at, objects
from truant.terminal.plain import plain


def begin(truth: Mapping[str, object], accounting: Accounting, console: Console) -> None:
    """Tell what happened in the world."""
    sessions = objects(truth.get("sessions"))
    stolen = next((one for one in sessions if one.get("stolen")), {})
    console.print(Text("A day in a small organization, made up from a seed", "bold"))
    told = (
        f"{len(sessions)} role sessions did their work in two accounts of ours: "
        f"{accounting.records:,} CloudTrail records. A web server, "
        f"{plain(stolen.get('instance'))}, fetched pages for its visitors. One of them had it "
        "fetch its own metadata service, and walked away with the keys of its role. They were then "
        "used three times: from a laptop, from a stranger's AWS account, and from another account "
        "of ours. Truant is shown the logs and the inventory, not the truth. It says:"
    )
    console.print(Padding(Text(told), (0, 0, 1, 2), expand=False))


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
    console.print(Text(f"{found} of {len(expected)} thefts found, {alarms}.", "bold"))

"""Findings for reading: a table where there is room, else one card below the other."""

from collections.abc import Mapping, Sequence

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from truant.terminal.json_view import Finding, at, number, objects
from truant.terminal.plain import plain

TABLE_WIDTH_MIN = 110
REASONS_SHOWN = 3
_BANDS = (
    (9.0, "CRITICAL", "bold white on red"),
    (7.0, "HIGH", "bold red"),
    (4.0, "MEDIUM", "bold yellow"),
    (0.0, "LOW", "bold cyan"),
)


def show(findings: Sequence[Finding], console: Console) -> None:
    """Print findings for a person."""
    if not findings:
        console.print("No finding.")
        return
    if console.width >= TABLE_WIDTH_MIN:
        console.print(_table(findings))
    else:
        for one in findings:
            console.print(_card(one))
    console.print(Text(f"truant explain {plain(findings[0]['id'])[:8]}", "bold"), end="")
    console.print("  tells all of a finding, and what to do first.")


def _table(findings: Sequence[Finding]) -> Table:
    table = Table(show_lines=True, expand=True, header_style="bold", border_style="dim")
    table.add_column("Finding", width=10)
    table.add_column("Who", ratio=5, overflow="fold")
    table.add_column("From where", ratio=5, overflow="fold")
    table.add_column("Sure", justify="right", width=6)
    table.add_column("Why", ratio=11, overflow="fold")
    for one in findings:
        severity = Group(band(one), Text(plain(one["id"])[:8], "dim"))
        table.add_row(severity, who(one), whence(one), sure(one), Group(*reasons(one)))
    return table


def _card(one: Finding) -> RenderableType:
    head = Text.assemble(band(one), "  ", sure(one), " sure  ", (plain(one["id"])[:8], "dim"))
    body = [who(one), whence(one), *reasons(one)]
    return Padding(
        Group(head, *(Padding(part, (0, 0, 0, 2), expand=False) for part in body)),
        (0, 0, 1, 0),
        expand=False,
    )


def band(one: Finding) -> Text:
    """The severity as GuardDuty's word and number."""
    severity = number(one.get("severity"))
    word, style = next((word, style) for least, word, style in _BANDS if severity >= least)
    return Text(f"{word} {severity:g}", style)


def who(one: Finding) -> Text:
    """Whose credentials: role, instance, account."""
    key = at(one, "resource", "accessKeyDetails")
    instance = at(one, "resource", "instanceDetails").get("instanceId")
    return Text(
        f"role {plain(key.get('userName') or '?')}\ninstance {plain(instance)}\n"
        f"account {plain(one.get('accountId'))}"
    )


def whence(one: Finding) -> Text:
    """From where: origins, place, affiliated or not, how often and when."""
    info, service = at(one, "service", "additionalInfo"), at(one, "service")
    origins = objects(info.get("origins"))
    shown = list(dict.fromkeys(origin_text(origin) for origin in origins))
    lines = shown[:3] + ([f"and {len(shown) - 3} more"] if len(shown) > 3 else [])
    places = dict.fromkeys(plain(origin.get("place")) for origin in origins)
    lines += [", ".join(places), affiliation(one)]
    about = "" if info.get("exactCount", True) else "about "
    calls = number(service.get("count"))
    lines.append(f"{about}{calls:,.0f} call{'' if calls == 1 else 's'}")
    lines.append(when(service))
    return Text("\n".join(filter(None, lines)))


def origin_text(origin: Mapping[str, object]) -> str:
    """One origin in a few words."""
    text = plain(origin.get("address") or "no address")
    if origin.get("vpcEndpointId"):
        text += f" through {plain(origin['vpcEndpointId'])}"
    return text


def affiliation(one: Finding) -> str:
    """Whether the remote account is affiliated, in words; empty where there is no such question."""
    remote = at(one, "service", "action", "awsApiCallAction", "remoteAccountDetails")
    if not remote:
        return ""
    account = (
        f"account {plain(remote['accountId'])}" if remote.get("accountId") else "account unknown"
    )
    return f"{account}, {'affiliated' if remote.get('affiliated') else 'not affiliated'}"


def when(service: Mapping[str, object]) -> str:
    """First and last call."""
    first, last = (plain(service.get(name))[:19] for name in ("eventFirstSeen", "eventLastSeen"))
    first, last = first.replace("T", " "), last.replace("T", " ")
    if first == last:
        return f"{first} UTC"
    return f"{first} to {last[11:] if first[:10] == last[:10] else last} UTC"


def sure(one: Finding) -> Text:
    """The probability in per cent, never a hundred."""
    probability = number(at(one, "service", "additionalInfo").get("probability"))
    return Text(percent(probability), "bold")


def percent(probability: float) -> str:
    """A probability in per cent that never claims certainty."""
    if probability >= 0.995:
        return ">99 %"
    return "<1 %" if probability < 0.005 else f"{probability:.0%}".replace("%", " %")


def reasons(one: Finding) -> list[Text]:
    """The weightiest evidence, in words."""
    evidence = objects(at(one, "service", "additionalInfo").get("evidence"))
    ordered = sorted(evidence, key=lambda e: -abs(number(e.get("weight"))))
    lines = [Text(f"• {plain(e.get('sentence'))}") for e in ordered[:REASONS_SHOWN]]
    more = len(ordered) - REASONS_SHOWN
    return lines + (
        [Text(f"  and {more} more reason{'s' if more > 1 else ''}", "dim")] if more > 0 else []
    )

"""One finding in full: home, each origin's place, calls, lineage, evidence, what to do."""

import math
from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from truant.detection.playbook import steps
from truant.model.event_time import clock, epoch
from truant.model.sighting import CallNote
from truant.terminal.findings_table import affiliation, band, percent, when
from truant.terminal.json_view import Finding, at, number, objects
from truant.terminal.plain import plain

CALLS_SHOWN = 200


def show(finding: Finding, calls: Sequence[CallNote] | None, console: Console) -> None:
    """Print everything about a finding. `calls` are all calls recalled; None: not at hand."""
    info = at(finding, "service", "additionalInfo")
    _head(finding, info, console)
    _section("Home, then and there", _home(info), console)
    _section("Where the calls came from", _origins(info), console)
    _calls(info, calls, console)
    _section("Keys", _keys(info), console)
    _section("Made from there, and still there", _made(info), console)
    _evidence(info, console)
    _steps(finding, console)


def _head(finding: Finding, info: Finding, console: Console) -> None:
    console.print(Text.assemble(band(finding), "  ", (plain(finding.get("title")), "bold")))
    lines = [
        plain(finding.get("description"), 1000),
        affiliation(finding),
        f"account {plain(finding.get('accountId'))}, region {plain(finding.get('region'))}, "
        f"calls {plain(at(finding, 'service').get('count'))}, {when(at(finding, 'service'))}",
        f"finding {plain(finding.get('id'))}",
        plain(finding.get("type")),
    ]
    if info.get("identityOnlyClaimed"):
        lines.append("That the key is the instance's is claimed by the session's name only.")
    console.print(Padding(Text("\n".join(filter(None, lines))), (0, 0, 1, 2), expand=False))


def _section(title: str, lines: Iterator[str], console: Console) -> None:
    texts = list(lines)
    if texts:
        console.print(Text(title, "bold"))
        console.print(Padding(Text("\n".join(texts)), (0, 0, 1, 2), expand=False))


def _home(info: Finding) -> Iterator[str]:
    home = at(info, "home")
    if not home.get("known"):
        yield "The instance's ways out at that time are not fully known."
    for sentence in _texts(home.get("expected")):
        yield f"• {sentence}"
    for sentence in _texts(home.get("seen")):
        yield f"• seen at home: {sentence}"


def _origins(info: Finding) -> Iterator[str]:
    for one in objects(info.get("origins")):
        address = plain(one.get("address") or "no address")
        if one.get("vpcEndpointId"):
            address += f" through {plain(one['vpcEndpointId'])}"
        yield (
            f"• {address}: {plain(one.get('place'))}, {plain(one.get('count'))} calls, "
            f"{plain(one.get('firstSeen'))[:19]} to {plain(one.get('lastSeen'))[:19]}, "
            f"key {plain(one.get('accessKeyId'))}"
        )
        yield f"  {plain(one.get('reason'), 1000)}"
        agents = ", ".join(_texts(one.get("userAgents"))[:3])
        if agents:
            yield f"  clients: {agents}"


def _calls(info: Finding, calls: Sequence[CallNote] | None, console: Console) -> None:
    named = calls or list(_named_calls(info))
    table = Table(box=None, pad_edge=False, header_style="dim")
    for column in ("time", "call", "region", "error", "event id"):
        table.add_column(column, overflow="fold")
    for call in named[:CALLS_SHOWN]:
        table.add_row(
            clock(call.time)[:19],
            plain(call.api),
            plain(call.region or ""),
            plain(call.error or ""),
            plain(call.event_id),
        )
    note = "" if calls else ", those that the finding names (the trail is not at hand)"
    console.print(Text(f"Calls, in the order of time{note}", "bold"))
    console.print(Padding(table, (0, 0, 0, 2), expand=False))
    if len(named) > CALLS_SHOWN:
        console.print(f"  and {len(named) - CALLS_SHOWN:,} more")
    console.print()


def _named_calls(info: Finding) -> Iterator[CallNote]:
    from_findings = [
        (plain(c.get("time")), c)
        for o in objects(info.get("origins"))
        for c in objects(o.get("calls"))
    ]
    for time, call in sorted(from_findings, key=lambda one: one[0]):
        yield CallNote(
            epoch(time) or 0,
            str(call.get("eventId")),
            str(call.get("api")),
            str(call.get("region") or ""),
            str(call.get("errorCode") or ""),
        )


def _keys(info: Finding) -> Iterator[str]:
    for one in objects(info.get("issuance")):
        issuer = one.get("issuer") or f"{one.get('madeBy')} with {one.get('madeWith')}"
        yield (
            f"• {plain(one.get('accessKeyId'))} issued {plain(one.get('time'))[:19]} by "
            f"{plain(issuer)}, expires {plain(one.get('expires') or 'at an unknown time')[:24]}"
        )
    for one in objects(info.get("lineage")):
        yield (
            f"• {plain(one.get('accessKeyId'))} made {plain(one.get('time'))[:19]} with "
            f"{plain(one.get('api'))} by key {plain(one.get('madeWith'))} from "
            f"{plain(one.get('address') or 'an unknown address')}"
        )


def _made(info: Finding) -> Iterator[str]:
    for one in objects(info.get("made")):
        yield f"• {plain(one.get('time'))[:19]} {plain(one.get('kind'))} {plain(one.get('name'))}"


def _evidence(info: Finding, console: Console) -> None:
    prior, total = number(info.get("prior")), number(info.get("prior"))
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(justify="right", width=6)
    table.add_column(overflow="fold")
    table.add_row(f"{prior:+.1f}", "before anything is known of it")
    for one in objects(info.get("evidence")):
        weight = number(one.get("weight"))
        total += weight
        signal, sentence = plain(one.get("signal")), plain(one.get("sentence"), 1000)
        table.add_row(f"{weight:+.1f}", Text(f"{signal}: {sentence}"))
    chance = 1 / (1 + math.exp(-max(-40.0, min(40.0, total))))
    table.add_row(
        f"{total:+.1f}", Text(f"log-odds, which is a probability of {percent(chance)}", "bold")
    )
    console.print(Text("Evidence, and how it adds up", "bold"))
    console.print(Padding(table, (0, 0, 1, 2), expand=False))


def _steps(finding: Finding, console: Console) -> None:
    console.print(Text("What to do, in this order", "bold"))
    for position, step in enumerate(steps(finding), 1):
        console.print(
            Padding(Text(f"{position}. {plain(step.title)}", "bold"), (0, 0, 0, 2), expand=False)
        )
        about = f"{plain(step.why, 1000)}\nBreaks: {plain(step.breaks)}."
        console.print(Padding(Text(about), (0, 0, 0, 5), expand=False))
        for command in step.commands:
            console.print(
                Padding(Text(f"$ {plain(command, 2000)}", "cyan"), (0, 0, 0, 5), expand=False)
            )


def _texts(value: object) -> list[str]:
    return [plain(one, 1000) for one in value] if isinstance(value, list) else []

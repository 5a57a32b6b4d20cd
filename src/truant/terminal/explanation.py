"""One finding in full: home, each origin's place, calls, lineage, evidence, what to do."""

import math
from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.text import Text

from truant.detection.playbook import steps
from truant.formats.plain import plain
from truant.model.event_time import clock, epoch
from truant.model.sighting import CallNote
from truant.terminal import phrases
from truant.terminal.json_view import Finding, at, number, objects
from truant.terminal.page import heading, put, put_line

CALLS_SHOWN = 200
CLIENTS_SHOWN = 3
_DELIVERY = {"1.0": ", delivered by IMDSv1", "2.0": ", delivered by IMDSv2"}


def show(finding: Finding, calls: Sequence[CallNote] | None, console: Console) -> None:
    """Print everything about a finding. `calls` are all calls recalled; None: not at hand."""
    info = at(finding, "service", "additionalInfo")
    _head(finding, info, console)
    _section("Home, then and there", _home(info), console)
    _origins(info, console)
    _calls(info, calls, console)
    _section("Keys", _keys(info), console)
    _section("Made from there, and still there", _made(info), console)
    _evidence(info, console)
    _steps(finding, console)


def _head(finding: Finding, info: Finding, console: Console) -> None:
    put(console, Text.assemble(phrases.band(finding), "  ", phrases.sure(finding)))
    put(console, Text(plain(finding.get("title")), "bold"))
    console.print()
    role, instance, account = phrases.who(finding)
    entries = [
        ("who", f"{role}, {instance}"),
        ("", f"{account}, region {plain(finding.get('region'))}"),
        *(("" if n else "from", text) for n, text in enumerate(phrases.whence(finding))),
        ("when", f"{phrases.seen(finding)}, {phrases.calls(finding)}"),
        ("id", plain(finding.get("id"))),
        ("type", plain(finding.get("type"))),
    ]
    if info.get("identityOnlyClaimed"):
        entries.append(("but", "that the key is the instance's, only the session's name claims"))
    for name, text in entries:
        put(console, text, Text(f"  {name:<6}", "dim"))


def _section(title: str, texts: Iterator[str], console: Console) -> None:
    for position, text in enumerate(texts):
        if position == 0:
            heading(console, title)
        put(console, text, "  • ")


def _home(info: Finding) -> Iterator[str]:
    home = at(info, "home")
    if home and not home.get("known"):
        yield "The instance's ways out at that time are not fully known."
    yield from _texts(home.get("expected"))
    for sentence in _texts(home.get("seen")):
        yield f"seen at home: {sentence}"


def _origins(info: Finding, console: Console) -> None:
    heading(console, "Where the calls came from")
    for one in objects(info.get("origins")):
        put(console, Text(f"{phrases.origin(one)}: {plain(one.get('place'))}", "bold"), "  • ")
        put(console, plain(one.get("reason"), 1000), "    ")
        counted = number(one.get("count"))
        about = (
            f"{counted:,.0f} call{'' if counted == 1 else 's'}, "
            f"{phrases.when(one.get('firstSeen'), one.get('lastSeen'))}, with key "
            f"{plain(one.get('accessKeyId') or 'not named')}"
            f"{_DELIVERY.get(str(one.get('roleDelivery')), '')}"
        )
        put(console, about, "    ")
        clients = _texts(one.get("userAgents"))
        for client in clients[:CLIENTS_SHOWN]:
            put(console, client, Text("    client  ", "dim"))
        if len(clients) > CLIENTS_SHOWN:
            put(console, f"and {len(clients) - CLIENTS_SHOWN} more clients", "    ")


def _calls(info: Finding, recalled: Sequence[CallNote] | None, console: Console) -> None:
    named = recalled or sorted(_named_calls(info), key=lambda call: call.order)
    note = "" if recalled else ", as far as the finding names them; the trail is not at hand"
    heading(console, f"Calls, in order of time (UTC){note}")
    shown = named[:CALLS_SHOWN]
    several = len({call.region for call in shown}) > 1
    rows = [_row(call, several=several) for call in shown]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    fits = 4 + sum(widths) + 2 * len(widths) <= console.width
    day = ""
    for call, row in zip(shown, rows, strict=True):
        if (today := clock(call.time)[:10]) != day:
            day = today
            put_line(console, Text(f"  {day}", "dim"))
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=True) if width]
        if fits:
            put_line(console, "  " + "  ".join(cells))
        else:
            put(console, "  ".join(cells[:-1]), "  ")
            put_line(console, Text(f"            {row[-1]}", "dim"))
    if len(named) > CALLS_SHOWN:
        put(console, f"and {len(named) - CALLS_SHOWN:,} more", "  ")


def _row(call: CallNote, *, several: bool) -> tuple[str, ...]:
    return (
        clock(call.time)[11:19],
        plain(call.api, 60),
        plain(call.region or "", 30) if several else "",
        plain(call.error or "", 60),
        plain(call.event_id, 60),
    )


def _named_calls(info: Finding) -> Iterator[CallNote]:
    for origin in objects(info.get("origins")):
        for call in objects(origin.get("calls")):
            yield CallNote(
                epoch(str(call.get("time"))) or 0,
                str(call.get("eventId")),
                str(call.get("api")),
                str(call.get("region") or ""),
                str(call.get("errorCode") or ""),
            )


def _keys(info: Finding) -> Iterator[str]:
    for one in objects(info.get("issuance")):
        issuer = one.get("issuer") or f"{one.get('madeBy')} with {one.get('madeWith')}"
        expires = phrases.moment(one["expires"]) if one.get("expires") else "at an unknown time"
        issued = phrases.moment(one.get("time"))
        key = plain(one.get("accessKeyId"))
        yield f"{key} was issued {issued} by {plain(issuer)} and expires {expires}"
    for one in objects(info.get("lineage")):
        maker = plain(one.get("madeWith") or "of the session")
        address = plain(one.get("address") or "an unknown address")
        made = f"{phrases.moment(one.get('time'))} with {plain(one.get('api'))}"
        yield f"{plain(one.get('accessKeyId'))} was made {made} by key {maker} from {address}"


def _made(info: Finding) -> Iterator[str]:
    for one in objects(info.get("made")):
        thing = f"{plain(one.get('kind'))} {plain(one.get('name'))}"
        yield f"{phrases.moment(one.get('time'))}: {thing}"


def _evidence(info: Finding, console: Console) -> None:
    heading(console, "Evidence, and how it adds up")
    total = number(info.get("prior"))
    put(console, "before anything is known of it", f"  {total:+5.1f}  ")
    for one in objects(info.get("evidence")):
        weight = number(one.get("weight"))
        total += weight
        signal, sentence = plain(one.get("signal")), plain(one.get("sentence"), 1000)
        put(console, Text.assemble((f"{signal}: ", "dim"), sentence), f"  {weight:+5.1f}  ")
    chance = 1 / (1 + math.exp(-max(-40.0, min(40.0, total))))
    words = f"log-odds together, which is a probability of {phrases.percent(chance)}"
    put(console, Text(words, "bold"), Text(f"  {total:+5.1f}  ", "bold"))


def _steps(finding: Finding, console: Console) -> None:
    heading(console, "What to do, in this order")
    for position, step in enumerate(steps(finding), 1):
        if position > 1:
            console.print()
        put(console, Text(plain(step.title), "bold"), f"  {position}. ")
        put(console, plain(step.why, 1000), "     ")
        put(console, f"Breaks: {plain(step.breaks)}.", "     ")
        for command in step.commands:
            put_line(console, Text(f"     $ {plain(command, 5000)}", "cyan"))


def _texts(value: object) -> list[str]:
    return [plain(one, 1000) for one in value] if isinstance(value, list) else []

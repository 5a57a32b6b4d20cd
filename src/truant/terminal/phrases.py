"""A finding in a few words: how grave, whose, from where, when, how sure, and why."""

from collections.abc import Mapping

from rich.text import Text

from truant.formats.plain import plain
from truant.terminal.json_view import Finding, at, number, objects

_BANDS = (
    (9.0, "CRITICAL", "bold white on red"),
    (7.0, "HIGH", "bold red"),
    (4.0, "MEDIUM", "bold yellow"),
    (0.0, "LOW", "bold cyan"),
)
_SURE = (
    (0.99, "almost certain"),
    (0.9, "very likely"),
    (0.7, "likely"),
    (0.5, "more likely than not"),
    (0.0, "unlikely"),
)
ID_SHOWN = 8


def band(one: Finding) -> Text:
    """The severity as GuardDuty's word and number."""
    severity = number(one.get("severity"))
    word, style = next((word, style) for least, word, style in _BANDS if severity >= least)
    return Text(f"{word} {severity:g}", style)


def band_word(one: Finding) -> str:
    """The severity's word alone, in small letters."""
    return band(one).plain.split()[0].lower()


def short_id(one: Finding) -> str:
    """The beginning of a finding's id, enough to name it by."""
    return plain(one.get("id"))[:ID_SHOWN]


def sure(one: Finding) -> Text:
    """How sure, in words and in per cent, never a hundred."""
    probability = number(at(one, "service", "additionalInfo").get("probability"))
    words = next(words for least, words in _SURE if probability >= least)
    return Text(f"{words} ({percent(probability)})", "bold")


def percent(probability: float) -> str:
    """A probability in per cent that never claims certainty."""
    if probability >= 0.995:
        return ">99 %"
    return "<1 %" if probability < 0.005 else f"{probability:.0%}".replace("%", " %")


def who(one: Finding) -> tuple[str, str, str]:
    """Whose credentials: the role, the instance (with its name, where it has one), the account."""
    key = at(one, "resource", "accessKeyDetails")
    details = at(one, "resource", "instanceDetails")
    tags = {str(tag.get("key")): tag.get("value") for tag in objects(details.get("tags"))}
    name = f" ({plain(tags['Name'], 60)})" if tags.get("Name") else ""
    return (
        f"role {plain(key.get('userName') or 'unnamed')}",
        f"instance {plain(details.get('instanceId') or 'unknown')}{name}",
        f"account {plain(one.get('accountId'))}",
    )


def origins(one: Finding, most: int = 3) -> list[str]:
    """The different origins, each in a few words; past `most` only how many more."""
    found = objects(at(one, "service", "additionalInfo").get("origins"))
    shown = list(dict.fromkeys(origin(one) for one in found))
    return shown[:most] + ([f"and {len(shown) - most} more"] if len(shown) > most else [])


def origin(one: Mapping[str, object]) -> str:
    """One origin in a few words."""
    text = plain(one.get("address") or "no address")
    if one.get("vpcEndpointId"):
        text += f" through {plain(one['vpcEndpointId'])}"
    return text


def whence(one: Finding) -> list[str]:
    """From where, a line each: the origins, and what they are to the instance."""
    found = origins(one)
    if len(found) == 1:
        return [f"{found[0]}, {place(one)}"]
    return [*found, place(one)]


def place(one: Finding) -> str:
    """What the origins are to the instance; of another account, which, and whether affiliated."""
    found = objects(at(one, "service", "additionalInfo").get("origins"))
    places = ", ".join(dict.fromkeys(plain(origin.get("place")) for origin in found))
    remote = at(one, "service", "action", "awsApiCallAction", "remoteAccountDetails")
    if not remote:
        return places
    if not remote.get("accountId"):
        return f"{places} (not known to be affiliated)"
    account = plain(remote["accountId"])
    if remote.get("affiliated"):
        return f"{places}, {account}" + ("" if "affiliated" in places else " (affiliated)")
    return f"{places}, {account} (not affiliated)"


def calls(one: Finding) -> str:
    """How many calls; `about` where they were too many to be counted."""
    exact = at(one, "service", "additionalInfo").get("exactCount", True)
    counted = number(at(one, "service").get("count"))
    return f"{'' if exact else 'about '}{counted:,.0f} call{'' if counted == 1 else 's'}"


def moment(time: object) -> str:
    """A time as findings write it, for people."""
    return when(time, time)


def when(first: object, last: object) -> str:
    """First and last call, in UTC, for people."""
    start, end = (plain(time)[:19].replace("T", " ") for time in (first, last))
    if start == end:
        return f"{start} UTC"
    return f"{start} to {end[11:] if start[:10] == end[:10] else end} UTC"


def seen(one: Finding) -> str:
    """When the finding's first and last calls were."""
    service = at(one, "service")
    return when(service.get("eventFirstSeen"), service.get("eventLastSeen"))


def reasons(one: Finding, most: int = 3) -> tuple[list[str], int]:
    """The weightiest evidence in words, at most so many, and how many more there are."""
    evidence = objects(at(one, "service", "additionalInfo").get("evidence"))
    ordered = sorted(evidence, key=lambda e: -abs(number(e.get("weight"))))
    return [plain(e.get("sentence")) for e in ordered[:most]], max(0, len(ordered) - most)

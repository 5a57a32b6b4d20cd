"""A finding in words: whose key, which instance, used by whom, since when, how sure, and why."""

from collections.abc import Mapping

from msgspec import Struct

from truant.formats.plain import plain
from truant.model.event_time import epoch
from truant.model.finding import FindingType
from truant.terminal import phrases
from truant.terminal.json_view import at, number, objects

Document = Mapping[str, object]
NAME_MAX = 60
TYPES = {
    FindingType.OUTSIDE_AWS: "Used outside AWS",
    FindingType.INSIDE_AWS: "Used from another account",
    FindingType.OTHER_INSTANCE: "Used from another instance",
    FindingType.IMPOSTOR: "Impostor session",
}


class Line(Struct, frozen=True):
    """One fact in words; `codes`: ids and addresses behind the text, and what follows on them."""

    label: str
    text: str
    codes: tuple[str, ...] = ()
    tail: str = ""


class Story(Struct, frozen=True):
    """The first things that a person must know."""

    headline: str
    band: str
    severity: str
    sure: str
    chance: float
    kind: str
    lines: tuple[Line, ...]
    reasons: tuple[str, ...]
    is_sample: bool


def story(one: Document) -> Story:
    """A finding in words."""
    info = at(one, "service", "additionalInfo")
    chance = number(info.get("probability"))
    reasons, _ = phrases.reasons(one, 3)
    return Story(
        headline=headline(one),
        band=phrases.band_word(one),
        severity=f"{number(one.get('severity')):g}",
        sure=phrases.sure(one).plain,
        chance=chance,
        kind=kind_of(one.get("type")),
        lines=tuple(_lines(one, info)),
        reasons=tuple(reasons),
        is_sample=bool(info.get("sample")),
    )


def kind_of(type_: object) -> str:
    """A finding's type in a few words."""
    text = str(type_)
    return next((words for kind, words in TYPES.items() if kind.value == text), text)


def instance_of(one: Document) -> tuple[str, str]:
    """The instance's id, and its name where it has one."""
    details = at(one, "resource", "instanceDetails")
    tags = {str(tag.get("key")): str(tag.get("value")) for tag in objects(details.get("tags"))}
    return str(details.get("instanceId") or "unknown"), tags.get("Name", "")


def role_of(one: Document) -> str:
    """The role's name."""
    return str(at(one, "resource", "accessKeyDetails").get("userName") or "unnamed")


def called(one: Document) -> str:
    """The instance as people call it."""
    id_, name = instance_of(one)
    return plain(name or id_, NAME_MAX)


def headline(one: Document) -> str:
    """What happened, in one sentence."""
    name, type_ = called(one), one.get("type")
    remote = at(one, "service", "action", "awsApiCallAction", "remoteAccountDetails")
    account, first = remote.get("accountId"), whence(one)
    if type_ == FindingType.OUTSIDE_AWS:
        return f"The key of {name} was used outside AWS, from {first}"
    if type_ == FindingType.INSIDE_AWS and account:
        whose = "our own account" if remote.get("affiliated") else "a stranger’s AWS account,"
        return f"The key of {name} was used from {whose} {account}"
    if type_ == FindingType.INSIDE_AWS:
        return f"The key of {name} was used from an AWS network whose owner is not known, {first}"
    if type_ == FindingType.OTHER_INSTANCE:
        return f"The key of {name} was used by another machine of its account, from {first}"
    if type_ == FindingType.IMPOSTOR:
        return f"A session calls itself {name}, but EC2 never gave it its keys"
    return str(one.get("title") or "A finding without a title")


def whence(one: Document) -> str:
    """The place that the calls came from, shortly."""
    found = phrases.origins(one, 1)
    if found:
        return plain(found[0], 2 * NAME_MAX) + (f" {found[1]}" if len(found) > 1 else "")
    remote = at(one, "service", "action", "awsApiCallAction", "remoteIpDetails")
    return plain(remote.get("ipAddressV4") or remote.get("ipAddressV6") or "an unknown address")


def affiliation(one: Document) -> str:
    """By whom it was used: affiliated or not."""
    type_ = one.get("type")
    remote = at(one, "service", "action", "awsApiCallAction", "remoteAccountDetails")
    if type_ == FindingType.OUTSIDE_AWS:
        return "somebody outside AWS; no account is behind the address"
    if type_ == FindingType.OTHER_INSTANCE:
        return "somebody on another machine of the same account"
    if type_ == FindingType.IMPOSTOR:
        return "whoever called AssumeRole and chose the name"
    account = remote.get("accountId")
    if account and remote.get("affiliated"):
        return f"account {account}: affiliated, monitored with this one"
    if account:
        return f"account {account}: not affiliated, nobody of ours"
    return "an AWS account that is not known; not known to be affiliated"


def _lines(one: Document, info: Document) -> list[Line]:
    key = at(one, "resource", "accessKeyDetails")
    id_, name = instance_of(one)
    origins = tuple(phrases.origins(one, 4)) or (whence(one),)
    places = phrases.place(one)
    found = [
        Line("Whose key", f"role {role_of(one)},", (str(key.get("accessKeyId") or "not named"),)),
        Line("Instance", name or "without a name", (id_,)),
        Line("Account", "", (str(one.get("accountId") or ""),), f", {one.get('region') or ''}"),
        Line("Used from", "", origins, f", {places}" if places else ""),
        Line("Used by", affiliation(one)),
        Line("When", f"{phrases.seen(one)}, {phrases.calls(one)}"),
        Line("How sure", f"{phrases.sure(one).plain} that the key was carried off"),
    ]
    network = info.get("remoteNetwork")
    if network:
        found.insert(5, Line("Network", str(network)))
    if info.get("identityOnlyClaimed"):
        found.append(Line("But", "only the session’s name says that the key is the instance’s"))
    return found


class Call(Struct, frozen=True):
    """One call that the finding names."""

    time: int
    api: str
    region: str
    error: str
    event_id: str
    origin: str
    key: str


def calls(one: Document) -> list[Call]:
    """The calls that a finding names, in order of time."""
    found = []
    for origin in objects(at(one, "service", "additionalInfo").get("origins")):
        whence_, key = phrases.origin(origin), str(origin.get("accessKeyId") or "")
        for call in objects(origin.get("calls")):
            found.append(_call(call, whence_, key))  # noqa: PERF401 two loops read better
    return sorted(found, key=lambda call: (call.time, call.event_id))


def _call(call: Document, origin: str, key: str) -> Call:
    return Call(
        epoch(str(call.get("time"))) or 0,
        str(call.get("api")),
        str(call.get("region") or ""),
        str(call.get("errorCode") or ""),
        str(call.get("eventId")),
        origin,
        key,
    )


class Origin(Struct, frozen=True):
    """One origin, with what it is to the instance, and the clients seen there."""

    address: str
    endpoint: str
    reason: str
    clients: tuple[str, ...]


def origins(info: Document, most: int) -> tuple[list[Origin], int]:
    """The origins of a finding, at most so many, and how many more there are."""
    found = objects(info.get("origins"))
    shown = [
        Origin(
            str(one.get("address") or "no address"),
            str(one.get("vpcEndpointId") or ""),
            str(one.get("reason") or "its place is not told"),
            tuple(texts(one.get("userAgents"))),
        )
        for one in found[:most]
    ]
    return shown, max(0, len(found) - most)


class Minted(Struct, frozen=True):
    """A key, or something else that was made: when, how, by whom, from where."""

    name: str
    time: str
    how: str
    maker: str
    address: str = ""
    expires: str = ""


def issued(info: Document) -> list[Minted]:
    """How the keys were issued."""
    return [
        Minted(
            name=str(one.get("accessKeyId") or "a key"),
            time=_moment(one.get("time")),
            how=str(one.get("api") or ""),
            maker=str(one.get("issuer") or one.get("madeBy") or "an unknown issuer"),
            expires=_moment(one.get("expires")),
        )
        for one in objects(info.get("issuance"))
    ]


def lineage(info: Document) -> list[Minted]:
    """Keys that were made with these keys."""
    return [
        Minted(
            name=str(one.get("accessKeyId") or "a key"),
            time=_moment(one.get("time")),
            how=str(one.get("api") or "an unknown call"),
            maker=str(one.get("madeWith") or one.get("madeBy") or "an unknown key"),
            address=str(one.get("address") or ""),
        )
        for one in objects(info.get("lineage"))
    ]


def made(info: Document) -> list[Minted]:
    """What was made from there and outlives the key."""
    return [
        Minted(
            str(one.get("name") or "unnamed"), _moment(one.get("time")), str(one.get("kind")), ""
        )
        for one in objects(info.get("made"))
    ]


def _moment(time: object) -> str:
    return phrases.moment(time) if time else ""


def texts(value: object) -> list[str]:
    """The texts of a list; none where it is no list."""
    return [str(one) for one in value] if isinstance(value, list) else []

"""Configuration, `truant.toml`: accounts that belong together, and ways out that nothing shows."""

import ipaddress
import json
import tomllib
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from pathlib import Path

from truant.connectors import feed_files
from truant.detection.trust import Rule, Trust
from truant.model.address_lists import (
    FILE_BYTES_MAX,
    THREAT_ENTRIES_MAX,
    TRUSTED_ENTRIES_MAX,
    AddressList,
    ListFormat,
)
from truant.model.address_lists import parse as parse_list
from truant.model.event_time import iso
from truant.model.network import is_account

# publish: publish.config reads it; serve: service_config.
_TOP = frozenset({"accounts", "lists", "network", "publish", "serve"})
_ACCOUNTS = frozenset({"administrator", "members"})
_NETWORK = frozenset({"trusted"})
_RULE = frozenset({"cidr", "account", "vpc_endpoint", "reason", "accounts", "expires"})
_LISTS = frozenset({"trusted", "threat"})
_LIST = frozenset({"file", "format", "name"})
_TARGETS = ("cidr", "account", "vpc_endpoint")


class BadConfig(ValueError):
    """The configuration cannot be used; the message names file, key and remedy."""


def read(path: Path) -> Trust:
    """Read truant.toml. Raises BadConfig."""
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError as error:
        raise BadConfig(f"{path}: there is no such file. Give --config an existing one.") from error
    except OSError as error:
        raise BadConfig(f"{path}: {error.strerror}. Give --config a file to read.") from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadConfig(f"{path}: {error}. Write it as TOML.") from error
    try:
        return parse(document, path.parent)
    except BadConfig as error:
        raise BadConfig(f"{path}: {error}") from error


def parse(document: Mapping[str, object], folder: Path = Path()) -> Trust:
    """Check a parsed truant.toml, and read the lists that it names, relative to `folder`.

    Raises BadConfig; BadFeed for a list that cannot be used.
    """
    _only(document, _TOP, "")
    lists = _table(document, "lists", "")
    _only(lists, _LISTS, "lists.")
    accounts = _table(document, "accounts", "")
    _only(accounts, _ACCOUNTS, "accounts.")
    network = _table(document, "network", "")
    _only(network, _NETWORK, "network.")
    administrator = accounts.get("administrator")
    trusted = network.get("trusted", [])
    if not isinstance(trusted, list):
        raise BadConfig("network.trusted must be tables: write [[network.trusted]]")
    return Trust(
        administrator=_given(administrator, "accounts.administrator"),
        members=frozenset(_accounts(accounts.get("members", []), "accounts.members")),
        rules=tuple(_rule(one, f"network.trusted[{n}]") for n, one in enumerate(trusted, 1)),
        lists=_lists(lists, "trusted", TRUSTED_ENTRIES_MAX, folder),
        threats=_lists(lists, "threat", THREAT_ENTRIES_MAX, folder),
    )


def _lists(
    lists: Mapping[str, object], kind: str, entries_max: int, folder: Path
) -> tuple[AddressList, ...]:
    given = lists.get(kind, [])
    if not isinstance(given, list):
        raise BadConfig(f"lists.{kind} must be tables: write [[lists.{kind}]]")
    return tuple(
        _list(one, f"lists.{kind}[{n}]", entries_max, folder) for n, one in enumerate(given, 1)
    )


def _list(value: object, where: str, entries_max: int, folder: Path) -> AddressList:
    if not isinstance(value, Mapping):
        raise BadConfig(f"{where} must be a table with file and format")
    _only(value, _LIST, f"{where}.")
    file, kind = value.get("file"), value.get("format", ListFormat.TXT.value)
    if not isinstance(file, str) or not file:
        raise BadConfig(f"{where}.file must be the path of the list")
    if kind not in set(ListFormat):
        raise BadConfig(f"{where}.format must be one of {', '.join(ListFormat)}, not {kind!r}")
    name = value.get("name", Path(file).name)
    if not isinstance(name, str) or not name.strip():
        raise BadConfig(f"{where}.name must be a text")
    content = feed_files.read(folder / file, FILE_BYTES_MAX)
    return parse_list(content, ListFormat(kind), name, entries_max=entries_max)


def written(rule: Rule) -> str:
    """A rule as a `[[network.trusted]]` of truant.toml, which `parse` reads as the same rule.

    `expires` is written as the day, so it must be the last second of one.
    """
    lines = ["[[network.trusted]]"]
    for key, value in (
        ("cidr", rule.cidr),
        ("account", rule.account),
        ("vpc_endpoint", rule.vpc_endpoint),
        ("reason", rule.reason),
    ):
        if value is not None:
            lines.append(f"{key} = {_quoted(value)}")
    if rule.accounts:
        lines.append(f"accounts = {json.dumps(list(rule.accounts))}")
    if rule.expires is not None:
        lines.append(f"expires = {iso(rule.expires)[:10]}")
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    """A text as TOML's basic string: JSON's, but for DEL and for pairs of surrogates."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def add(path: Path, rule: Rule) -> None:
    """Add a rule at the end of truant.toml, which is made if it is not there. Raises BadConfig."""
    text = path.read_text(encoding="utf-8-sig") if path.exists() else ""
    joined = f"{text.rstrip()}\n\n{written(rule)}" if text.strip() else written(rule)
    try:
        parse(tomllib.loads(joined))
        aside = path.with_name(f".{path.name}.new")
        aside.write_text(joined, encoding="utf-8")
        aside.replace(path)
    except tomllib.TOMLDecodeError as error:
        raise BadConfig(f"{path}: {error}. Mend it first.") from error
    except OSError as error:
        raise BadConfig(f"{path}: {error.strerror}. Nothing was written.") from error


def _only(table: Mapping[str, object], known: frozenset[str], where: str) -> None:
    for key in table:
        if key not in known:
            raise BadConfig(f"unknown key {where}{key}; known are {', '.join(sorted(known))}")


def _table(document: Mapping[str, object], key: str, where: str) -> Mapping[str, object]:
    value = document.get(key, {})
    if not isinstance(value, Mapping):
        raise BadConfig(f"{where}{key} must be a table: write [{where}{key}]")
    return value


def _account(value: object, where: str) -> str:
    if not isinstance(value, str) or not is_account(value):
        raise BadConfig(f"{where} must be an account id, twelve digits in quotes, not {value!r}")
    return value


def _given(value: object, where: str) -> str | None:
    return None if value is None else _account(value, where)


def _accounts(value: object, where: str) -> list[str]:
    if not isinstance(value, list):
        raise BadConfig(f"{where} must be a list of account ids")
    return [_account(one, where) for one in value]


def _rule(value: object, where: str) -> Rule:
    if not isinstance(value, Mapping):
        raise BadConfig(f"{where} must be a table: write [[network.trusted]]")
    _only(value, _RULE, f"{where}.")
    if value.get("accounts") == []:
        raise BadConfig(f"{where}.accounts names none: leave it out to mean all")
    given = [target for target in _TARGETS if target in value]
    if len(given) != 1:
        raise BadConfig(f"{where} must name exactly one of {', '.join(_TARGETS)}")
    return Rule(
        reason=_text(value.get("reason"), f"{where}.reason"),
        cidr=_cidr(value["cidr"], f"{where}.cidr") if "cidr" in value else None,
        account=_given(value.get("account"), f"{where}.account"),
        vpc_endpoint=_endpoint(value.get("vpc_endpoint"), f"{where}.vpc_endpoint"),
        accounts=tuple(_accounts(value.get("accounts", []), f"{where}.accounts")),
        expires=_expires(value.get("expires"), f"{where}.expires"),
    )


def _text(value: object, where: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise BadConfig(
            f"{where} must say why, in words: whoever reads a finding will want to know"
        )
    return value


def _cidr(value: object, where: str) -> str:
    try:
        return str(ipaddress.ip_network(str(value), strict=False))
    except ValueError as error:
        raise BadConfig(f'{where} must be a network like "198.51.100.0/24": {error}') from error


def _endpoint(value: object, where: str) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str) or not value.startswith("vpce-"):
        raise BadConfig(f"{where} must be a VPC endpoint's id, vpce-…, not {value!r}")
    return value


def _expires(value: object, where: str) -> int | None:
    """The end of the day named, or the moment named; without a zone, UTC."""
    if value is None:
        return None
    if isinstance(value, datetime):
        moment = value if value.tzinfo else value.replace(tzinfo=UTC)
    elif isinstance(value, date):
        moment = datetime.combine(value, time.max, UTC)
    else:
        raise BadConfig(f"{where} must be a date like 2027-06-30, without quotes")
    return int(moment.timestamp())

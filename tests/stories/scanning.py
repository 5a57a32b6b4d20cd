"""Writes a story in the formats that Truant reads, scans it, and reads what came out."""

import gzip
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from tests.stories.ranges import Json, published
from tests.stories.story import Found
from tests.stories.world import World
from truant.runners.scan import ScanRequest, ScanResult, scan


def trail(records: Iterable[Json]) -> dict[str, bytes]:
    """Log files as an organization's trail lays them into a bucket."""
    piles: dict[str, list[Json]] = defaultdict(list)
    for record in records:
        account, region = str(record["recipientAccountId"]), str(record["awsRegion"])
        day, hour = str(record["eventTime"])[:10], int(str(record["eventTime"])[11:13]) // 12
        folder = f"AWSLogs/o-a1b2c3d4e5/{account}/CloudTrail/{region}/{day.replace('-', '/')}"
        moment = f"{day.replace('-', '')}T{hour * 12:02}55Z"
        name = f"{account}_CloudTrail_{region}_{moment}_aB3dE5gH7jK9mN1p.json.gz"
        piles[f"{folder}/{name}"].append(record)
    return {
        name: gzip.compress(json.dumps({"Records": pile}).encode(), 1)
        for name, pile in piles.items()
    }


def inventory(world: World) -> dict[str, bytes]:
    """The inventory folder of all accounts and regions of the world."""
    told: dict[str, bytes] = {}
    for region in world.regions:
        collected = world.collected.get(region.account, world.collected[""])
        told |= region.files(collected)
    if world.organization:
        told[f"{world.organization[0]}/list-accounts.json"] = _accounts(world.organization)
    return told


def _accounts(accounts: list[str]) -> bytes:
    listed = [
        {
            "Id": account,
            "Arn": f"arn:aws:organizations::{accounts[0]}:account/o-a1b2c3d4e5/{account}",
            "Email": f"aws+{account}@example.com",
            "Name": f"account {account}",
            "Status": "ACTIVE",
            "JoinedMethod": "CREATED",
            "JoinedTimestamp": "2019-08-22T10:20:30.123000+00:00",
        }
        for account in accounts
    ]
    return json.dumps({"Accounts": listed}, indent=4).encode()


def config(world: World) -> bytes:
    """`truant.toml`: who is monitored together, and which networks are trusted."""
    members = ", ".join(f'"{account}"' for account in (world.account, *world.members))
    lines = ["[accounts]", 'administrator = "100000000001"', f"members = [{members}]"]
    for rule in world.trusted:
        lines += ["", "[[network.trusted]]"]
        lines += [f"{name} = {_toml(value)}" for name, value in rule.items()]
    return "\n".join([*lines, ""]).encode()


def _toml(value: object) -> str:
    text = str(value)
    return text if len(text) == 10 and text[4] == "-" == text[7] else json.dumps(value)


def lay_out(folder: Path, files: Mapping[str, bytes]) -> None:
    for name, content in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)


def run(
    world: World, folder: Path, logs: Mapping[str, bytes], described: Mapping[str, bytes] | None
) -> ScanResult:
    """Scan these logs; `described` is the inventory, None for a scan of the log alone."""
    lay_out(folder / "trail", logs)
    folder.mkdir(exist_ok=True)
    (folder / "truant.toml").write_bytes(config(world))
    created = "2022-11-30" if world.newer_cli else "2026-08-22"
    (folder / "ip-ranges.json").write_text(json.dumps(published(created)), encoding="utf-8")
    if described is not None:
        (folder / "inventory").mkdir(exist_ok=True)
        lay_out(folder / "inventory", described)
    request = ScanRequest(
        paths=(folder / "trail",),
        cache=folder / "cache",
        now=world.at("23:59", days=2),
        inventory=folder / "inventory" if described is not None else None,
        config=folder / "truant.toml",
        ip_ranges=folder / "ip-ranges.json",
        download=False,
    )
    return scan(request, lambda _files, _size: None)


def told(result: ScanResult) -> list[Found]:
    """The findings, in the terms of the stories."""
    return [_read(one) for one in result.findings]


def _read(finding: Json) -> Found:
    service = _part(finding, "service")
    action = _part(_part(service, "action"), "awsApiCallAction")
    remote = _part(action, "remoteAccountDetails")
    count, severity = service["count"], finding["severity"]
    assert isinstance(count, int)
    assert isinstance(severity, float | int)
    who = str(_part(_part(finding, "resource"), "accessKeyDetails")["principalId"])
    account, affiliated = str(remote.get("accountId") or ""), bool(remote.get("affiliated"))
    found = Found(who, str(finding["type"]), float(severity), count, count, account, affiliated)
    return replace(found, text=json.dumps(finding))


def _part(document: Json, member: str) -> Json:
    part = document.get(member) or {}
    assert isinstance(part, dict)
    return part

"""Makes a trail of realistic shape from a seed, with its inventory: something to measure with.

About 1.7 KB a record, 30 % of calls by instance roles, CloudTrail's key order and blobs, gzip
files of 10 KB to 50 MB inflated. A few instances' keys are used from outside AWS as well.

    python -m benchmarks.generate FOLDER --records 1000000
"""

import argparse
import gzip
import json
import math
import random
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.estate import SHARES, Caller, Session, Site, estate
from benchmarks.templates import templates
from truant.simulator.actions import Json
from truant.simulator.identifiers import BASE64
from truant.simulator.ip_ranges import ip_ranges

RECORDS_QUICK = 100_000
SLOT_SECONDS = 300
SLOTS = 86_400 // SLOT_SECONDS
RECORDS_MIN, RECORDS_MEDIAN, RECORDS_MAX = 6, 1000, 29_000  # of a file: 10 KB to 50 MB
THEFT_CALLS = 12
TOKEN_LENGTH = 900


@dataclass
class Trail:
    """What was made. `stolen` are the access keys that were used from outside AWS as well."""

    folder: Path
    files: list[Path] = field(default_factory=list)
    records: int = 0
    size: int = 0  # bytes of the files
    inflated: int = 0
    stolen: set[str] = field(default_factory=set)

    @property
    def inventory(self) -> Path:
        """The inventory folder."""
        return self.folder / "inventory"

    @property
    def ip_ranges(self) -> Path:
        """A list of AWS's ranges in which the gateways of the estate lie."""
        return self.folder / "ip-ranges.json"


def generate(
    folder: Path, records: int = RECORDS_QUICK, seed: int = 1, instances: int | None = None
) -> Trail:
    """Write a trail of at least so many records. The same arguments give the same bytes."""
    rng = random.Random(seed)
    sites = estate(rng, instances or max(16, records // 1000), max(3, records // 10_000))
    trail = Trail(folder)
    writer = _Writer(rng, sites)
    sizes = list(_sizes(rng, records))
    for number, count in enumerate(sizes):
        site = sites[number % len(sites)]
        turn, turns = number // len(sites), math.ceil(len(sizes) / len(sites))
        slot = min(SLOTS - 1, turn * SLOTS // turns)
        text = writer.file(site, slot, count, thefts=turn == turns // 2, trail=trail)
        _write(trail, site, slot, number, text.encode())
    _write_inventory(folder, sites)
    trail.ip_ranges.write_bytes(ip_ranges())
    return trail


def _sizes(rng: random.Random, records: int) -> Iterator[int]:
    """Records of each file: log-normal, as deliveries of quiet and busy regions are."""
    most = max(RECORDS_MIN, min(RECORDS_MAX, records // 10))
    while records > 0:
        drawn = int(rng.lognormvariate(math.log(RECORDS_MEDIAN), 1.3))
        count = min(max(drawn, RECORDS_MIN), most, max(records, RECORDS_MIN))
        records -= count
        yield count


class _Writer:
    """Writes the records of one estate as JSON texts."""

    def __init__(self, rng: random.Random, sites: list[Site]) -> None:
        self.rng = rng
        self.templates = {site.account: templates(rng, site) for site in sites}
        self.kinds, self.weights = list(SHARES), list(SHARES.values())
        self.issued: set[str] = set()
        self.token = "".join(rng.choices(BASE64, k=4096 + TOKEN_LENGTH))

    def file(self, site: Site, slot: int, count: int, trail: Trail, *, thefts: bool) -> str:
        """One file of a site's calls in one slot of the day; `thefts` happen in it."""
        found: list[str] = []
        if thefts:
            for victim, thief in site.thieves:
                found += self._theft(site, victim, thief, slot, trail)
        while len(found) < count:
            (kind,) = self.rng.choices(self.kinds, self.weights)
            caller = self.rng.choice(site.callers[kind])
            found += self.calls(site, caller, slot * SLOT_SECONDS + self.rng.randrange(1, 300))
        self.rng.shuffle(found)
        trail.records += len(found)
        return '{"Records":[' + ",".join(found) + "]}"

    def _theft(
        self, site: Site, victim: Caller, thief: Caller, slot: int, trail: Trail
    ) -> Iterator[str]:
        start = slot * SLOT_SECONDS
        trail.stolen.add(victim.session_at(start).key)
        for number in range(THEFT_CALLS):
            yield from self.calls(site, victim, start + 1 + number)
            yield from self.calls(site, thief, start + 200 + number)

    def calls(self, site: Site, caller: Caller, second: int) -> Iterator[str]:
        """One call, and before an instance's first with a key, the record of its issuance."""
        session = caller.session_at(second)
        if caller.role and session.key not in self.issued:
            self.issued.add(session.key)
            (issuance,) = self.templates[site.account]["issuance"]
            start = second // SLOT_SECONDS * SLOT_SECONDS
            yield self._filled(issuance, caller, start, session, "ec2.amazonaws.com")
        kind = f"{caller.kind}+endpoint" if caller.endpoint else caller.kind
        template = self.rng.choice(self.templates[site.account][kind])
        yield self._filled(template, caller, second, session)

    def _filled(
        self, template: str, caller: Caller, second: int, session: Session, by: str | None = None
    ) -> str:
        bits = f"{self.rng.getrandbits(256):064x}"
        at = int(bits[:3], 16)
        return template % {
            "identity": session.identity,
            "time": f"2026-02-12T{second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}Z",
            "event": _uuid(bits[:32]),
            "request": _uuid(bits[32:]),
            "address": by or caller.address,
            "agent": by or caller.agent,
            "endpoint": caller.endpoint,
            "token": self.token[at : at + TOKEN_LENGTH],
            "key": session.key or f"ASIA{bits[:16].upper()}",
            "role": caller.role or "arn:aws:iam::123456789012:role/order-handler-role",
            "session": caller.name or "order-handler",
        }


def _uuid(bits: str) -> str:
    return f"{bits[:8]}-{bits[8:12]}-4{bits[13:16]}-a{bits[17:20]}-{bits[20:]}"


def _write(trail: Trail, site: Site, slot: int, number: int, content: bytes) -> None:
    clock = f"{slot // 12:02}{slot % 12 * 5:02}"
    name = f"{site.account}_CloudTrail_{site.region}_20260212T{clock}Z_{number:016}.json.gz"
    folder = trail.folder / "trail/AWSLogs" / site.account / "CloudTrail" / site.region
    folder.mkdir(parents=True, exist_ok=True)
    packed = gzip.compress(content, compresslevel=6, mtime=0)
    (folder / name).write_bytes(packed)
    trail.files.append(folder / name)
    trail.size += len(packed)
    trail.inflated += len(content)


def _write_inventory(folder: Path, sites: list[Site]) -> None:
    for site in sites:
        place = folder / "inventory" / site.account / site.region
        place.mkdir(parents=True, exist_ok=True)
        for name, document in _inventory(site).items():
            (place / f"{name}.json").write_text(json.dumps(document), encoding="utf-8")


def _inventory(site: Site) -> dict[str, Json]:
    """What `aws ec2 describe-…` prints of a site, as far as ways out need it."""
    route = {"DestinationCidrBlock": "0.0.0.0/0", "NatGatewayId": "nat-0a", "State": "active"}
    gateway = {"PublicIp": site.gateway, "PrivateIp": "10.255.0.9", "NetworkInterfaceId": "eni-0a"}
    return {
        "collected": {"collectedAt": "2026-02-13T00:00:00Z"},
        "describe-instances": {
            "Reservations": [
                {"OwnerId": site.account, "Instances": [_described(site, name, private)]}
                for name, private in site.privates.items()
            ]
        },
        "describe-addresses": {"Addresses": []},
        "describe-nat-gateways": {
            "NatGateways": [
                {
                    "NatGatewayId": "nat-0a",
                    "VpcId": site.vpc,
                    "SubnetId": site.subnet,
                    "State": "available",
                    "CreateTime": "2026-01-01T00:00:00Z",
                    "NatGatewayAddresses": [gateway],
                }
            ]
        },
        "describe-vpc-endpoints": {
            "VpcEndpoints": [
                {"VpcEndpointId": site.endpoint, "VpcId": site.vpc, "OwnerId": site.account}
            ]
        },
        "describe-vpcs": {"Vpcs": [{"VpcId": site.vpc, "CidrBlock": "10.0.0.0/8"}]},
        "describe-subnets": {"Subnets": [{"SubnetId": site.subnet, "VpcId": site.vpc}]},
        "describe-route-tables": {
            "RouteTables": [
                {
                    "RouteTableId": f"rtb-{site.vpc}",
                    "VpcId": site.vpc,
                    "Associations": [{"Main": True}],
                    "Routes": [route],
                }
            ]
        },
    }


def _described(site: Site, name: str, private: str) -> Json:
    interface: Json = {
        "NetworkInterfaceId": f"eni-{name[2:]}",
        "VpcId": site.vpc,
        "SubnetId": site.subnet,
        "OwnerId": site.account,
        "PrivateIpAddresses": [{"PrivateIpAddress": private, "Primary": True}],
        "Attachment": {"Status": "attached", "AttachTime": "2026-02-01T00:00:00Z"},
    }
    return {
        "InstanceId": name,
        "VpcId": site.vpc,
        "SubnetId": site.subnet,
        "PrivateIpAddress": private,
        "LaunchTime": "2026-02-01T00:00:00Z",
        "State": {"Name": "running"},
        "NetworkInterfaces": [interface],
    }


def main() -> None:
    """Make a trail in a folder, or in a new temporary one."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, nargs="?", help="default: a new temporary folder")
    parser.add_argument("--records", type=int, default=RECORDS_QUICK)
    parser.add_argument("--instances", type=int, help="default: one for a thousand records")
    parser.add_argument("--seed", type=int, default=1)
    told = parser.parse_args()
    folder = told.folder or Path(tempfile.mkdtemp(prefix="truant-bench-"))
    trail = generate(folder, told.records, told.seed, told.instances)
    print(
        f"{trail.folder}: {trail.records:,} records in {len(trail.files):,} files, "
        f"{trail.inflated / 1e6:,.0f} MB ({trail.size / 1e6:,.0f} MB gzip), "
        f"{trail.inflated / trail.records:,.0f} bytes a record, {len(trail.stolen)} stolen keys"
    )


if __name__ == "__main__":
    main()

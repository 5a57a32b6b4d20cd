"""VPC Flow Logs of our VPCs: text files in versions 2 to 5, as they are published to S3.

Records and fields: https://docs.aws.amazon.com/vpc/latest/userguide/flow-log-records.html. What an
instance tells CloudTrail by a call is also a flow of its interface; a thief elsewhere leaves none.
An interval in which an interface has no flow has a record that says so (NODATA).
"""

import gzip
import random
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import cache

from truant.simulator.addresses import EC2_POOLS, S3_POOLS, within
from truant.simulator.identifiers import Ids
from truant.simulator.network import Instance, Interface, Vpc
from truant.simulator.world import Flow, World

V2 = (
    *("version", "account-id", "interface-id", "srcaddr", "dstaddr", "srcport", "dstport"),
    *("protocol", "packets", "bytes", "start", "end", "action", "log-status"),
)
V3 = ("vpc-id", "subnet-id", "instance-id", "tcp-flags", "type", "pkt-srcaddr", "pkt-dstaddr")
V4 = ("region", "az-id", "sublocation-type", "sublocation-id")
V5 = ("pkt-src-aws-service", "pkt-dst-aws-service", "flow-direction", "traffic-path")
FIELDS = {2: V2, 3: V2 + V3, 4: V2 + V3 + V4, 5: V2 + V3 + V4 + V5}

Line = dict[str, str]
# The two maximum aggregation intervals that a flow log can be set to, in seconds.
INTERVALS = (60, 600)


def flow_logs(world: World) -> dict[str, bytes]:
    """Give the files of all VPCs of ours in a world, as path to file bytes: one for each hour."""
    rng = random.Random(f"{world.estate.seed}/{world.name}/flows")  # noqa: S311 not for secrecy
    files: dict[str, bytes] = {}
    by_vpc: dict[str, list[Flow]] = defaultdict(list)
    for flow in world.flows:
        if world.first <= flow.time < world.end:
            by_vpc[flow.interface.subnet.vpc.id].append(flow)
    for vpc in world.network.vpcs:
        if vpc.account.ours:
            files |= _of_vpc(world, vpc, by_vpc[vpc.id], rng)
    return files


def _of_vpc(world: World, vpc: Vpc, flows: list[Flow], rng: random.Random) -> dict[str, bytes]:
    ids = Ids(rng)
    version = rng.choice((2, 3, 4, 5, 5, 5))
    name = ids.resource("fl")
    hours: dict[datetime, list[Line]] = defaultdict(list)
    lines = list(_lines(world, vpc, flows, rng))
    lines += _silences(world, vpc, lines, rng.choice(INTERVALS))
    for line in lines:
        line["version"] = str(version)
        hours[_hour(line["start"], world.first)].append(line)
    files = {}
    for hour, lines in sorted(hours.items()):
        folder = f"AWSLogs/{vpc.account.id}/vpcflowlogs/{vpc.region}/{hour:%Y/%m/%d}"
        stem = f"{vpc.account.id}_vpcflowlogs_{vpc.region}_{name}_{hour:%Y%m%dT%H%MZ}"
        path = f"{folder}/{stem}_{ids.text(8, '0123456789abcdef')}.log.gz"
        files[path] = _text(FIELDS[version], lines)
    return files


def _hour(start: str, day: datetime) -> datetime:
    elapsed = int(start) - int(day.timestamp())
    return day + timedelta(hours=elapsed // 3600)


def _text(fields: tuple[str, ...], lines: list[Line]) -> bytes:
    rows = [" ".join(fields)]
    lines.sort(key=lambda line: (line["start"], line["interface-id"], line.get("srcport", "-")))
    rows += [" ".join([line.get(field, "-") for field in fields]) for line in lines]
    return gzip.compress(("\n".join(rows) + "\n").encode(), compresslevel=1, mtime=0)


def _lines(world: World, vpc: Vpc, flows: list[Flow], rng: random.Random) -> Iterable[Line]:
    for flow in flows:
        yield from _call(world, flow, rng)
    for one in world.network.instances:
        if one.vpc is vpc:
            for hour in range(24 * (world.end - world.first).days):
                time = world.first + timedelta(hours=hour, seconds=rng.randrange(3600))
                if one.runs_at(time):
                    yield _elsewhere(one.interface, time, rng)


def _silences(world: World, vpc: Vpc, lines: list[Line], seconds: int) -> Iterable[Line]:
    """A record for each interval of a running instance's interface that has no other."""
    busy = {
        (line["interface-id"], int(line[when]) // seconds)
        for line in lines
        for when in ("start", "end")
    }
    start, end = int(world.first.timestamp()), int(world.end.timestamp())
    for one in world.network.instances:
        for interface in one.interfaces if one.account.ours else ():
            for since, until in _running(one, interface, start, end):
                for number in range(-(-since // seconds), until // seconds):
                    if interface.subnet.vpc is vpc and (interface.id, number) not in busy:
                        yield _no_data(interface, number * seconds, seconds)


def _running(
    one: Instance, interface: Interface, start: int, end: int
) -> Iterable[tuple[int, int]]:
    """When an interface was attached to a running instance, in epoch seconds."""
    attached = int((interface.attached or interface.span.start).timestamp())
    for run in one.runs:
        since = max(start, attached, int(run.start.timestamp()))
        yield since, min(end, int(run.end.timestamp())) if run.end else end


def _no_data(interface: Interface, start: int, seconds: int) -> Line:
    return _of_interface(interface) | {
        "start": str(start),
        "end": str(start + seconds - 1),
        "log-status": "NODATA",
        "tcp-flags": "-",
    }


def _call(world: World, flow: Flow, rng: random.Random) -> list[Line]:
    """The two directions of one talk with a service."""
    private = flow.interface.private_at(flow.time)
    six = ":" in flow.origin.address
    mine = flow.origin.address if six else private
    inner = flow.origin.address if six or flow.origin.endpoint else private
    there, service, path = _destination(world, flow, rng)
    their_port = flow.through[1] if flow.through else "443"
    port = str(rng.randrange(32768, 61000))
    out = _line(flow.interface, flow.time, rng) | {
        "srcaddr": mine,
        "dstaddr": there,
        "srcport": port,
        "dstport": their_port,
        "type": "IPv6" if six else "IPv4",
        "pkt-srcaddr": inner,
        "pkt-dstaddr": there,
        "pkt-dst-aws-service": service,
        "flow-direction": "egress",
        "traffic-path": path,
    }
    back = out | {
        "srcaddr": there,
        "dstaddr": mine,
        "srcport": their_port,
        "dstport": port,
        "pkt-srcaddr": there,
        "pkt-dstaddr": inner,
        "pkt-src-aws-service": service,
        "pkt-dst-aws-service": "-",
        "flow-direction": "ingress",
        "traffic-path": "-",
    }
    return [out, back]


def _destination(world: World, flow: Flow, rng: random.Random) -> tuple[str, str, str]:
    """The service's address as the interface sees it, its name, and the path to it."""
    if flow.through:
        return flow.through[0], "-", _path(flow)
    endpoint = next((e for e in world.network.endpoints if e.id == flow.origin.endpoint), None)
    if endpoint is not None and endpoint.interfaces:
        return rng.choice(endpoint.interfaces).private_at(flow.time), "-", "1"
    if ":" in flow.origin.address:
        return "2600:1fa0:8000::" + f"{rng.getrandbits(16):x}", "AMAZON", "8"
    there = _front(flow.service, flow.region, rng.randrange(4))
    if flow.service == "s3":
        return there, "S3", "7" if endpoint is not None else _path(flow)
    return there, "AMAZON", _path(flow)


@cache
def _front(service: str, region: str, index: int) -> str:
    """One of the few addresses that a service answers from in a region."""
    rng = random.Random(f"{service}/{region}/{index}")  # noqa: S311 not for secrecy
    return within(rng, S3_POOLS[region] if service == "s3" else EC2_POOLS[region][0])


def _path(flow: Flow) -> str:
    """The traffic path's number: 8 by internet gateway, 3 by virtual private, 1 inside the VPC."""
    routes = flow.interface.subnet.table.routes
    target = next((r.target for r in routes if r.destination == "0.0.0.0/0"), "")
    numbers = {"igw": "8", "vgw": "3", "nat": "1", "eni": "1", "vpce": "1", "lgw": "6"}
    return numbers.get(target.split("-")[0], "-")


def _elsewhere(interface: Interface, time: datetime, rng: random.Random) -> Line:
    """A talk with something outside AWS: packages, time, other people's interfaces."""
    there = f"{rng.choice((91, 151, 185))}.{rng.randrange(256)}.{rng.randrange(256)}.7"
    return _line(interface, time, rng) | {
        "srcaddr": interface.private_at(time),
        "dstaddr": there,
        "srcport": str(rng.randrange(32768, 61000)),
        "dstport": rng.choice(("443", "80", "5432")),
        "type": "IPv4",
        "pkt-srcaddr": interface.private_at(time),
        "pkt-dstaddr": there,
        "flow-direction": "egress",
    }


def _line(interface: Interface, time: datetime, rng: random.Random) -> Line:
    """The fields that all flows of an interface share; none lasts longer than a minute."""
    start = int(time.timestamp()) - rng.randrange(25)
    packets = rng.randrange(8, 60)
    return _of_interface(interface) | {
        "protocol": "6",
        "packets": str(packets),
        "bytes": str(packets * rng.randrange(60, 900)),
        "start": str(start),
        "end": str(start + rng.randrange(30, 60)),
        "action": "ACCEPT",
        "log-status": "OK",
        "tcp-flags": "19",
    }


def _of_interface(interface: Interface) -> Line:
    """The fields that all records of an interface share."""
    subnet = interface.subnet
    return {
        "account-id": interface.account.id,
        "interface-id": interface.id,
        "vpc-id": subnet.vpc.id,
        "subnet-id": subnet.id,
        "instance-id": interface.instance_id or "-",
        "region": subnet.vpc.region,
        "az-id": "use1-az" + str("abcdef".find(subnet.zone[-1]) + 1),
    }

"""How fast the console answers over 100,000 findings and a session with 50,000 calls.

`python -m benchmarks.console_pages [FINDINGS]` prints each page's median and worst of five answers,
with the processor's work in it, and ends with exit code 1 where a median is over 300 ms. On a
machine that does other things too, the work says more.
"""

import re
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import msgspec
from msgspec.structs import replace

from benchmarks.state_size import NOW, fill
from truant.connectors import aws_ranges, config
from truant.connectors.store import findings, sessions, users
from truant.connectors.store.database import Store, open_store
from truant.connectors.store.findings import EVERYTHING, Finding
from truant.connectors.store.users import Role, User
from truant.console.known import Site
from truant.console.passwords import hashed
from truant.console.sign_in import Setup
from truant.console.site import routes
from truant.model.distinct import call_numbers, distinct
from truant.model.network import Origin, Via
from truant.model.role_session import Identity, RoleSession
from truant.model.sighting import CallNote, Sighting
from truant.runners.judging import Judge
from truant.runners.world import World
from truant.server import Listening, application, server
from truant.simulator.scenario import build
from truant.simulator.simulation import files

FINDINGS, CALLS, ORIGINS = 100_000, 50_000, 500
LIMIT_MS, TRIES, PASSWORD = 300, 5, "a password for measuring"
INSTANCE = "i-0123456789abcdef0"


def copies(original: Finding, number: int) -> Iterator[Finding]:
    """So many findings that differ in what is listed, counted and searched."""
    for n in range(number):
        id_, role = f"{n:032x}", f"role-{n % 500}"
        body = original.body.replace(original.id, id_).replace('"shop-web"', f'"{role}"')
        yield replace(
            original,
            id=id_,
            body=body,
            severity=(8.0, 5.0, 2.0)[n % 3],
            account=f"{111111111111 + n % 40}",
            principal=f"AROA{n % 5_000}:i-{n % 5_000:017x}",
            last_seen=original.last_seen - n * 60,
            updated_at=original.updated_at - n * 60_000,
            archived=n % 4 == 0,
            verdict=None,
        )


def busy_session() -> RoleSession:
    """One session: 50,000 calls from 500 addresses on two days."""
    none: frozenset[str] = frozenset()
    sightings = []
    for n in range(ORIGINS):
        day, each = 20_000 + n % 2, CALLS // ORIGINS
        slots = [call % 288 for call in range(each)]
        numbers = call_numbers([f"{n}-{call}" for call in range(each)], slots)
        notes = tuple(CallNote(day * 86_400 + c, f"{n}-{c}", "s3:GetObject") for c in range(4))
        sightings.append(
            Sighting(
                key=f"ASIABUSY{n % 20:012}",
                origin=Origin(Via.DIRECT, f"10.{n // 250}.{n % 250}.1"),
                day=day,
                first=day * 86_400,
                last=day * 86_400 + 80_000,
                slots=sum(1 << slot for slot in set(slots)),
                calls=distinct(numbers),
                apis=frozenset({"s3:GetObject", "s3:PutObject"}),
                regions=frozenset({"us-east-1"}),
                agents=frozenset({"aws-sdk-go-v2/1.30.3 os/linux"}),
                errors=none,
                deliveries=frozenset({"2.0"}),
                created=None,
                earliest=notes,
                latest=notes[-2:],
            )
        )
    arn = f"arn:aws:sts::111111111111:assumed-role/busy/{INSTANCE}"
    return RoleSession(f"AROABUSY:{INSTANCE}", Identity("111111111111", arn), sightings)


def prepare(store: Store, folder: Path, number: int) -> str:
    """Fill a store; gives the id of a finding of the busy session."""
    for path, data in files(build(7, ["demo"])).items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
    fill(store, folder)
    ranges = aws_ranges.load(folder / "ip-ranges.json", folder, download=False, now=0).history
    Judge(store, World(ranges, config.read(folder / "truant.toml"))).drain(NOW)
    with store.read() as conn:
        original = next(iter(findings.listing(conn, EVERYTHING)))
    with store.write() as conn:
        findings.keep(conn, copies(original, number))
        sessions.merge(conn, [busy_session()])
        mine = replace(original, id="f" * 32, principal=f"AROABUSY:{INSTANCE}", count=CALLS)
        document = msgspec.json.decode(original.body)
        origin = document["service"]["additionalInfo"]["origins"][0]
        document["service"]["additionalInfo"]["origins"] = [
            {**origin, "address": f"203.0.113.{n % 250}"} for n in range(ORIGINS)
        ]
        mine.body = msgspec.json.encode(document).decode()
        findings.keep(conn, [mine])
        users.keep(conn, User("bench", Role.ADMINISTRATOR, 0, hashed(PASSWORD)))
    return mine.id


@contextmanager
def served(store: Store) -> Iterator[httpx.Client]:
    """A client that is signed in to a console over a store."""
    site = Site(Setup(None))
    running = server(
        application(store, routes(store, site), stopping=site.stopping), Listening(port=0)
    )
    thread = threading.Thread(target=running.run, daemon=True)
    thread.start()
    while not running.started:
        time.sleep(0.01)
    url = f"http://127.0.0.1:{running.servers[0].sockets[0].getsockname()[1]}"
    with httpx.Client(base_url=url, timeout=120) as client:
        form = {"name": "bench", "password": PASSWORD}
        client.post("/console/sign-in", data=form, headers={"origin": url})
        yield client
    running.should_exit = True
    thread.join(30)


def measure(client: httpx.Client, path: str) -> tuple[float, float, float, int]:
    """Median and worst time of answers, the median's work in this process (ms), and the size."""
    spent, worked, size = [], [], 0
    for _ in range(TRIES):
        begun, began = time.perf_counter(), time.process_time()
        answer = client.get(f"/console{path}")
        spent.append((time.perf_counter() - begun) * 1000)
        worked.append((time.process_time() - began) * 1000)
        if answer.status_code != 200:
            raise SystemExit(f"{path}: {answer.status_code}")
        size = len(answer.content)
    return statistics.median(spent), max(spent), statistics.median(worked), size


def main() -> None:
    """Measure each page."""
    number = int(sys.argv[1]) if len(sys.argv) > 1 else FINDINGS
    with tempfile.TemporaryDirectory(prefix="truant-bench-") as name:
        store = open_store(str(Path(name) / "bench.db"))
        busy = prepare(store, Path(name), number)
        slow = 0
        with served(store) as client:
            first = client.get("/console/findings?sort=severity").text
            after = re.search(r'after=([^"&]+)" *rel|rel="next" href="[^"]*after=([^"&]+)', first)
            token = next(filter(None, after.groups())) if after else ""
            pages = (
                "/",
                "/findings",
                f"/findings?sort=severity&after={token}",
                "/findings?status=all&sort=updated",
                "/findings?severity=high&account=111111111120",
                "/findings?where=resource.accessKeyDetails.userName|equals|role-17",
                "/findings?q=nothing-has-this",
                f"/findings/{busy}",
                f"/instances/{INSTANCE}",
                f"/search?q={INSTANCE.replace('i-', 'x')}",
                "/accounts",
                "/network",
                "/settings",
            )
            print(f"{number:,} findings, a session of {CALLS:,} calls from {ORIGINS} addresses")
            for path in pages:
                median, worst, work, size = measure(client, path)
                slow += median > LIMIT_MS
                shown = f"{median:7.0f} ms, worst {worst:6.0f} ms, work {work:6.0f} ms"
                print(f"{shown}, {size / 1024:6.0f} kB  {path}")
        store.close()
    if slow:
        raise SystemExit(f"{slow} pages take over {LIMIT_MS} ms")


if __name__ == "__main__":
    main()

"""Memory: what a live credential costs in the state, and what reading a large file costs.

    python -m benchmarks.memory [--sessions N] [--file-megabytes N]

Every session is an instance's with one key, issued in the trail, used from one origin. What is
told is what the process holds more than before, after all is told and made compact, by
/proc/self/statm: with every overhead of Python and of the allocator.
"""

import argparse
import ctypes
import gc
import os
import random
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.generate import generate
from truant.detection.fold import Folding
from truant.detection.state import State, merge
from truant.model.api_call import ApiCall, decode_call

BATCH = 2_000  # sessions folded together
APIS = ("GetObject", "PutObject", "ListObjects", "UpdateInstanceInformation", "Decrypt")
AGENT = "Boto3/1.34.131 md/Botocore#1.34.131 os/linux#6.1.94 lang/python#3.11.9 exec-env/EC2"
TOKEN = "x" * 300


def calls(rng: random.Random, sessions: int, each: int, hours: int) -> Iterator[ApiCall]:
    """The calls of some sessions, issuance first, spread over some hours of one day."""
    for _ in range(sessions):
        bits = f"{rng.getrandbits(256):064x}"
        name, key = f"i-0{bits[:16]}", f"ASIA{bits[16:32].upper()}"
        role = f"AROA{bits[32:49].upper()}"
        address = f"10.{rng.randrange(256)}.{rng.randrange(256)}.{rng.randrange(256)}"
        account, number = f"{111111111111 + rng.randrange(40)}", rng.randrange(200)
        yield decode_call(_issuance(account, number, name, key, _uuid(rng)).encode())
        identity = _identity(account, number, role, name, key)
        for _ in range(each):
            second = rng.randrange(hours * 3600)
            time = f"2026-02-12T{second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}Z"
            yield decode_call(
                f'{{"eventTime":"{time}","eventID":"{_uuid(rng)}","eventName":"{rng.choice(APIS)}",'
                f'"eventSource":"s3.amazonaws.com","awsRegion":"eu-central-1","userAgent":"{AGENT}",'
                f'"sourceIPAddress":"{address}","vpcEndpointId":"vpce-0{account}",'
                f'"recipientAccountId":"{account}","userIdentity":{identity}}}'.encode()
            )


def _identity(account: str, number: int, role: str, name: str, key: str) -> str:
    return (
        f'{{"type":"AssumedRole","principalId":"{role}:{name}","accountId":"{account}",'
        f'"arn":"arn:aws:sts::{account}:assumed-role/web-{number}-role/{name}",'
        f'"accessKeyId":"{key}","sessionContext":{{"sessionIssuer":{{"principalId":"{role}",'
        f'"arn":"arn:aws:iam::{account}:role/web-{number}-role"}},"ec2RoleDelivery":"2.0",'
        '"attributes":{"creationDate":"2026-02-12T00:00:00Z"}}}'
    )


def _issuance(account: str, number: int, name: str, key: str, event_id: str) -> str:
    return (
        f'{{"eventTime":"2026-02-12T00:00:00Z","eventID":"{event_id}","eventName":"AssumeRole",'
        '"eventSource":"sts.amazonaws.com","awsRegion":"eu-central-1",'
        f'"sourceIPAddress":"ec2.amazonaws.com","recipientAccountId":"{account}",'
        '"userIdentity":{"type":"AWSService","invokedBy":"ec2.amazonaws.com"},'
        f'"requestParameters":{{"roleSessionName":"{name}",'
        f'"roleArn":"arn:aws:iam::{account}:role/web-{number}-role"}},'
        f'"responseElements":{{"credentials":{{"accessKeyId":"{key}","sessionToken":"{TOKEN}",'
        '"expiration":"Feb 12, 2026, 6:30:22 AM"}}}'
    )


def _uuid(rng: random.Random) -> str:
    bits = f"{rng.getrandbits(128):032x}"
    return f"{bits[:8]}-{bits[8:12]}-4{bits[13:16]}-a{bits[17:20]}-{bits[20:]}"


def state_of(rng: random.Random, sessions: int, each: int, hours: int) -> State:
    """The state of so many sessions, with so many calls each."""
    state = State()
    for start in range(0, sessions, BATCH):
        folding = Folding()
        folding.add(list(calls(rng, min(BATCH, sessions - start), each, hours)))
        merge(state, folding.result())
    state.make_compact()
    return state


def held() -> int:
    """Bytes that the process holds now."""
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize()


def _measure_state(sessions: int, each: int, hours: int) -> None:
    """Run in a process of its own: what was freed before would hide what is held."""
    rng = random.Random(1)
    state_of(rng, BATCH, each, hours)
    before = held()
    state = state_of(rng, sessions, each, hours)
    print(f"{(held() - before) / len(state.sessions):.0f}")


def _measure_file(folder: Path, jobs: int) -> None:
    from truant.connectors import trail_files
    from truant.runners.embedded import fold_all

    files, _ = trail_files.find([folder])
    fold_all(files, jobs, lambda _done, _all: None)
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    print(f"{max(own, children) / 1024:.0f}")


def _apart(*words: object) -> str:
    command = [sys.executable, "-m", "benchmarks.memory", "--apart", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def main() -> None:
    """Measure both, each in processes of its own, and print tables."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--sessions", type=int, default=50_000)
    parser.add_argument("--records", type=int, default=200_000, help="of one large file")
    parser.add_argument("--apart", nargs="*", help=argparse.SUPPRESS)
    told = parser.parse_args()
    if told.apart:
        kind, *words = told.apart
        if kind == "state":
            _measure_state(*map(int, words))
        else:
            _measure_file(Path(words[0]), int(words[1]))
        return
    print(
        "| role sessions | calls each | over hours | bytes a live credential |\n|---|---|---|---|"
    )
    for each, hours in ((4, 6), (8, 6), (16, 6), (80, 6), (800, 6)):
        sessions = told.sessions if each <= 8 else max(BATCH, told.sessions * 8 // each)
        print(f"| {sessions:,} | {each} | {hours} | {_apart('state', sessions, each, hours)} |")
    print("\n| files | processes | MB of the largest process |\n|---|---|---|")
    with tempfile.TemporaryDirectory(prefix="truant-bench-") as name:
        folder = Path(name)
        trail = generate(folder / "many", told.records)
        for jobs in sorted({1, os.cpu_count() or 1}):
            most = _apart("file", trail.folder / "trail", jobs)
            print(
                f"| {len(trail.files)} of {trail.inflated >> 20:,} MB together | {jobs} | {most} |"
            )


if __name__ == "__main__":
    main()

"""Law of secrets: tokens and keys that stand in records are in nothing that is kept or told."""

import json
import pickle
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.trail_records import FORMS, Json, record
from truant.detection.makings import MAKINGS
from truant.detection.mints import MINTS
from truant.detection.network_changes import CHANGES
from truant.runners.embedded import fold_files

SECRET = "IQoJb3JpZ2luX2VjEXAMPLETOKEN"
APIS = sorted({*MAKINGS, *MINTS, *CHANGES, "ListBuckets", "GetCallerIdentity"})
RANGES = {
    "syncToken": "1",
    "createDate": "2020-01-01-00-00-00",
    "prefixes": [{"ip_prefix": "54.10.0.0/16", "service": "EC2", "region": "eu-west-1"}],
}


def secretive(number: int, api: str, **changes: object) -> Json:
    """A call of an instance's key, with a secret in every place where CloudTrail, or a careless
    service, may put one.
    """
    found = record(number, eventName=api)
    found["eventSource"] = "ec2.amazonaws.com" if api in CHANGES else "sts.amazonaws.com"
    identity = found["userIdentity"]
    assert isinstance(identity, dict)
    identity |= {"sessionToken": SECRET, "credentialId": SECRET}
    identity["sessionContext"] |= {"sessionToken": SECRET}
    return found | {
        "sessionToken": SECRET,
        "errorMessage": f"The token {SECRET} is wrong",
        "requestParameters": {
            "roleArn": "arn:aws:iam::111122223333:role/next",
            "roleSessionName": "next",
            "userName": "mallory",
            "instanceId": "i-0123456789abcdef0",
            "password": SECRET,
            "newPassword": SECRET,
            "X-Amz-Security-Token": [SECRET],
            "x-amz-security-token": SECRET,
            "sessionToken": SECRET,
            "webIdentityToken": SECRET,
            "sAMLAssertion": SECRET,
            "userData": SECRET,
            "publicKeyMaterial": SECRET,
        },
        "responseElements": {
            "credentials": {
                "accessKeyId": f"ASIANEXT{number}",
                "secretAccessKey": SECRET,
                "sessionToken": SECRET,
                "expiration": "Jan 9, 2026 6:30:22 PM",
            },
            "accessKey": {"accessKeyId": f"AKIANEXT{number}", "secretAccessKey": SECRET},
            "serviceSpecificCredential": {"servicePassword": SECRET, "serviceUserName": "u"},
            "signinToken": SECRET,
            "keyMaterial": SECRET,
            "webIdentityToken": SECRET,
            "instancesSet": {"items": [{"instanceId": "i-0aaaaaaaa", "userData": SECRET}]},
        },
        "additionalEventData": {"x-amz-security-token": SECRET, "LoginTo": SECRET},
        "serviceEventDetails": {"token": SECRET},
        "tlsDetails": {"clientProvidedHostHeader": SECRET},
        "resources": [{"ARN": SECRET}],
        **changes,
    }


def contents() -> Iterator[tuple[str, str]]:
    """Files of such records: sound, odd, without time, broken in the middle of a secret."""
    for form in FORMS:
        yield form, FORMS[form]([secretive(n, api) for n, api in enumerate(APIS)])
    odd = [secretive(n, api, awsRegion=5, readOnly=10**400) for n, api in enumerate(APIS)]
    yield "odd", FORMS["trail file"](odd)
    yield "timeless", FORMS["JSON lines"]([secretive(1, "AssumeRole", eventTime=SECRET)])
    yield "no record", FORMS["array"]([{"event": {"token": SECRET}}, SECRET, record(1)])
    whole = FORMS["trail file"]([secretive(1, "AssumeRole"), secretive(2, "AssumeRole")])
    for cut in range(whole.rindex(SECRET) - 5, whole.rindex(SECRET) + 40, 5):
        yield f"cut at {cut}", whole[:cut]
    for found in ("\\", "\x01", "}", '"', "\ud800"):
        broken = whole.replace(SECRET, found + SECRET)
        yield f"broken by {found!a}", broken.encode("utf-8", "replace").decode()
    yield "only a secret", SECRET
    yield "not even JSON", f"{{{SECRET}: 1}}"


@pytest.fixture(scope="module")
def trail(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("trail")
    for number, (_, text) in enumerate(contents()):
        (folder / f"{number}.json").write_text(text, encoding="utf-8")
    return folder


def test_nothing_that_is_kept_holds_a_secret(trail: Path) -> None:
    folded = fold_files(sorted(trail.iterdir()))
    assert folded.state.sessions
    assert folded.state.facts
    assert folded.state.mints
    assert folded.accounting.refusals
    for kept in (folded.state, folded.accounting):
        assert SECRET not in repr(kept)
        assert SECRET.encode() not in pickle.dumps(kept)


def test_nothing_that_is_told_holds_a_secret(trail: Path, tmp_path: Path) -> None:
    (tmp_path / "ranges.json").write_text(json.dumps(RANGES))
    command = [sys.executable, "-c", "from truant.cli import main; main()", "scan", str(trail)]
    command += ["--ip-ranges", str(tmp_path / "ranges.json")]
    here = {name: str(tmp_path / name) for name in ("HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME")}
    told = ""
    for form in ("jsonl", "table"):
        done = subprocess.run(
            [*command, "--format", form], capture_output=True, text=True, env=here, timeout=120
        )
        assert done.returncode == 0, done.stderr
        told += done.stdout + done.stderr
    assert "InstanceCredentialExfiltration.OutsideAWS" in told
    assert "quarantined" in told
    assert "ASIANEXT" in told
    for path in tmp_path.rglob("*"):
        told += path.read_bytes().decode(errors="replace") if path.is_file() else ""
    assert SECRET not in told

"""A trail with CloudTrail's digest files beside it, signed with a key of the test's own."""

import base64
import gzip
import json
from functools import cache
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from truant.model.digest import parse, sha256, signed_text

BUCKET, ACCOUNT, REGION, FINGERPRINT = (
    "logs",
    "111122223333",
    "eu-west-1",
    "31e8b5433410dfb61a9dc45cc",
)


@cache
def key() -> RSAPrivateKey:
    return generate_private_key(public_exponent=65537, key_size=2048)


def write_keys(inventory: Path) -> None:
    public = key().public_key().public_bytes(Encoding.DER, PublicFormat.PKCS1)
    listed = {"Value": base64.b64encode(public).decode(), "Fingerprint": FINGERPRINT}
    inventory.mkdir(parents=True, exist_ok=True)
    (inventory / "list-public-keys.json").write_text(json.dumps({"PublicKeyList": [listed]}))


def log_key(hour: int, number: int) -> str:
    name = f"{ACCOUNT}_CloudTrail_{REGION}_20260301T{hour:02}{number:02}Z_abcdefghijklmn{number:02}"
    return f"AWSLogs/{ACCOUNT}/CloudTrail/{REGION}/2026/03/01/{name}.json.gz"


def digest_key(hour: int) -> str:
    name = f"{ACCOUNT}_CloudTrail-Digest_{REGION}_main_{REGION}_20260301T{hour:02}0000Z.json.gz"
    return f"AWSLogs/{ACCOUNT}/CloudTrail-Digest/{REGION}/2026/03/01/{name}"


def write_trail(folder: Path, hours: int = 3, logs: int = 2) -> list[Path]:
    """Log files and digests of some hours; all paths, digests after the logs of their hour."""
    written: list[Path] = []
    before: tuple[str | None, str | None, str | None] = (None, None, None)
    for hour in range(hours):
        listed = []
        for number in range(logs):
            content = json.dumps({"Records": [], "hour": hour, "n": number}).encode()
            written.append(_write(folder / log_key(hour, number), content))
            listed.append(
                {
                    "s3Bucket": BUCKET,
                    "s3Object": log_key(hour, number),
                    "hashValue": sha256(content),
                    "hashAlgorithm": "SHA-256",
                }
            )
        digest = {
            "awsAccountId": ACCOUNT,
            "digestStartTime": f"2026-03-01T{hour:02}:00:00Z",
            "digestEndTime": f"2026-03-01T{hour + 1:02}:00:00Z",
            "digestS3Bucket": BUCKET,
            "digestS3Object": digest_key(hour),
            "digestPublicKeyFingerprint": FINGERPRINT,
            "digestSignatureAlgorithm": "SHA256withRSA",
            "previousDigestS3Object": before[0],
            "previousDigestHashValue": before[1],
            "previousDigestSignature": before[2],
            "logFiles": listed,
        }
        content = json.dumps(digest).encode()
        written.append(_write(folder / digest_key(hour), content))
        before = (digest_key(hour), sha256(content), _signature(content))
    return written


def _signature(content: bytes) -> str:
    digest = parse(content)
    assert digest is not None
    return key().sign(signed_text(digest, sha256(content)), PKCS1v15(), SHA256()).hex()


def _write(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(content))
    return path

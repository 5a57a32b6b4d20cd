"""CloudTrail digest files: which log files were delivered in an hour, with their hashes, chained.

Contents: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-validation-digest-file-structure.html
Hashes are SHA-256 of inflated contents. A digest's own signature stands in its object's metadata
in S3, which a folder does not keep; the next digest repeats it as `previousDigestSignature`.
"""

import hashlib

import msgspec
from msgspec import Struct, field


class LogFile(Struct, frozen=True, gc=False):
    """A log file as a digest lists it."""

    s3_object: str = field(name="s3Object")
    hash_value: str = field(name="hashValue")


class Digest(Struct, frozen=True, gc=False):
    """One digest file, only with the members that matter."""

    end_time: str = field(name="digestEndTime")
    s3_bucket: str = field(name="digestS3Bucket")
    s3_object: str = field(name="digestS3Object")
    log_files: list[LogFile] = field(name="logFiles")
    fingerprint: str | None = field(default=None, name="digestPublicKeyFingerprint")
    previous_object: str | None = field(default=None, name="previousDigestS3Object")
    previous_hash: str | None = field(default=None, name="previousDigestHashValue")
    previous_signature: str | None = field(default=None, name="previousDigestSignature")


_DIGEST = msgspec.json.Decoder(Digest)


def parse(content: bytes) -> Digest | None:
    """Read an inflated digest file; None for what is none."""
    try:
        return _DIGEST.decode(content)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None


def sha256(content: bytes) -> str:
    """The hash that digests give of inflated contents, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def signed_text(digest: Digest, content_hash: str) -> bytes:
    """What CloudTrail signs for a digest, of which `content_hash` is the hash of its contents."""
    lines = (
        digest.end_time,
        f"{digest.s3_bucket}/{digest.s3_object}",
        content_hash,
        digest.previous_signature or "null",  # the first digest of a chain
    )
    return "\n".join(lines).encode()

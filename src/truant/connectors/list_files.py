"""Trusted and threat lists where they lie: in a folder of this machine, or in S3.

The caller of the API names the place, so only what lies in the folder that the operator gave is
read of this machine, and of the web only S3.
"""

import re
import threading
from pathlib import Path
from urllib.parse import unquote, urlsplit

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from botocore.session import get_session
from msgspec import Struct

from truant.model.address_lists import FILE_BYTES_MAX

# https://docs.aws.amazon.com/guardduty/latest/APIReference/API_CreateIPSet.html, location.
_VIRTUAL = re.compile(r"([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])\.s3(?:[.-][a-z0-9-]+)?\.amazonaws\.com")
_PATH_STYLE = re.compile(r"s3(?:[.-][a-z0-9-]+)?\.amazonaws\.com")
_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")


class BadLocation(ValueError):
    """The location names nothing that is read, or nothing is there; the message says which."""


class OfFile(Struct, frozen=True):
    """A file of this machine."""

    path: str


class OfBucket(Struct, frozen=True):
    """An object in S3."""

    bucket: str
    key: str


def location(text: str) -> OfFile | OfBucket:
    """Read a location: a path, `file://…`, `s3://…`, `https://…` of S3. Raises BadLocation."""
    if "://" not in text:
        return OfFile(text)
    parts = urlsplit(text)
    host, path = parts.netloc.lower(), unquote(parts.path)
    if parts.scheme == "file" and host in ("", "localhost"):
        return OfFile(path)
    bucket, key = host, path.removeprefix("/")
    if parts.scheme == "https" and (virtual := _VIRTUAL.fullmatch(host)):
        bucket = virtual[1]
    elif parts.scheme == "https" and _PATH_STYLE.fullmatch(host):
        bucket, _, key = key.partition("/")
    elif parts.scheme != "s3":
        raise BadLocation("the location must be a file of the lists' folder, or an object in S3")
    if _BUCKET.fullmatch(bucket) is None or not key:
        raise BadLocation("the location names no bucket and key")
    return OfBucket(bucket, key)


class ListFiles:
    """Reads lists; `folder` is the one from which files may be read, None for none."""

    def __init__(self, folder: Path | None) -> None:
        """Hold the folder."""
        self._folder = folder.resolve() if folder is not None else None
        self._lock = threading.Lock()
        self._s3: object = None

    def read(self, text: str, owner: str | None = None) -> bytes:
        """The content of a list, at most 35 MB. Raises BadLocation.

        `owner`: the account that must own the bucket.
        """
        place = location(text)
        if isinstance(place, OfFile):
            return self._file(place)
        return self._object(place, owner)

    def _file(self, place: OfFile) -> bytes:
        if self._folder is None:
            raise BadLocation("no folder of lists was given to the service: see serve --lists")
        try:
            path = (self._folder / place.path).resolve()
            if not path.is_relative_to(self._folder):
                raise BadLocation(f"files are read from {self._folder} alone")
            if not path.is_file():
                raise BadLocation("there is no such file in the folder of lists")
            with path.open("rb") as file:
                return _bounded(file.read(FILE_BYTES_MAX + 1))
        except (OSError, ValueError) as error:
            if isinstance(error, BadLocation):
                raise
            raise BadLocation(f"the file cannot be read: {type(error).__name__}") from error

    def _object(self, place: OfBucket, owner: str | None) -> bytes:
        given = {"ExpectedBucketOwner": owner} if owner else {}
        try:
            answer = self._client().get_object(Bucket=place.bucket, Key=place.key, **given)  # type: ignore[attr-defined]
            return _bounded(answer["Body"].read(FILE_BYTES_MAX + 1))
        except ClientError as error:
            code = error.response.get("Error", {}).get("Code", "an error")
            raise BadLocation(f"S3 says {code}") from error
        except BotoCoreError as error:
            raise BadLocation(f"S3 was not reached: {type(error).__name__}") from error

    def _client(self) -> object:
        """A client with the credentials of the environment, made when it is first needed."""
        with self._lock:
            if self._s3 is None:
                limits = Config(connect_timeout=5, read_timeout=30, retries={"max_attempts": 2})
                self._s3 = get_session().create_client("s3", config=limits)
            return self._s3


def _bounded(content: bytes) -> bytes:
    if len(content) > FILE_BYTES_MAX:
        raise BadLocation("the list is larger than 35 MB")
    return content

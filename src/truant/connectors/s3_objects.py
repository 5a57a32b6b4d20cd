"""Objects in S3, fetched whole: small ones into memory, large ones into a file without a name."""

import re
import tempfile
from typing import Any, BinaryIO, cast

from truant.connectors.aws_clients import AwsFailed, told
from truant.connectors.parcels import Item, Unfetchable
from truant.connectors.sources import Holds
from truant.connectors.trail_files import FILE_BYTES_MAX, Content

MEMORY_BYTES_MAX = 1024 * 1024
CHUNK_BYTES = 256 * 1024
TRIES = 2  # of a body that breaks off: boto3 tries again only until it begins
_NAME = re.compile(r"s3://([^/]+)/(.+)", re.DOTALL)


def name_of(bucket: str, key: str) -> str:
    """By what the store remembers an object."""
    return f"s3://{bucket}/{key}"


def holds_of(key: str, otherwise: Holds) -> Holds:
    """What an object holds, by the folder that AWS writes it to."""
    if "/vpcflowlogs/" in key or "/aws-service=vpcflowlogs/" in key:
        return Holds.FLOW_LOGS
    return Holds.TRAIL if "/CloudTrail" in key else otherwise


class S3Objects:
    """Fetches objects with one client."""

    def __init__(self, client: Any, holds: Holds) -> None:  # noqa: ANN401 boto3's clients have no types
        """`holds`: what objects hold whose key does not tell."""
        self._client, self._holds = client, holds

    def item(self, bucket: str, key: str) -> Item:
        """An object to be read."""
        return Item(
            name_of(bucket, key), lambda: self._fetch(bucket, key), holds_of(key, self._holds)
        )

    def named(self, name: str) -> Item:
        """An object by the name that `item` gave it. Raises Unfetchable."""
        found = _NAME.fullmatch(name)
        if found is None:
            raise Unfetchable("it names no object", gone=True)
        return self.item(found[1], found[2])

    def _fetch(self, bucket: str, key: str) -> Content:
        """The content. Raises Unfetchable, and AwsFailed where it is not the object's own fault."""
        for attempt in range(TRIES):
            stream = cast(BinaryIO, tempfile.SpooledTemporaryFile(MEMORY_BYTES_MAX))  # noqa: SIM115
            try:
                size = self._copy(bucket, key, stream)
            except AwsFailed as error:
                stream.close()
                if error.is_items:
                    raise Unfetchable(str(error), gone=error.is_gone) from error
                if error.code or attempt == TRIES - 1:
                    raise
            except BaseException:
                stream.close()
                raise
            else:
                stream.seek(0)
                return Content(name_of(bucket, key), size, stream)
        raise AssertionError("not reached")

    def _copy(self, bucket: str, key: str, into: BinaryIO) -> int:
        with told(name_of(bucket, key)):
            body = self._client.get_object(Bucket=bucket, Key=key)["Body"]
            size = 0
            for chunk in body.iter_chunks(CHUNK_BYTES):
                size += len(chunk)
                if size > FILE_BYTES_MAX:
                    body.close()
                    raise Unfetchable(f"larger than {FILE_BYTES_MAX:,} bytes: split it", gone=True)
                into.write(chunk)
            return size

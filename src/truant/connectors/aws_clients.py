"""Clients of AWS's APIs for what is read there; their errors in one form.

Credentials are those that boto3 finds by itself: environment, profile, role of the machine. A
profile may name a role of another account to assume.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from truant.connectors.sources import BadSource, Source

CONNECT_SECONDS, READ_SECONDS, ATTEMPTS, CONNECTIONS = 5, 30, 4, 32
# The item's own trouble; all else is the source's as a whole.
# https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
GONE = frozenset({"NoSuchKey", "NoSuchVersion", "404", "MethodNotAllowed"})
DENIED = frozenset({"AccessDenied", "403", "InvalidObjectState", "AllAccessDisabled"})
_KMS = "KMS."
_lock = threading.Lock()  # "Session objects are not thread safe" (boto3's guide)


class AwsFailed(OSError):
    """AWS could not be reached, or refused; the message says who and how. `code` is AWS's."""

    def __init__(self, said: str, code: str = "") -> None:
        super().__init__(said)
        self.code = code

    @property
    def is_gone(self) -> bool:
        """Whether what was asked for is not there."""
        return self.code in GONE

    @property
    def is_items(self) -> bool:
        """Whether it may be the trouble of what was asked for alone."""
        return self.is_gone or self.code in DENIED or self.code.startswith(_KMS)


def client(service: str, source: Source) -> Any:  # noqa: ANN401 boto3's clients have no types
    """A client for a source, for any thread. Raises BadSource where there can be none."""
    try:
        import boto3
        from botocore.config import Config
        from botocore.exceptions import BotoCoreError
    except ModuleNotFoundError as error:
        raise BadSource(
            f"{source.location}: AWS is read with {error.name}: pip install 'truant[aws]'"
        ) from error
    config = Config(
        connect_timeout=CONNECT_SECONDS,
        read_timeout=READ_SECONDS,
        retries={"mode": "standard", "total_max_attempts": ATTEMPTS},
        max_pool_connections=CONNECTIONS,
        user_agent_extra="truant",
    )
    try:
        with _lock:
            session = boto3.Session(profile_name=source.profile, region_name=source.region)
            return session.client(service, config=config)
    except (BotoCoreError, ValueError) as error:
        raise BadSource(f"{source.location}: {error}. See AWS's configuration files.") from error


@contextmanager
def told(what: str) -> Iterator[None]:
    """Turn what boto3 raises into AwsFailed; `what` was being asked for."""
    from botocore.exceptions import BotoCoreError, ClientError
    from urllib3.exceptions import HTTPError

    try:
        yield
    except ClientError as error:
        found = error.response.get("Error", {})
        code = str(found.get("Code", "Unknown"))
        raise AwsFailed(f"{what}: {code}: {found.get('Message', '')}", code) from error
    except (BotoCoreError, HTTPError) as error:
        raise AwsFailed(f"{what}: {error}") from error

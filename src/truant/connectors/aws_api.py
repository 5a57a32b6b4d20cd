"""Clients of AWS's APIs: bounded in time, patient with throttling, their errors in one form.

Credentials are those that boto3 finds by itself (environment, profile, instance role), or those of
a role that was assumed. They are never shown: the `repr` of keys holds none.
"""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import boto3
import botocore.loaders
import botocore.session
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError
from msgspec import Struct

CONNECT_SECONDS, READ_SECONDS = 10, 60
# "adaptive": waits as long as the service asks, and learns how fast it may ask (botocore's retries
# guide). Of five attempts the last comes some 15 seconds after the first.
ATTEMPTS_MAX = 5
_AGENT = "truant"


class CannotCall(Exception):
    """AWS refused a call, or could not be reached. `code` is AWS's, or botocore's for its own.

    `is_unreachable`: no answer came at all, so that the next call will hardly fare better.
    """

    def __init__(self, code: str, message: str, *, is_unreachable: bool = False) -> None:
        super().__init__(f"{code}: {message}" if message else code)
        self.code, self.message, self.is_unreachable = code, message, is_unreachable


class Keys(Struct, frozen=True):
    """Credentials of an assumed role, until `expires` (epoch seconds)."""

    access_key_id: str
    secret: str
    token: str
    expires: int

    def __repr__(self) -> str:
        """Say whose they are, and no secret."""
        return f"Keys({self.access_key_id})"


class Aws:
    """Makes clients; from several threads at once, too. Raises CannotCall where nothing is set."""

    def __init__(self, region: str | None = None, attempts: int = ATTEMPTS_MAX) -> None:
        """`region` is where services are asked that have no other region to be asked in.

        Where it is not given, the environment's or the profile's.
        """
        with told():
            session = botocore.session.Session()
            session.register_component("data_loader", _models())
            self._session = boto3.Session(
                botocore_session=session, region_name=region or os.environ.get("AWS_REGION")
            )
        self.region: str | None = self._session.region_name
        self._lock = threading.Lock()  # "Session objects are not thread safe" (boto3's guide)
        self._config = Config(
            connect_timeout=CONNECT_SECONDS,
            read_timeout=READ_SECONDS,
            retries={"mode": "adaptive", "total_max_attempts": attempts},
            user_agent_extra=_AGENT,
        )

    def client(self, service: str, region: str, keys: Keys | None = None) -> Any:  # noqa: ANN401
        """A client of a service in a region; with keys of its own, or the session's."""
        named = {}
        if keys is not None:
            named = {
                "aws_access_key_id": keys.access_key_id,
                "aws_secret_access_key": keys.secret,
                "aws_session_token": keys.token,
            }
        with self._lock, told():
            return self._session.client(service, region_name=region, config=self._config, **named)


@cache
def _models() -> Any:  # noqa: ANN401
    """One loader of services' models for all sessions: EC2's alone takes a second to read."""
    return botocore.loaders.create_loader(os.environ.get("AWS_DATA_PATH"))


@contextmanager
def told() -> Iterator[None]:
    """Turn what boto3 raises into CannotCall."""
    try:
        yield
    except ClientError as error:
        found = error.response.get("Error", {})
        raise CannotCall(str(found.get("Code", "Unknown")), str(found.get("Message", ""))) from None
    except HTTPClientError as error:
        raise CannotCall(type(error).__name__, str(error), is_unreachable=True) from None
    except BotoCoreError as error:
        raise CannotCall(type(error).__name__, str(error)) from None

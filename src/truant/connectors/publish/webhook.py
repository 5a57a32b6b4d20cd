"""Webhooks: each message a POST, signed as Standard Webhooks has it."""

import time
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from urllib.parse import urlsplit

import httpx

from truant.connectors.publish.publisher import NotDelivered
from truant.connectors.publish.settings import Settings
from truant.formats.forms import FORMS, Message, written
from truant.formats.signature import BadSecret, headers, secret

BYTES_MAX = 1024 * 1024
ANSWER_BYTES_MAX = 64 * 1024
LATER_SECONDS_MAX = 3600.0
# What is wrong with the message itself; all else is the receiver's and passes, or is mended.
_REFUSED = frozenset({400, 413, 415, 422})
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class Webhook:
    """A URL to which messages are posted."""

    most = 1

    def __init__(
        self, url: str, secrets: tuple[bytes, ...], form: str, seconds: int, token: str | None
    ) -> None:
        """`token`: for `Authorization: Bearer`, where the receiver wants one."""
        self._url, self._secrets, self._form = url, secrets, form
        self._own = {"content-type": _TYPES.get(form, "application/json"), **_bearer(token)}
        agent = {"user-agent": f"truant/{version('truant')}"}
        self._client = httpx.Client(timeout=seconds, follow_redirects=False, headers=agent)

    def send(self, messages: Sequence[Message]) -> Mapping[str, str]:
        """Post one message."""
        (one,) = messages
        body = written(one, self._form, BYTES_MAX, version("truant")).encode()
        signed = headers(one.key, int(time.time()), body, self._secrets)
        try:
            with self._client.stream(
                "POST", self._url, content=body, headers={**self._own, **signed}
            ) as answer:
                return self._judge(one, answer)
        except httpx.HTTPError as error:
            raise NotDelivered(f"the receiver was not reached: {type(error).__name__}") from None

    def _judge(self, one: Message, answer: httpx.Response) -> Mapping[str, str]:
        said = f"the receiver answered {answer.status_code}"
        if answer.is_success:
            return {}
        if answer.status_code in _REFUSED:
            return {one.key: said}
        raise NotDelivered(said, _later(answer.headers.get("retry-after")))


_TYPES = {"cef": "text/plain; charset=utf-8", "text": "text/plain; charset=utf-8"}


def _bearer(token: str | None) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"} if token else {}


def _later(text: str | None) -> float | None:
    """The seconds of a Retry-After header; a date is not read."""
    if text is None or not text.isascii() or not text.isdigit() or len(text) > 6:
        return None
    return min(float(text), LATER_SECONDS_MAX)


def make(settings: Settings) -> tuple[Webhook, str]:
    """A webhook, and what people are shown of it: its host. Raises BadConfig."""
    url = settings.optional("url") or settings.needed("url")
    parts = urlsplit(url)
    plain = parts.scheme == "http" and (parts.hostname in _LOOPBACK or settings.flag("plain"))
    if not parts.hostname or not (parts.scheme == "https" or plain):
        raise settings.wrong("url", "must be https://…, or http://… of this machine or with plain")
    settings.flag("plain")
    try:
        secrets = tuple(map(secret, settings.needed("secret").split()))
    except BadSecret as error:
        raise settings.wrong("secret", f"cannot be used: {error}") from None
    form = settings.choice("form", FORMS, "guardduty")
    seconds = settings.number("timeout", 10, 1, 60)
    return Webhook(url, secrets, form, seconds, settings.secret("token")), str(parts.hostname)

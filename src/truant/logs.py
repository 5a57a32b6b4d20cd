"""The service's log: lines for people, or JSON lines for machines, without secrets in either."""

import json
import logging
import re
import sys
from enum import StrEnum
from typing import TextIO

from truant.model.event_time import iso_milliseconds

MESSAGE_MAX, TRACE_MAX = 4_000, 16_000
HIDDEN = "[hidden]"


class LogForm(StrEnum):
    """How the log is written."""

    TEXT = "text"
    JSON = "json"


# What nobody should have put into a message, and what errors of libraries quote.
_SECRETS = (
    re.compile(r"(?<=://)[^/\s@]*:[^/\s@]*(?=@)"),  # user:password@ of an address
    re.compile(r"whsec_[A-Za-z0-9+/=]+"),
    re.compile(r"(?<=[?&]X-Amz-Security-Token=)[^&\s]+"),
    re.compile(
        r"(?i)(?<![a-z])(?:[a-z_-]*(?:secret|passw(?:or)?d|token|signature)[a-z_]*|authorization)"
        r"[\"']?\s*[:=]\s*[\"']?(?:Bearer |AWS4-HMAC-SHA256 )?[^\s\"',;&}]+"
    ),
    re.compile(r"(?<![A-Za-z0-9+/=_-])[A-Za-z0-9+/=_-]{100,}"),  # session tokens
)


def without_secrets(text: str) -> str:
    """The text with what looks like a secret hidden."""
    for pattern in _SECRETS:
        text = pattern.sub(HIDDEN, text)
    return text


class _Text(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        shown = without_secrets(record.getMessage())[:MESSAGE_MAX]
        line = "".join(char if char.isprintable() else repr(char)[1:-1] for char in shown)
        at = iso_milliseconds(round(record.created * 1000))
        told = f"{at} {record.levelname.lower()} {record.name}: {line}"
        return f"{told}\n{_trace(self, record)}" if record.exc_info else told


class _Json(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        told = {
            "time": iso_milliseconds(round(record.created * 1000)),
            "level": record.levelname.lower(),
            "logger": record.name,
            "thread": record.threadName,
            "message": without_secrets(record.getMessage())[:MESSAGE_MAX],
        }
        if record.exc_info:
            told["trace"] = _trace(self, record)
        return json.dumps(told, ensure_ascii=True)


def _trace(formatter: logging.Formatter, record: logging.LogRecord) -> str:
    if not record.exc_info:
        return ""
    return without_secrets(formatter.formatException(record.exc_info))[-TRACE_MAX:]


_FORMATTERS = {LogForm.TEXT: _Text, LogForm.JSON: _Json}
# They tell of every request, or quote what they send.
_QUIET = ("apprise", "botocore", "boto3", "httpx", "httpcore", "urllib3", "alembic", "uvicorn")


def configure(form: LogForm, stream: TextIO | None = None) -> None:
    """Write the log to a stream, standard error by default."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(_FORMATTERS[form]())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)

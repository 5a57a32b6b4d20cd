"""The forms that a user may choose from, by name: one line each."""

from collections.abc import Callable, Mapping

from msgspec import Struct

from truant.formats.cef import cef
from truant.formats.document import read
from truant.formats.event import event
from truant.formats.ocsf import ocsf
from truant.formats.size import Json, encoded, fitted
from truant.formats.words import text, title
from truant.model.event_time import iso_milliseconds

ROOM = 1_024  # bytes, for what a form puts around a finding


class Message(Struct, frozen=True):
    """One change of a finding, to be told.

    `key`: 32 hexadecimal digits, the same at each attempt; `at`: epoch milliseconds of the change.
    """

    key: str
    change: str
    at: int
    document: Json


def _guardduty(one: Message, _: str) -> str:
    return encoded(one.document)


def _event(one: Message, _: str) -> str:
    return encoded(event(one.document, one.key, iso_milliseconds(one.at)))


def _ocsf(one: Message, version: str) -> str:
    return encoded(ocsf(read(one.document), one.change, one.at, version))


def _cef(one: Message, version: str) -> str:
    return cef(read(one.document), one.change, version)


def _text(one: Message, _: str) -> str:
    document = read(one.document)
    return " | ".join((title(document, one.change), *text(document, one.change).splitlines()))


FORMS: Mapping[str, Callable[[Message, str], str]] = {
    "guardduty": _guardduty,
    "event": _event,
    "ocsf": _ocsf,
    "cef": _cef,
    "text": _text,
}


def written(one: Message, form: str, most: int, version: str) -> str:
    """A message in one line of a form, details left out where it is longer than `most` bytes."""
    whole = FORMS[form](one, version)
    if len(whole.encode()) <= most:
        return whole
    less = Message(one.key, one.change, one.at, fitted(one.document, most - ROOM))
    return FORMS[form](less, version)

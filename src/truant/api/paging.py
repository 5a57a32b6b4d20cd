"""Pages: opaque tokens that say where to go on, good only for the request that they came from."""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from hashlib import sha256
from typing import TypeVar

from truant.api.call import Given
from truant.api.errors import BadRequest

PAGE_MAX = 50
TOKEN_MAX = 8_192
_T = TypeVar("_T")

_BAD = "The request is rejected because the input nextToken is not one that this request gave."


def token(given: Given, position: Sequence[object]) -> str:
    """A token for the page after a position, a list of texts and numbers."""
    content = json.dumps([_digest(given), *position], separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(content).decode()


def position(given: Given, kinds: Sequence[type]) -> list[object] | None:
    """The position of a request's token, None without one. Raises BadRequest for any other."""
    presented = given.get("NextToken")
    if not presented:
        return None
    try:
        if len(presented) > TOKEN_MAX:
            raise BadRequest(_BAD)
        content = base64.b64decode(presented.encode("ascii"), altchars=b"-_", validate=True)
        digest, *place = json.loads(content)
    except (ValueError, TypeError, RecursionError, binascii.Error) as error:
        raise BadRequest(_BAD) from error
    fits = len(place) == len(kinds) and all(map(_is, place, kinds))
    if digest != _digest(given) or not fits:
        raise BadRequest(_BAD)
    return list(place)


def _is(value: object, kind: type) -> bool:
    if kind is float:
        return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e18
    return type(value) is kind


def _digest(given: Given) -> str:
    """What a page must have in common with the one before it."""
    same = {name: value for name, value in given.items() if name not in ("NextToken", "MaxResults")}
    return sha256(json.dumps(same, sort_keys=True).encode()).hexdigest()[:16]


def by_name(
    given: Given, read: Callable[[str, int], Sequence[_T]], name: Callable[[_T], str]
) -> tuple[list[_T], str | None]:
    """One page of things in the order of their names, and the token of the next, if there is one.

    `read`: things whose name follows a text, at most so many.
    """
    most = given.get("MaxResults") or PAGE_MAX
    after = position(given, (str,))
    found = list(read(str(after[0]) if after else "", most + 1))
    page = found[:most]
    return page, token(given, [name(page[-1])]) if len(found) > most else None


def of_list(
    given: Given, everything: Sequence[_T], name: Callable[[_T], str]
) -> tuple[list[_T], str | None]:
    """`by_name`, for things that are at hand in any order."""
    ordered = sorted(everything, key=name)
    return by_name(
        given, lambda after, most: [one for one in ordered if name(one) > after][:most], name
    )

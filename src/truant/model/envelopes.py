"""Records out of what stands around them: envelopes, collectors' wrappings, lists.

EventBridge, test suites, Elasticsearch, the integrations of Elastic and OpenSearch, and
`aws cloudtrail lookup-events` each keep the record somewhere else, some of them as JSON in a text.
"""

from collections.abc import Iterator, Mapping
from contextlib import suppress

from truant.model.file_kind import Kind, kind_by_content
from truant.model.lenient_json import read

DEPTH_MAX = 8  # lists of records within lists of records
_LISTS = ("Records", "Events")  # of trail files, and of what `lookup-events` prints
_WRAPPINGS: tuple[tuple[str, ...], ...] = (
    (),
    ("detail",),
    ("event",),
    ("_source",),
    ("aws", "cloudtrail"),
    ("event", "original"),
    ("message",),
    ("CloudTrailEvent",),
)
# Every record has its version and its id, whatever else is missing.
_MARKS = ("eventName", "eventID", "eventVersion")

Record = Mapping[str, object]


def unwrapped(value: object, depth: int = DEPTH_MAX) -> Iterator[Record | Kind | None]:
    """The records in a parsed JSON value, in order. A file's list may be empty; one in it may not.

    A Kind stands for a document that is told apart and left out, None for what is no record.
    """
    outer = _opened(value)
    lists = (value, *(outer.get(name) for name in _LISTS))
    listed = next((some for some in lists if isinstance(some, list)), None)
    if listed is None or (not listed and depth < DEPTH_MAX):
        yield _single(outer)
    elif depth == 0:
        yield None
    else:
        for one in listed:
            yield from unwrapped(one, depth - 1)


def _single(outer: Record) -> Record | Kind | None:
    for path in _WRAPPINGS:
        if path and path[0] not in outer:
            continue
        inside = _at(outer, path)
        found = kind_by_content(inside) or (inside if is_record(inside) else None)
        if found is not None:
            return found
    return None


def is_record(value: Record) -> bool:
    """Whether a JSON object is a CloudTrail record, however odd."""
    return any(value.get(mark) is not None for mark in _MARKS)


def _at(value: Record, path: tuple[str, ...]) -> Record:
    """The object at a path; on the way, JSON that somebody kept as text is opened."""
    for name in path:
        value = _opened(value.get(name))
    return value


def _opened(value: object) -> Record:
    if isinstance(value, str) and value.lstrip().startswith("{"):
        with suppress(ValueError, RecursionError):
            value = read(value)
    return value if isinstance(value, Mapping) else {}

"""Looking into parsed JSON whose nesting differs from one AWS API to the next.

EC2's answers stand in CloudTrail under `instancesSet.items`, `natGatewaySet.item`, a plain list or
a single object, as the API's age has it. What matters is the member's name.
"""

from collections.abc import Iterator, Mapping

# The longest ARN that IAM gives has 2,048 characters. What is longer is no name; it is cut.
NAME_LENGTH_MAX = 2048


def texts(value: object, name: str) -> tuple[str, ...]:
    """Every text that stands under the member `name`, at any depth, in order, each once.

    Texts are names here: what is longer than a name is cut.
    """
    found = (m[name] for m in objects_with(value, name))
    names = (text[:NAME_LENGTH_MAX] for text in found if isinstance(text, str) and text)
    return tuple(dict.fromkeys(names))


def text(value: object, name: str) -> str | None:
    """The first of `texts`, or None."""
    return next(iter(texts(value, name)), None)


def objects_with(value: object, name: str) -> Iterator[Mapping[str, object]]:
    """Every JSON object, at any depth, that has a member `name`."""
    pending = [value]
    while pending:
        current = pending.pop()
        if isinstance(current, dict):  # what JSON is parsed to; Mapping takes five times as long
            if name in current:
                yield current
            pending.extend(reversed(current.values()))
        elif isinstance(current, list):
            pending.extend(reversed(current))


def member(value: object, name: str) -> object:
    """A member of an object; None where there is none, or where the value is no object."""
    return value.get(name) if isinstance(value, Mapping) else None

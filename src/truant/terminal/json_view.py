"""Looking into a finding's JSON without trusting its shape: what is not there is empty."""

from collections.abc import Mapping

Finding = Mapping[str, object]


def at(value: object, *path: str) -> Finding:
    """The object at a path of members; an empty one where there is none."""
    for name in path:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value if isinstance(value, Mapping) else {}


def objects(value: object) -> list[Finding]:
    """The objects of a list; none where it is no list."""
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []


def number(value: object) -> float:
    """A number; 0 where it is none."""
    return float(value) if isinstance(value, int | float) else 0.0

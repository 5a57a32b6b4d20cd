"""One call of an AWS API as a frozen value: to be shown, done, recorded and undone by others.

Parameters are JSON. A text `${name}` in them stands for what an earlier call of the plan found or
made; `binds` says under which names this call's answer is looked into.
"""

import json
import re
import shlex
from collections.abc import Mapping

from msgspec import Struct, field

_WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_NAME = re.compile(r"\$\{([a-z0-9 .-]+)\}")
Bound = Mapping[str, object]


class Unbound(KeyError):
    """A parameter stands for something that no earlier call found."""


class Call(Struct, frozen=True):
    """A call. `undo`: what takes it back; none where nothing does, or nothing needs to.

    `looks`: it changes nothing. `needs`: what must have been bound before, beside its parameters.
    `stays`: why what it does needs not be taken back. `fine`: error codes that say that what is
    wanted is so already.
    """

    service: str  # "iam"
    operation: str  # "PutRolePolicy"
    parameters: Mapping[str, object]
    region: str | None = None
    binds: Mapping[str, str] = field(default_factory=dict)  # name: path into the answer
    looks: bool = False
    fine: tuple[str, ...] = ()
    stays: str = ""
    needs: tuple[str, ...] = ()
    undo: "tuple[Call, ...]" = ()

    def __str__(self) -> str:
        """The call as a command of the AWS CLI, one line, safe to paste into a shell.

        Values follow their option behind `=`, so that none is taken for an option.
        """
        words = ["aws", self.service, kebab(self.operation)]
        if self.region is not None:
            words.append(f"--region={self.region}")
        for name, value in self.parameters.items():
            words.append(f"--{kebab(name)}={_written(value)}")
        return " ".join(map(shlex.quote, words))


def kebab(name: str) -> str:
    """`PutRolePolicy` as the CLI writes it: `put-role-policy`."""
    return _WORD.sub("-", name).lower()


def _written(value: object) -> str:
    if isinstance(value, str):
        return value
    return json.dumps(value, separators=(",", ":"), sort_keys=True)


def resolved(value: object, bound: Bound) -> object:
    """The value with every `${name}` in it replaced. Raises Unbound.

    A text that is a name alone becomes what is bound, whatever that is; within a text, its text.
    """
    if isinstance(value, Mapping):
        return {name: resolved(one, bound) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [resolved(one, bound) for one in value]
    if not isinstance(value, str):
        return value
    whole = _NAME.fullmatch(value)
    if whole is not None:
        return _bound(whole[1], bound)
    return _NAME.sub(lambda found: str(_bound(found[1], bound)), value)


def names(value: object) -> set[str]:
    """Every name that a value stands for something by."""
    if isinstance(value, Mapping):
        return {name for one in value.values() for name in names(one)}
    if isinstance(value, list | tuple):
        return {name for one in value for name in names(one)}
    return set(_NAME.findall(value)) if isinstance(value, str) else set()


def _bound(name: str, bound: Bound) -> object:
    if name not in bound:
        raise Unbound(name)
    return bound[name]


def looked_up(answer: object, path: str) -> object:
    """What stands at a path in an answer: `Reservations.0.Instances`; None where it leads nowhere.

    `*` takes all of a list: `Groups.*.GroupId` is a list of ids. `?Name=value` takes the first of a
    list that has this member.
    """
    steps = path.split(".")
    for position, step in enumerate(steps):
        if step == "*":
            rest = ".".join(steps[position + 1 :])
            found = answer if isinstance(answer, list) else []
            return [looked_up(one, rest) for one in found] if rest else found
        if step.startswith("?"):
            name, _, value = step[1:].partition("=")
            listed = answer if isinstance(answer, list) else []
            fits = (one for one in listed if isinstance(one, Mapping) and one.get(name) == value)
            answer = next(fits, None)
        elif isinstance(answer, list):
            answer = answer[int(step)] if step.isdigit() and int(step) < len(answer) else None
        else:
            answer = answer.get(step) if isinstance(answer, Mapping) else None
    return answer

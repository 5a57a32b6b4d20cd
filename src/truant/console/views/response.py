"""What to do about a finding, step by step, with what was done about each before."""

from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from truant.connectors.store.responses import FAILED, LEFT, Deed
from truant.detection.plan import Knowledge, Step
from truant.detection.playbook import steps
from truant.model.aws_call import Call, names
from truant.terminal import responded


class Found(Struct, frozen=True):
    """What a command's answer gives: `${name}` of later commands, or only of taking it back."""

    name: str
    path: str
    is_used: bool


class Command(Struct, frozen=True):
    """A call as a command, and what its answer gives."""

    text: str
    finds: tuple[Found, ...]


class Done(Struct, frozen=True):
    """A call that was made before. `at`: milliseconds; `is_wrong`: it did not do its work."""

    at: int
    actor: str
    call: str
    state: str
    why: str
    is_wrong: bool


class Row(Struct, frozen=True):
    """One step of the plan. `back`: whether it can be taken back; empty where it only looks."""

    name: str
    title: str
    why: str
    breaks: str
    back: str
    is_done: bool
    commands: tuple[Command, ...]
    done: tuple[Done, ...]


class Response(Struct, frozen=True):
    """The plan; and what was done by options that this plan does not have."""

    rows: tuple[Row, ...]
    beside: tuple[Done, ...]


def response(document: Mapping[str, object], known: Knowledge, deeds: Sequence[Deed]) -> Response:
    """The plan that `truant respond` shows without options, and what was done before."""
    plan = steps(document, known=known)
    names = {step.name for step in plan}
    rows = tuple(_row(step, [one for one in deeds if one.step == step.name]) for step in plan)
    return Response(rows, tuple(_done(one) for one in deeds if one.step not in names))


def _row(step: Step, deeds: Sequence[Deed]) -> Row:
    return Row(
        step.name,
        step.title,
        step.why,
        step.breaks,
        responded.taken_back(step),
        step.is_done,
        tuple(_commands(step.calls)),
        tuple(map(_done, deeds)),
    )


def _commands(calls: Sequence[Call]) -> Iterator[Command]:
    used = {name for call in calls for name in names(call.parameters) | set(call.needs)}
    back = {name for call in calls for undo in call.undo for name in names(undo.parameters)}
    for call in calls:
        finds = (
            Found(f"${{{name}}}", path, name in used)
            for name, path in call.binds.items()
            if name in used | back
        )
        yield Command(str(call), tuple(finds))


def _done(deed: Deed) -> Done:
    return Done(
        deed.at,
        deed.actor,
        f"{deed.service}:{deed.operation}",
        responded.state(deed),
        deed.error,
        is_wrong=deed.outcome in (FAILED, LEFT) or bool(deed.undo_error),
    )

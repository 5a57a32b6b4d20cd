"""Does what a person let be done of a plan, call by call, and takes it back.

Each call is noted in the store before and after. One that fails stops only what needs its answer:
the rest of a plan is worth having, and what was not done is said.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import Connection

from truant.connectors.aws_api import CannotCall
from truant.connectors.store import responses
from truant.connectors.store.database import Store
from truant.connectors.store.responses import ALREADY, DONE, FAILED, LEFT, Deed
from truant.detection.plan import Step
from truant.model.aws_call import Call, Unbound, looked_up, names, resolved

Do = Callable[[Call], Mapping[str, object]]


class Result(Struct, frozen=True):
    """What came of one call: `outcome` as in the store, and why, where it was not done."""

    step: str
    call: Call
    outcome: str
    error: str = ""


class Responder:
    """Responds to one finding, for a person whom `actor` names."""

    def __init__(
        self, store: Store, finding_id: str, actor: str, do: Do, clock: Callable[[], int]
    ) -> None:
        """`do` does a call; `clock` gives milliseconds."""
        self._store, self._finding, self._actor = store, finding_id, actor
        self._do, self._clock = do, clock

    def execute(self, plan: Sequence[Step]) -> Iterator[Result]:
        """Do each call of each step that a machine can do, in order; gives what came of each.

        What an earlier run did, and nobody took back, is not done again.
        """
        bound: dict[str, object] = {}
        before = self._standing()
        for step in plan:
            for call in step.calls if step.is_done else ():
                known = before.get((call.service, call.operation, responses.template(call)))
                if known is not None and not call.looks:
                    bound |= known.bound
                    yield Result(step.name, call, ALREADY, "done before")
                else:
                    yield self._one(step.name, call, bound)

    def _standing(self) -> dict[tuple[str, str, str], Deed]:
        with self._store.read() as conn:
            deeds = responses.of(conn, self._finding)
        return {
            (one.service, one.operation, one.template): one
            for one in deeds
            if one.stands and one.outcome == DONE
        }

    def _one(self, step: str, call: Call, bound: dict[str, object]) -> Result:
        lacking = _lacking(call, bound)
        if lacking:
            error = f"needs what was not found before: {', '.join(sorted(lacking))}"
            if not call.looks:
                self._note(step, call, None, LEFT, error)
            return Result(step, call, LEFT, error)
        sent = _resolved(call, bound)
        row = self._begin(step, call, sent, bound) if not call.looks else None
        outcome, error, found = self._done(call, sent, bound)
        bound |= found
        if row is not None:
            undo = _undoing(call, bound) if outcome == DONE else ()
            self._store.run(lambda conn: responses.finish(conn, row, outcome, error, found, undo))
        return Result(step, sent, outcome, error)

    def _done(
        self, call: Call, sent: Call, bound: Mapping[str, object]
    ) -> tuple[str, str, dict[str, object]]:
        try:
            answer = self._do(sent)
        except CannotCall as error:
            if error.code in call.fine:
                return ALREADY, str(error), {}
            return FAILED, str(error), {}
        found: dict[str, object] = {}
        for name, path in call.binds.items():
            value = looked_up(answer, str(resolved(path, {**bound, **found})))
            if value not in (None, []):
                found[name] = value
        return DONE, "", found

    def _begin(self, step: str, call: Call, sent: Call, bound: Mapping[str, object]) -> int:
        undo, now = _undoing(call, bound), self._clock()
        return self._store.run(
            lambda conn: responses.begin(
                conn, self._finding, now, self._actor, step, call, sent, undo
            )
        )

    def _note(self, step: str, call: Call, sent: Call | None, outcome: str, error: str) -> None:
        now = self._clock()

        def note(conn: Connection) -> None:
            row = responses.begin(conn, self._finding, now, self._actor, step, call, sent, ())
            responses.finish(conn, row, outcome, error)

        self._store.run(note)

    def undo(self) -> Iterator[Result]:
        """Take back what stands, the last first; what cannot be is said, and stays noted."""
        with self._store.read() as conn:
            deeds = [one for one in responses.of(conn, self._finding) if one.stands]
        for deed in reversed(deeds):
            yield from self._take_back(deed)

    def _take_back(self, deed: Deed) -> Iterator[Result]:
        errors = []
        for call in deed.undo:
            outcome, error, _ = self._done(call, call, {})
            yield Result(deed.step, call, outcome, error)
            errors += [error] if outcome == FAILED else []
        if deed.undo:
            at = None if errors else self._clock()
            self._store.run(lambda conn: responses.undone(conn, deed.id, at, "; ".join(errors)))


def _lacking(call: Call, bound: Mapping[str, object]) -> set[str]:
    """What a call needs and nobody found: for its parameters, and for taking it back."""
    wanted = names(call.parameters) | set(call.needs)
    later = set(call.binds)
    for undo in call.undo:
        wanted |= names(undo.parameters) - later
    return wanted - set(bound)


def _resolved(call: Call, bound: Mapping[str, object]) -> Call:
    parameters = resolved(call.parameters, bound)
    return replace(call, parameters=parameters)


def _undoing(call: Call, bound: Mapping[str, object]) -> tuple[Call, ...]:
    """What takes a call back, as far as it is known yet."""
    try:
        return tuple(_resolved(one, bound) for one in call.undo)
    except Unbound:
        return ()

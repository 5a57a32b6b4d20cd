"""What was done about findings: each call is noted before it is made, and again with its result.

So a run that is killed leaves a row that says so, with what would take it back.
"""

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, RowMapping, select, update

from truant.connectors.store.columns import optional, text
from truant.connectors.store.response_schema import responses
from truant.model.aws_call import Call

BEGUN, DONE, ALREADY, FAILED, LEFT = "begun", "done", "already so", "failed", "not done"
ERROR_MAX = 2000
_calls = msgspec.json.Decoder(tuple[Call, ...])


class Deed(Struct, frozen=True):
    """One call: its result, what it found, what takes it back. `at`: milliseconds.

    `outcome`: BEGUN (killed before it was known), DONE, ALREADY (it was so before), FAILED, LEFT.
    """

    id: int
    finding_id: str
    at: int
    actor: str
    step: str
    service: str
    operation: str
    region: str | None
    template: str
    parameters: str
    outcome: str
    error: str
    bound: dict[str, object]
    undo: tuple[Call, ...]
    undone_at: int | None
    undo_error: str

    @property
    def stands(self) -> bool:
        """Whether it was done, or may have been, and was not taken back."""
        return self.outcome in (DONE, BEGUN) and self.undone_at is None


def template(call: Call) -> str:
    """A call's parameters as they are planned: the same for the same call of a later plan."""
    return msgspec.json.encode(call.parameters, order="deterministic").decode()


def begin(
    conn: Connection,
    finding_id: str,
    at: int,
    actor: str,
    step: str,
    planned: Call,
    sent: Call | None,
    undo: tuple[Call, ...],
) -> int:
    """Note a call that is about to be made (`sent` with its parameters); gives the row's id."""
    row = {
        "finding_id": text(finding_id),
        "at": at,
        "actor": text(actor),
        "step": step,
        "service": planned.service,
        "operation": planned.operation,
        "region": optional(planned.region),
        "template": template(planned),
        "parameters": template(sent) if sent is not None else "{}",
        "outcome": BEGUN,
        "error": "",
        "bound": "{}",
        "undo": msgspec.json.encode(undo).decode(),
        "undo_error": "",
    }
    made = conn.execute(responses.insert().returning(responses.c.id), row)
    return int(made.scalar_one())


def finish(
    conn: Connection,
    row: int,
    outcome: str,
    error: str = "",
    bound: dict[str, object] | None = None,
    undo: tuple[Call, ...] = (),
) -> None:
    """Note what came of a call."""
    values = {
        "outcome": outcome,
        "error": text(error, ERROR_MAX),
        "bound": msgspec.json.encode(bound or {}, order="deterministic").decode(),
        "undo": msgspec.json.encode(undo).decode(),
    }
    conn.execute(update(responses).where(responses.c.id == row).values(**values))


def undone(conn: Connection, row: int, at: int | None, error: str = "") -> None:
    """Note that a call was taken back at a time, or why it could not be (`at`: None)."""
    values = {"undone_at": at, "undo_error": text(error, ERROR_MAX)}
    conn.execute(update(responses).where(responses.c.id == row).values(**values))


def of(conn: Connection, finding_id: str) -> list[Deed]:
    """Everything that was done about a finding, in order."""
    where = responses.c.finding_id == text(finding_id)
    rows = conn.execute(select(responses).where(where).order_by(responses.c.id)).mappings()
    return [_deed(row) for row in rows]


def _deed(row: RowMapping) -> Deed:
    values = {str(name): value for name, value in row.items()}
    values["bound"] = msgspec.json.decode(str(values["bound"]))
    values["undo"] = _calls.decode(str(values["undo"]))
    return Deed(**values)

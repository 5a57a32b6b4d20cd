"""The table of what was done about findings: call by call, with its result and its undoing."""

from sqlalchemy import BigInteger, Column, Index, Table, Text

from truant.connectors.store.schema import Serial, metadata

responses = Table(
    "responses",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("finding_id", Text, nullable=False),
    Column("at", BigInteger, nullable=False),  # milliseconds
    Column("actor", Text, nullable=False),
    Column("step", Text, nullable=False),
    Column("service", Text, nullable=False),
    Column("operation", Text, nullable=False),
    Column("region", Text),
    Column("template", Text, nullable=False),  # parameters as planned, JSON
    Column("parameters", Text, nullable=False),  # as sent, JSON
    Column("outcome", Text, nullable=False),
    Column("error", Text, nullable=False),
    Column("bound", Text, nullable=False),  # what the answer told, JSON
    Column("undo", Text, nullable=False),  # calls, JSON
    Column("undone_at", BigInteger),
    Column("undo_error", Text, nullable=False),
)
Index("ix_responses_finding", responses.c.finding_id)

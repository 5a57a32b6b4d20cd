"""Alembic's entry: runs migrations within the transaction that `database` has opened."""

from alembic import context

from truant.connectors.store import people_schema, response_schema, watch_schema  # noqa: F401 they hold tables, too
from truant.connectors.store.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()

"""What the service keeps of responses: what was done about which finding."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0004", "0003"

_SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _text(name: str, *, null: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=null)


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "responses",
        sa.Column("id", _SERIAL, autoincrement=True, nullable=False),
        _text("finding_id"),
        sa.Column("at", sa.BigInteger(), nullable=False),
        _text("actor"),
        _text("step"),
        _text("service"),
        _text("operation"),
        _text("region", null=True),
        _text("template"),
        _text("parameters"),
        _text("outcome"),
        _text("error"),
        _text("bound"),
        _text("undo"),
        sa.Column("undone_at", sa.BigInteger(), nullable=True),
        _text("undo_error"),
        sa.PrimaryKeyConstraint("id", name="pk_responses"),
    )
    op.create_index("ix_responses_finding", "responses", ["finding_id"], unique=False)

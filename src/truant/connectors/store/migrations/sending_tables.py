"""The first form of the store: what waits to be sent, and where it is sent."""

import sqlalchemy as sa
from alembic import op

SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _text(name: str, *, null: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=null)


def _number(name: str, *, null: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=null)


def _flag(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean(), nullable=False)


def make() -> None:
    """Make the tables."""
    op.create_table(
        "outbox",
        sa.Column("id", SERIAL, autoincrement=True, nullable=False),
        _text("channel"),
        _text("finding_id"),
        _text("change"),
        _text("body"),
        _number("created_at"),
        _number("due_at"),
        _number("claimed_until"),
        _number("attempts"),
        _text("last_error", null=True),
        _number("set_aside_at", null=True),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
    )
    op.create_index("ix_outbox_channel_due_at", "outbox", ["channel", "due_at"], unique=False)
    op.create_index("ix_outbox_finding_id", "outbox", ["finding_id"], unique=False)
    op.create_table(
        "channels",
        _text("name"),
        _text("kind"),
        _text("place"),
        _flag("is_open"),
        _flag("is_configured"),
        _flag("to_verify"),
        _text("held_by", null=True),
        _number("held_until"),
        _number("retry_at"),
        _number("failures"),
        _number("failing_since", null=True),
        _text("last_error", null=True),
        _number("sent_at", null=True),
        sa.PrimaryKeyConstraint("name", name="pk_channels"),
    )

"""What the service keeps of its watch: what arrived, who works, what flow logs tell."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0003", "0002"


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)


def _number(name: str, *, null: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=null)


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "arrivals",
        _text("account"),
        _text("region"),
        _number("newest"),
        _number("silence"),
        _number("arrived_at"),
        _number("records"),
        sa.PrimaryKeyConstraint("account", "region", name="pk_arrivals"),
    )
    op.create_table(
        "throughput",
        _number("minute"),
        _number("records"),
        sa.PrimaryKeyConstraint("minute", name="pk_throughput"),
    )
    op.create_table(
        "workers",
        _text("holder"),
        _text("name"),
        _number("at"),
        _number("failing_since", null=True),
        _text("error"),
        sa.PrimaryKeyConstraint("holder", "name", name="pk_workers"),
    )
    op.create_table(
        "hearings",
        _text("interface"),
        _number("day"),
        sa.Column("hearing", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("interface", "day", name="pk_hearings"),
    )
    op.create_index("ix_hearings_day", "hearings", ["day"], unique=False)
    op.create_table(
        "hearing_instances",
        _text("instance"),
        _text("interface"),
        _number("day"),
        sa.PrimaryKeyConstraint("instance", "interface", "day", name="pk_hearing_instances"),
    )
    op.create_index("ix_hearing_instances_day", "hearing_instances", ["day"], unique=False)

"""What the console keeps: users, sessions, changes, trusted networks; and its indexes."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0002", "0001"
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables."""
    _people()
    _changes()
    _networks()
    _indexes()


def _text(name: str, *, null: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=null)


def _number(name: str, *, null: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=null)


def _serial() -> sa.Column[int]:
    return sa.Column("id", SERIAL, autoincrement=True, nullable=False)


def _people() -> None:
    op.create_table(
        "users",
        _text("name"),
        _text("role"),
        _text("password", null=True),
        _number("created_at"),
        _number("signed_in_at", null=True),
        sa.PrimaryKeyConstraint("name", name="pk_users"),
    )
    op.create_table(
        "web_sessions",
        _text("digest"),
        _text("user"),
        _text("csrf"),
        _number("created_at"),
        _number("seen_at"),
        sa.ForeignKeyConstraint(
            ["user"], ["users.name"], name="fk_web_sessions_user", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("digest", name="pk_web_sessions"),
    )
    op.create_index("ix_web_sessions_user", "web_sessions", ["user"])
    op.create_index("ix_web_sessions_seen_at", "web_sessions", ["seen_at"])
    op.create_table(
        "failed_sign_ins",
        _serial(),
        _text("name"),
        _text("address"),
        _number("at"),
        sa.PrimaryKeyConstraint("id", name="pk_failed_sign_ins"),
    )
    op.create_index("ix_failed_sign_ins_name_at", "failed_sign_ins", ["name", "at"])
    op.create_index("ix_failed_sign_ins_address_at", "failed_sign_ins", ["address", "at"])
    op.create_index("ix_failed_sign_ins_at", "failed_sign_ins", ["at"])


def _changes() -> None:
    op.create_table(
        "audit",
        _serial(),
        _number("at"),
        _text("actor"),
        _text("action"),
        _text("subject"),
        _text("detail"),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
    )
    op.create_index("ix_audit_at", "audit", ["at"])


def _networks() -> None:
    op.create_table(
        "trusted_ranges",
        _serial(),
        _text("cidr", null=True),
        _text("account", null=True),
        _text("vpc_endpoint", null=True),
        _text("reason"),
        _text("accounts"),
        _number("expires", null=True),
        _number("created_at"),
        _text("actor"),
        sa.PrimaryKeyConstraint("id", name="pk_trusted_ranges"),
    )
    op.create_table(
        "refused_proposals",
        _text("subnet"),
        _text("target"),
        _text("reason"),
        _number("at"),
        _text("actor"),
        sa.PrimaryKeyConstraint("subnet", "target", name="pk_refused_proposals"),
    )


def _indexes() -> None:
    op.create_index("ix_sessions_instance", "sessions", ["instance"])
    op.create_index("ix_sessions_role", "sessions", ["role"])
    op.create_index(
        "ix_findings_archived_last_seen_severity_type_account_region",
        "findings",
        ["archived", "last_seen", "severity", "type", "account", "region"],
    )
    op.create_index(
        "ix_findings_archived_severity_last_seen", "findings", ["archived", "severity", "last_seen"]
    )

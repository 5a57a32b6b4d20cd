"""The first form of the store."""

import sqlalchemy as sa
from alembic import op

from truant.connectors.store.migrations import sending_tables

revision, down_revision = "0001", None
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make all tables of an empty database."""
    _folded()
    _sessions()
    _intake()
    _findings()
    _told()
    _set_by_users()
    _organization()


def _text(name: str, *, null: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=null)


def _number(name: str, *, null: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=null)


def _bytes(name: str, *, null: bool = False) -> sa.Column[bytes]:
    return sa.Column(name, sa.LargeBinary(), nullable=null)


def _flag(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean(), nullable=False)


def _folded() -> None:
    op.create_table(
        "facts",
        _bytes("digest"),
        _number("time"),
        _number("revision"),
        _bytes("fact"),
        sa.PrimaryKeyConstraint("digest", name="pk_facts"),
    )
    op.create_index("ix_facts_revision", "facts", ["revision"], unique=False)
    op.create_table(
        "mints",
        _bytes("digest"),
        _text("access_key"),
        _text("parent", null=True),
        _text("issuer", null=True),
        _text("account", null=True),
        _number("time"),
        _bytes("mint"),
        sa.PrimaryKeyConstraint("digest", name="pk_mints"),
    )
    op.create_index("ix_mints_access_key", "mints", ["access_key"], unique=False)
    op.create_index("ix_mints_account_issuer", "mints", ["account", "issuer"], unique=False)
    op.create_index("ix_mints_parent", "mints", ["parent"], unique=False)
    op.create_index("ix_mints_time", "mints", ["time"], unique=False)
    op.create_table(
        "endpoint_owners",
        _text("endpoint"),
        _text("account"),
        sa.PrimaryKeyConstraint("endpoint", name="pk_endpoint_owners"),
    )
    op.create_table(
        "trail_accounts",
        _text("account"),
        sa.PrimaryKeyConstraint("account", name="pk_trail_accounts"),
    )


def _sessions() -> None:
    op.create_table(
        "sessions",
        _text("principal"),
        _text("account", null=True),
        _text("instance", null=True),
        _text("role", null=True),
        _number("newest"),
        _number("oldest_day"),
        _number("kept_from"),
        _flag("claimed"),
        _bytes("state"),
        sa.PrimaryKeyConstraint("principal", name="pk_sessions"),
    )
    op.create_index("ix_sessions_account", "sessions", ["account"], unique=False)
    op.create_index("ix_sessions_newest", "sessions", ["newest"], unique=False)
    op.create_index("ix_sessions_oldest_day", "sessions", ["oldest_day"], unique=False)
    op.create_table(
        "session_keys",
        _text("access_key"),
        _text("principal"),
        sa.PrimaryKeyConstraint("access_key", "principal", name="pk_session_keys"),
    )
    op.create_index("ix_session_keys_principal", "session_keys", ["principal"], unique=False)
    op.create_table(
        "session_places",
        _text("place"),
        _text("principal"),
        _text("instance"),
        sa.PrimaryKeyConstraint("place", "principal", name="pk_session_places"),
    )
    op.create_index(
        "ix_session_places_place_instance", "session_places", ["place", "instance"], unique=False
    )
    op.create_index("ix_session_places_principal", "session_places", ["principal"], unique=False)
    op.create_table(
        "habits",
        _text("principal"),
        _number("day"),
        _bytes("habit"),
        sa.PrimaryKeyConstraint("principal", "day", name="pk_habits"),
    )
    op.create_index("ix_habits_day", "habits", ["day"], unique=False)


def _intake() -> None:
    op.create_table(
        "positions",
        _text("source"),
        _text("shard"),
        _text("position"),
        sa.PrimaryKeyConstraint("source", "shard", name="pk_positions"),
    )
    op.create_table(
        "taken",
        _text("source"),
        _text("item"),
        _number("taken_at"),
        sa.PrimaryKeyConstraint("source", "item", name="pk_taken"),
    )
    op.create_index("ix_taken_taken_at", "taken", ["taken_at"], unique=False)
    op.create_table(
        "accounting",
        _text("kind"),
        _text("name"),
        _number("number"),
        sa.PrimaryKeyConstraint("kind", "name", name="pk_accounting"),
    )
    op.create_table(
        "quarantine",
        sa.Column("id", SERIAL, autoincrement=True, nullable=False),
        _text("source"),
        _text("item"),
        _number("position"),
        _text("reason"),
        _number("at"),
        _flag("again"),
        _bytes("content", null=True),
        sa.PrimaryKeyConstraint("id", name="pk_quarantine"),
    )
    op.create_index("ix_quarantine_source_item", "quarantine", ["source", "item"], unique=False)
    op.create_table(
        "dirty",
        _text("principal"),
        _number("urgency"),
        _number("since"),
        sa.PrimaryKeyConstraint("principal", name="pk_dirty"),
    )
    op.create_index("ix_dirty_urgency_since", "dirty", ["urgency", "since"], unique=False)
    op.create_table(
        "snapshots",
        _text("account"),
        _text("region"),
        _text("operation"),
        _number("collected"),
        _number("revision"),
        _bytes("digest"),
        _bytes("facts"),
        sa.PrimaryKeyConstraint("account", "region", "operation", "collected", name="pk_snapshots"),
    )
    op.create_index("ix_snapshots_revision", "snapshots", ["revision"], unique=False)
    op.create_table(
        "baselines",
        _text("name"),
        _number("updated_at"),
        _bytes("content"),
        sa.PrimaryKeyConstraint("name", name="pk_baselines"),
    )


def _findings() -> None:
    op.create_table(
        "findings",
        _text("id"),
        _text("account"),
        _text("region"),
        _text("type"),
        sa.Column("severity", sa.Float(precision=53), nullable=False),
        _text("principal"),
        _number("created_at"),
        _number("updated_at"),
        _number("first_seen"),
        _number("last_seen"),
        _number("count"),
        _flag("archived"),
        _text("archived_because", null=True),
        _text("suppressed_by", null=True),
        _number("sent_at", null=True),
        _text("feedback", null=True),
        _flag("sample"),
        _text("body"),
        _bytes("verdict", null=True),
        sa.PrimaryKeyConstraint("id", name="pk_findings"),
    )
    op.create_index("ix_findings_created_at", "findings", ["created_at"], unique=False)
    op.create_index("ix_findings_last_seen", "findings", ["last_seen"], unique=False)
    op.create_index("ix_findings_principal", "findings", ["principal"], unique=False)
    op.create_index("ix_findings_region_account", "findings", ["region", "account"], unique=False)
    op.create_index("ix_findings_severity", "findings", ["severity"], unique=False)
    op.create_index("ix_findings_type", "findings", ["type"], unique=False)
    op.create_index("ix_findings_updated_at", "findings", ["updated_at"], unique=False)


def _told() -> None:
    op.create_table(
        "finding_history",
        sa.Column("id", SERIAL, autoincrement=True, nullable=False),
        _text("finding_id"),
        _number("at"),
        _text("change"),
        _text("reason"),
        _text("actor"),
        _number("count"),
        sa.Column("severity", sa.Float(precision=53), nullable=False),
        sa.Column("confidence", sa.Float(precision=53), nullable=False),
        _number("last_seen"),
        sa.PrimaryKeyConstraint("id", name="pk_finding_history"),
    )
    op.create_index("ix_finding_history_at", "finding_history", ["at"], unique=False)
    op.create_index(
        "ix_finding_history_finding_id", "finding_history", ["finding_id"], unique=False
    )
    op.create_table(
        "feedback",
        sa.Column("id", SERIAL, autoincrement=True, nullable=False),
        _text("finding_id"),
        _number("at"),
        _text("label"),
        _text("comments"),
        _text("actor"),
        sa.PrimaryKeyConstraint("id", name="pk_feedback"),
    )
    op.create_index("ix_feedback_finding_id", "feedback", ["finding_id"], unique=False)
    sending_tables.make()


def _set_by_users() -> None:
    op.create_table(
        "settings",
        _text("name"),
        _text("value"),
        sa.PrimaryKeyConstraint("name", name="pk_settings"),
    )
    op.create_table(
        "detectors",
        _text("id"),
        _text("account"),
        _text("region"),
        _text("status"),
        _text("frequency"),
        _text("features"),
        _number("created_at"),
        _number("updated_at"),
        sa.PrimaryKeyConstraint("id", name="pk_detectors"),
    )
    op.create_index("ix_detectors_account_region", "detectors", ["account", "region"], unique=True)
    op.create_table(
        "filters",
        _text("detector_id"),
        _text("name"),
        _text("action"),
        _number("rank"),
        _text("description"),
        _text("criteria"),
        _number("created_at"),
        _number("updated_at"),
        _number("version"),
        _number("expires_at", null=True),
        sa.ForeignKeyConstraint(
            ["detector_id"], ["detectors.id"], name="fk_filters_detector_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("detector_id", "name", name="pk_filters"),
    )
    op.create_table(
        "address_sets",
        _text("id"),
        _text("detector_id"),
        _text("kind"),
        _text("name"),
        _text("format"),
        _text("location"),
        _text("owner", null=True),
        _text("status"),
        _text("error", null=True),
        _number("entries"),
        _number("created_at"),
        _number("updated_at"),
        _bytes("content", null=True),
        sa.ForeignKeyConstraint(
            ["detector_id"],
            ["detectors.id"],
            name="fk_address_sets_detector_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_address_sets"),
    )
    op.create_index(
        "ix_address_sets_detector_id_kind", "address_sets", ["detector_id", "kind"], unique=False
    )


def _organization() -> None:
    op.create_table(
        "members",
        _text("account"),
        _text("administrator"),
        _text("email"),
        _text("status"),
        _text("invitation_id", null=True),
        _number("invited_at", null=True),
        _number("updated_at"),
        _text("features"),
        sa.PrimaryKeyConstraint("account", name="pk_members"),
    )
    op.create_table(
        "destinations",
        _text("id"),
        _text("detector_id"),
        _text("type"),
        _text("arn"),
        _text("kms_key_arn"),
        _text("status"),
        _number("failing_since", null=True),
        _number("created_at"),
        sa.ForeignKeyConstraint(
            ["detector_id"],
            ["detectors.id"],
            name="fk_destinations_detector_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_destinations"),
    )
    op.create_table(
        "tags",
        _text("arn"),
        _text("name"),
        _text("value"),
        sa.PrimaryKeyConstraint("arn", "name", name="pk_tags"),
    )
    op.create_table(
        "client_tokens",
        _text("account"),
        _text("operation"),
        _text("token"),
        _bytes("digest"),
        _text("answer"),
        _number("at"),
        sa.PrimaryKeyConstraint("account", "operation", "token", name="pk_client_tokens"),
    )
    op.create_index("ix_client_tokens_at", "client_tokens", ["at"], unique=False)
    op.create_table(
        "api_keys",
        _text("id"),
        _text("account"),
        _text("name"),
        _flag("read_only"),
        _bytes("secret"),
        _number("created_at"),
        _number("used_at", null=True),
        sa.PrimaryKeyConstraint("id", name="pk_api_keys"),
    )

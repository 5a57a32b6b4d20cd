"""The tables of the store, one for each noun. `migrations` brings a database to this form.

Times that come with records are epoch seconds; times of the service are epoch milliseconds, as
GuardDuty's criteria compare them. Texts in columns have passed through `columns.text`.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
)

CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}
metadata = MetaData(naming_convention=CONVENTION)

# SQLite numbers rows by itself only where the type is INTEGER.
Serial = BigInteger().with_variant(Integer, "sqlite")


def _text(name: str, *, key: bool = False, null: bool = False) -> Column[str]:
    return Column(name, Text, primary_key=key, nullable=null)


def _number(name: str, *, key: bool = False, null: bool = False) -> Column[int]:
    return Column(name, BigInteger, primary_key=key, nullable=null, autoincrement=False)


def _serial() -> Column[int]:
    return Column("id", Serial, primary_key=True, autoincrement=True)


def _flag(name: str) -> Column[bool]:
    return Column(name, Boolean(create_constraint=False), nullable=False)


def _bytes(name: str, *, null: bool = False) -> Column[bytes]:
    return Column(name, LargeBinary, nullable=null)


settings = Table("settings", metadata, _text("name", key=True), _text("value"))

# What was folded.
sessions = Table(
    "sessions",
    metadata,
    _text("principal", key=True),
    _text("account", null=True),
    _text("instance", null=True),
    _text("role", null=True),  # its name
    _number("newest"),  # event time of the last call
    _number("oldest_day"),  # days since the epoch, of the oldest sighting
    _number("kept_from"),  # what was seen before this day has been dropped; 0: nothing was
    _flag("claimed"),  # some key of it is not proved to be EC2's by the records themselves
    _bytes("state"),  # model.session_form
)
Index("ix_sessions_newest", sessions.c.newest)
Index("ix_sessions_oldest_day", sessions.c.oldest_day)
Index("ix_sessions_account", sessions.c.account)
Index("ix_sessions_instance", sessions.c.instance)
Index("ix_sessions_role", sessions.c.role)

session_keys = Table(
    "session_keys", metadata, _text("access_key", key=True), _text("principal", key=True)
)
Index("ix_session_keys_principal", session_keys.c.principal)

# Which instances were seen at a public address or endpoint.
session_places = Table(
    "session_places",
    metadata,
    _text("place", key=True),
    _text("principal", key=True),
    _text("instance"),
)
Index("ix_session_places_principal", session_places.c.principal)
Index("ix_session_places_place_instance", session_places.c.place, session_places.c.instance)

# What each session showed on each day, kept longer than its sightings: to learn what is usual.
habits = Table(
    "habits", metadata, _text("principal", key=True), _number("day", key=True), _bytes("habit")
)
Index("ix_habits_day", habits.c.day)

facts = Table(
    "facts",
    metadata,
    Column("digest", LargeBinary, primary_key=True),
    _number("time"),
    _number("revision"),
    _bytes("fact"),
)
Index("ix_facts_revision", facts.c.revision)

mints = Table(
    "mints",
    metadata,
    Column("digest", LargeBinary, primary_key=True),
    _text("access_key"),
    _text("parent", null=True),  # the key, else the session, that it was made with
    _text("issuer", null=True),
    _text("account", null=True),
    _number("time"),
    _bytes("mint"),
)
Index("ix_mints_access_key", mints.c.access_key)
Index("ix_mints_parent", mints.c.parent)
Index("ix_mints_account_issuer", mints.c.account, mints.c.issuer)
Index("ix_mints_time", mints.c.time)

# Who owns an endpoint, as far as any record says it.
endpoint_owners = Table("endpoint_owners", metadata, _text("endpoint", key=True), _text("account"))

trail_accounts = Table("trail_accounts", metadata, _text("account", key=True))

# How far each intake has come, and what became of what it read.
positions = Table(
    "positions", metadata, _text("source", key=True), _text("shard", key=True), _text("position")
)
taken = Table(
    "taken", metadata, _text("source", key=True), _text("item", key=True), _number("taken_at")
)
Index("ix_taken_taken_at", taken.c.taken_at)
accounting = Table(
    "accounting", metadata, _text("kind", key=True), _text("name", key=True), _number("number")
)
quarantine = Table(
    "quarantine",
    metadata,
    _serial(),
    _text("source"),
    _text("item"),
    _number("position"),  # from 1; 0: the whole item
    _text("reason"),
    _number("at"),
    _flag("again"),  # it is to be read anew
    _bytes("content", null=True),  # of a message, deflated, without what looks like a secret
)
Index("ix_quarantine_source_item", quarantine.c.source, quarantine.c.item)

dirty = Table("dirty", metadata, _text("principal", key=True), _number("urgency"), _number("since"))
Index("ix_dirty_urgency_since", dirty.c.urgency, dirty.c.since)

snapshots = Table(
    "snapshots",
    metadata,
    _text("account", key=True),
    _text("region", key=True),
    _text("operation", key=True),
    _number("collected", key=True),  # epoch seconds
    _number("revision"),
    _bytes("digest"),  # of what it says, without its time
    _bytes("facts"),
)
Index("ix_snapshots_revision", snapshots.c.revision)

baselines = Table(
    "baselines", metadata, _text("name", key=True), _number("updated_at"), _bytes("content")
)

# What came of it.
findings = Table(
    "findings",
    metadata,
    _text("id", key=True),
    _text("account"),
    _text("region"),
    _text("type"),
    Column("severity", Float(53), nullable=False),
    _text("principal"),
    _number("created_at"),
    _number("updated_at"),
    _number("first_seen"),
    _number("last_seen"),
    _number("count"),
    _flag("archived"),
    _text("archived_because", null=True),  # Because
    _text("suppressed_by", null=True),
    _number("sent_at", null=True),
    _text("feedback", null=True),
    _flag("sample"),
    _text("body"),  # GuardDuty's JSON, ASCII; what the columns say wins
    _bytes("verdict", null=True),
)
Index("ix_findings_principal", findings.c.principal)
Index("ix_findings_region_account", findings.c.region, findings.c.account)
# What the console counts and lists, without reading the rows themselves.
Index(
    "ix_findings_archived_last_seen_severity_type_account_region",
    *(findings.c[n] for n in ("archived", "last_seen", "severity", "type", "account", "region")),
)
Index(
    "ix_findings_archived_severity_last_seen",
    *(findings.c[n] for n in ("archived", "severity", "last_seen")),
)
for _name in ("type", "severity", "created_at", "updated_at", "last_seen"):
    Index(f"ix_findings_{_name}", findings.c[_name])

finding_history = Table(
    "finding_history",
    metadata,
    _serial(),
    _text("finding_id"),
    _number("at"),
    _text("change"),  # Change
    _text("reason"),
    _text("actor"),
    _number("count"),
    Column("severity", Float(53), nullable=False),
    Column("confidence", Float(53), nullable=False),
    _number("last_seen"),
)
Index("ix_finding_history_finding_id", finding_history.c.finding_id)
Index("ix_finding_history_at", finding_history.c.at)

feedback = Table(
    "feedback",
    metadata,
    _serial(),
    _text("finding_id"),
    _number("at"),
    _text("label"),  # USEFUL, NOT_USEFUL
    _text("comments"),
    _text("actor"),
)
Index("ix_feedback_finding_id", feedback.c.finding_id)

outbox = Table(
    "outbox",
    metadata,
    _serial(),
    _text("channel"),
    _text("finding_id"),
    _text("change"),
    _text("body"),
    _number("created_at"),
    _number("due_at"),
    _number("claimed_until"),
    _number("attempts"),
    _text("last_error", null=True),
    _number("set_aside_at", null=True),  # refused too often: it waits for a person
)
Index("ix_outbox_channel_due_at", outbox.c.channel, outbox.c.due_at)
Index("ix_outbox_finding_id", outbox.c.finding_id)

# Where findings are sent: what the configuration names, and publishing destinations.
channels = Table(
    "channels",
    metadata,
    _text("name", key=True),
    _text("kind"),
    _text("place"),  # shown to people; no secret
    _flag("is_open"),  # new notices are put for it
    _flag("is_configured"),  # by truant.toml, which a start of the service reads anew
    _flag("to_verify"),  # something is to be written there, though nothing waits
    _text("held_by", null=True),  # the sender whose turn it is
    _number("held_until"),
    _number("retry_at"),
    _number("failures"),  # in a row
    _number("failing_since", null=True),
    _text("last_error", null=True),
    _number("sent_at", null=True),
)

# What users set.
detectors = Table(
    "detectors",
    metadata,
    _text("id", key=True),
    _text("account"),
    _text("region"),
    _text("status"),  # ENABLED, DISABLED, DELETED
    _text("frequency"),
    _text("features"),  # JSON: name to status
    _number("created_at"),
    _number("updated_at"),
)
Index("ix_detectors_account_region", detectors.c.account, detectors.c.region, unique=True)


def _of_detector(*, key: bool = False) -> Column[str]:
    return Column(
        "detector_id",
        Text,
        ForeignKey("detectors.id", ondelete="CASCADE"),
        primary_key=key,
        nullable=False,
    )


filters = Table(
    "filters",
    metadata,
    _of_detector(key=True),
    _text("name", key=True),
    _text("action"),
    _number("rank"),
    _text("description"),
    _text("criteria"),  # JSON, as on the wire
    _number("created_at"),
    _number("updated_at"),
    _number("version"),
    _number("expires_at", null=True),  # by the console: from then on it archives nothing
)

address_sets = Table(
    "address_sets",
    metadata,
    _text("id", key=True),
    _of_detector(),
    _text("kind"),
    _text("name"),
    _text("format"),
    _text("location"),
    _text("owner", null=True),  # expectedBucketOwner
    _text("status"),
    _text("error", null=True),
    _number("entries"),
    _number("created_at"),
    _number("updated_at"),
    _bytes("content", null=True),  # as read, deflated
)
Index("ix_address_sets_detector_id_kind", address_sets.c.detector_id, address_sets.c.kind)

members = Table(
    "members",
    metadata,
    _text("account", key=True),
    _text("administrator"),
    _text("email"),
    _text("status"),
    _text("invitation_id", null=True),
    _number("invited_at", null=True),
    _number("updated_at"),
    _text("features"),  # JSON
)

destinations = Table(
    "destinations",
    metadata,
    _text("id", key=True),
    _of_detector(),
    _text("type"),
    _text("arn"),
    _text("kms_key_arn"),
    _text("status"),
    _number("failing_since", null=True),
    _number("created_at"),
)

tags = Table("tags", metadata, _text("arn", key=True), _text("name", key=True), _text("value"))

# Answers to requests that a client may repeat: AWS's clientToken.
client_tokens = Table(
    "client_tokens",
    metadata,
    _text("account", key=True),
    _text("operation", key=True),
    _text("token", key=True),
    _bytes("digest"),
    _text("answer"),
    _number("at"),
)
Index("ix_client_tokens_at", client_tokens.c.at)

api_keys = Table(
    "api_keys",
    metadata,
    _text("id", key=True),
    _text("account"),
    _text("name"),
    _flag("read_only"),
    _bytes("secret"),  # encrypted: key_box
    _number("created_at"),
    _number("used_at", null=True),
)

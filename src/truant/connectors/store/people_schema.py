"""The tables of the console: who signs in, what they changed, and which networks they trust.

Times are epoch milliseconds, but for those of calls (`expires`), which are epoch seconds.
"""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Table, Text

from truant.connectors.store.schema import Serial
from truant.connectors.store.schema import metadata as metadata


def _text(name: str, *, key: bool = False, null: bool = False) -> Column[str]:
    return Column(name, Text, primary_key=key, nullable=null)


def _number(name: str, *, null: bool = False) -> Column[int]:
    return Column(name, BigInteger, nullable=null)


def _serial() -> Column[int]:
    return Column("id", Serial, primary_key=True, autoincrement=True)


users = Table(
    "users",
    metadata,
    _text("name", key=True),
    _text("role"),
    _text("password", null=True),  # argon2id; none fits where there is none
    _number("created_at"),
    _number("signed_in_at", null=True),
)

web_sessions = Table(
    "web_sessions",
    metadata,
    _text("digest", key=True),  # of the token, which only the browser has
    Column("user", Text, ForeignKey("users.name", ondelete="CASCADE"), nullable=False),
    _text("csrf"),
    _number("created_at"),
    _number("seen_at"),
)
Index("ix_web_sessions_user", web_sessions.c.user)
Index("ix_web_sessions_seen_at", web_sessions.c.seen_at)

failed_sign_ins = Table(
    "failed_sign_ins", metadata, _serial(), _text("name"), _text("address"), _number("at")
)
Index("ix_failed_sign_ins_name_at", failed_sign_ins.c.name, failed_sign_ins.c.at)
Index("ix_failed_sign_ins_address_at", failed_sign_ins.c.address, failed_sign_ins.c.at)
Index("ix_failed_sign_ins_at", failed_sign_ins.c.at)

audit = Table(
    "audit",
    metadata,
    _serial(),
    _number("at"),
    _text("actor"),
    _text("action"),
    _text("subject"),
    _text("detail"),
)
Index("ix_audit_at", audit.c.at)

trusted_ranges = Table(
    "trusted_ranges",
    metadata,
    _serial(),
    _text("cidr", null=True),
    _text("account", null=True),
    _text("vpc_endpoint", null=True),
    _text("reason"),
    _text("accounts"),  # JSON
    _number("expires", null=True),
    _number("created_at"),
    _text("actor"),
)

refused_proposals = Table(
    "refused_proposals",
    metadata,
    _text("subnet", key=True),
    _text("target", key=True),
    _text("reason"),
    _number("at"),
    _text("actor"),
)

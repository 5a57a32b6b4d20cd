"""The tables of what is watched: what arrives, how fast, who works, and what flow logs tell."""

from sqlalchemy import BigInteger, Column, Index, LargeBinary, Table, Text

from truant.connectors.store.schema import metadata

# When each account and region was last heard of, and how long it has been silent before.
arrivals = Table(
    "arrivals",
    metadata,
    Column("account", Text, primary_key=True, nullable=False),
    Column("region", Text, primary_key=True, nullable=False),
    Column("newest", BigInteger, nullable=False),  # event time of the newest record
    Column("silence", BigInteger, nullable=False),  # the longest so far, in seconds of event time
    Column("arrived_at", BigInteger, nullable=False),
    Column("records", BigInteger, nullable=False),
)

# Records taken in, by the service's minute.
throughput = Table(
    "throughput",
    metadata,
    Column("minute", BigInteger, primary_key=True, nullable=False, autoincrement=False),
    Column("records", BigInteger, nullable=False),
)

# The tasks of each service that runs, and which of them fail.
workers = Table(
    "workers",
    metadata,
    Column("holder", Text, primary_key=True, nullable=False),  # host and process
    Column("name", Text, primary_key=True, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("failing_since", BigInteger),
    Column("error", Text, nullable=False),
)

hearings = Table(
    "hearings",
    metadata,
    Column("interface", Text, primary_key=True, nullable=False),
    Column("day", BigInteger, primary_key=True, nullable=False, autoincrement=False),
    Column("hearing", LargeBinary, nullable=False),  # model.hearing, msgpack
)
Index("ix_hearings_day", hearings.c.day)

# Which interfaces flow logs attach to an instance: those that no inventory lists.
hearing_instances = Table(
    "hearing_instances",
    metadata,
    Column("instance", Text, primary_key=True, nullable=False),
    Column("interface", Text, primary_key=True, nullable=False),
    Column("day", BigInteger, primary_key=True, nullable=False, autoincrement=False),
)
Index("ix_hearing_instances_day", hearing_instances.c.day)

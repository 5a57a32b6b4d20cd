"""The durable store of the service: SQLite on one machine, PostgreSQL for several workers."""

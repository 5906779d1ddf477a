"""The store: one suite of rules for SQLite, PostgreSQL and the twin in memory."""

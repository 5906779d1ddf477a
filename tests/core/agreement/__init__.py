"""Agreements: clauses and rules as versioned data."""

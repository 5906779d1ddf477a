"""Migrations: how the tables came to be, in order."""

"""Tests of the room of mail."""

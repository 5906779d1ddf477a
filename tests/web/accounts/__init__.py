"""Tests of accounts: signing in at a front door, and what it opens."""

"""Accounts: at a front door, people who sign in, and what they then may do there."""

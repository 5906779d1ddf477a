"""Faults: what is broken in the middle of its work, and comes back."""

"""Slow, literal readings of the rules, written apart from the product."""

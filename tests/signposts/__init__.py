"""The rules that ship: worked cases, each with its source, and what holds for all incidents."""

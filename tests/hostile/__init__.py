"""Hostile input: at every parser, at every route, and what it does to everybody else."""

"""Verifier: checks a bundle with nothing of a node: no settings, no database, no keys.

It runs as `comity audit verify`, and as one file made of the core's own modules.
"""

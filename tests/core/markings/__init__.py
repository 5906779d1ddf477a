"""Markings: labels only ever tighten."""

"""Whole stories, each node a process of its own."""

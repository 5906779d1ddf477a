"""Benchmarks: Comity side by side with its peers, on the same rules and the same requests.

`python -m benchmarks` prints one table; `docs/reference/benchmarks.md` explains each row.
"""

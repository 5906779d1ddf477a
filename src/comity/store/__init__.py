"""Store: what a node keeps, in SQLite or PostgreSQL by the same code.

`records` are the values that are kept, `port` what a use case may do with them, `shelves` which
columns each kind of value can be found by. The rest is the Django app behind the port.
"""

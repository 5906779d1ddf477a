"""Node: what a node does, one use case a file: load, call the core, record, save.

A use case takes the `Node` and what a person or a peer said; everything it needs of the outside
comes through ports. What it does is one transaction, and no transaction is open while anything is
sent.
"""

"""Ledger: a record to which one can only add, and that anybody can check.

So far this room holds the tree under both ledgers: the heads that stand for everything recorded,
and the proofs that an entry is in, and that an older head was not rewritten. Recording decisions,
and the release that only a recorded permit can become, come with the nodes.

Source: RFC 9162, sections 2.1.1 to 2.1.4.
"""

from comity.core.ledger.tree import (
    EMPTY,
    Hash,
    Node,
    ProofError,
    added,
    check_consistency,
    check_inclusion,
    consistency_proof,
    head,
    inclusion_proof,
    leaf_hash,
)

__all__ = [
    "EMPTY",
    "Hash",
    "Node",
    "ProofError",
    "added",
    "check_consistency",
    "check_inclusion",
    "consistency_proof",
    "head",
    "inclusion_proof",
    "leaf_hash",
]

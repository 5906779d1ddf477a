"""Ledger: a record to which one can only add, and that anybody can check.

A node keeps two kinds. Its *node ledger* holds everything and never leaves it but in an auditor's
bundle. A *pair ledger*, one for each peer, holds only what both ends know; it alone is shown, as
signed heads that the peer cosigns. Both stand on one tree of hashes.

A decision is recorded before anything is done about it, and only a recorded permit becomes a
release, which is the one thing that the exchange sends.

Source: RFC 9162, sections 2.1.1 to 2.1.4; C2SP tlog-checkpoint, tlog-cosignature.
"""

from comity.core.ledger.checkpoint import (
    Head,
    NoteError,
    check_cosignature,
    check_head,
    cosign,
    origin,
    read_head,
    sign_head,
)
from comity.core.ledger.proof import Known, Proof, check_proof, read_proof
from comity.core.ledger.record import (
    Entry,
    EntryType,
    NotRecordedError,
    NotSayableError,
    Recorded,
    Release,
    decision_entry,
    heartbeat_leaf,
    question_digest,
    release,
)
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
    "Entry",
    "EntryType",
    "Hash",
    "Head",
    "Known",
    "Node",
    "NotRecordedError",
    "NotSayableError",
    "NoteError",
    "Proof",
    "ProofError",
    "Recorded",
    "Release",
    "added",
    "check_consistency",
    "check_cosignature",
    "check_head",
    "check_inclusion",
    "check_proof",
    "consistency_proof",
    "cosign",
    "decision_entry",
    "head",
    "heartbeat_leaf",
    "inclusion_proof",
    "leaf_hash",
    "origin",
    "question_digest",
    "read_head",
    "read_proof",
    "release",
    "sign_head",
]

"""Audit: what a node shows an auditor, and how anybody can check it without the node.

A bundle holds ledgers, decisions and signed documents, and no content. It is verified in six
checks: (a) signatures and consistency, (b) every decision decided again, (c) consent, (d) receipts,
with a peer's bundle (e) both sides, and (f) notices. A report says what each did, what it found,
and what was not checked.

Source: RFC 9162, section 2.1; C2SP tlog-checkpoint and tlog-cosignature; DSSE 1.0.
"""

from comity.core.audit.bundle import Bundle, Sealed, read_bundle, seal_bundle
from comity.core.audit.report import Check, Finding, Report, Verdict
from comity.core.audit.verify import Expected, steps, verify

__all__ = [
    "Bundle",
    "Check",
    "Expected",
    "Finding",
    "Report",
    "Sealed",
    "Verdict",
    "read_bundle",
    "seal_bundle",
    "steps",
    "verify",
]

"""Exchange: what travels between two nodes, and how the receiver judges it before opening it.

There are two kinds of message only. An *envelope* carries content, and only a `Release` becomes
one. A *control* carries ids, digests and outcomes from a closed list, and has no field in which
anybody could write a text.

1. An envelope is a header, signed by the discloser, and the content, sealed for the recipient and
   bound to that header. The content is padded, so its size tells little.
2. The receiver judges the header alone: whose it is, whether it is for this node, whether it is
   the next one, and whether this node's own gate would have let it through.
3. What does not pass is kept sealed and unopened. What passes is answered with a signed receipt.

Source: DSSE 1.0; RFC 9180 (HPKE).
"""

from comity.core.exchange.control import (
    CONTROL_TYPE,
    Acknowledgement,
    Batch,
    Control,
    ControlBody,
    Done,
    Heartbeat,
    KeyChange,
    Poll,
    Recall,
    Receipt,
    Restored,
    Shown,
    read_control,
    sign_control,
)
from comity.core.exchange.envelope import (
    ENVELOPE_LIMITS,
    HEADER_TYPE,
    Envelope,
    Opened,
    Part,
    Route,
    Travelling,
    WrongContentError,
    header_alone,
    header_digest,
    open_envelope,
    read_envelope,
    read_header,
    seal,
)
from comity.core.exchange.header import Header, Marking, Markings, marking
from comity.core.exchange.judge import (
    LONGEST_LIFE,
    Head,
    Problem,
    RefusedError,
    Verdict,
    check_route,
    evidence,
    would_permit,
)
from comity.core.exchange.shown import Own, lost_envelope, lost_head, lost_receipt
from comity.core.exchange.transport import (
    LONGEST_WAIT,
    Answer,
    Transport,
    UnreachableError,
    wait_after,
)

__all__ = [
    "CONTROL_TYPE",
    "ENVELOPE_LIMITS",
    "HEADER_TYPE",
    "LONGEST_LIFE",
    "LONGEST_WAIT",
    "Acknowledgement",
    "Answer",
    "Batch",
    "Control",
    "ControlBody",
    "Done",
    "Envelope",
    "Head",
    "Header",
    "Heartbeat",
    "KeyChange",
    "Marking",
    "Markings",
    "Opened",
    "Own",
    "Part",
    "Poll",
    "Problem",
    "Recall",
    "Receipt",
    "RefusedError",
    "Restored",
    "Route",
    "Shown",
    "Transport",
    "Travelling",
    "UnreachableError",
    "Verdict",
    "WrongContentError",
    "check_route",
    "evidence",
    "header_alone",
    "header_digest",
    "lost_envelope",
    "lost_head",
    "lost_receipt",
    "marking",
    "open_envelope",
    "read_control",
    "read_envelope",
    "read_header",
    "seal",
    "sign_control",
    "wait_after",
    "would_permit",
]

"""The gate: the one door. It decides one request to disclose; silence, doubt and error refuse.

It sees labels, digests, evidence and the organisation's answers, never content. What it says of
a refusal outside its own node is one and the same sentence, whatever the reason.

1. The request must make sense, and name at least one item.
2. Every agreement under which an item was told must be at hand.
3. An agreement *governs* if discloser and recipient are its parties; it *watches* if any source
   was given to, or comes from, one of its parties.
4. A permit of a governing agreement in force counts if it is true. A forbid of a governing or
   watching agreement counts unless it is false. Unknown is never in favour of disclosing.
5. Each item needs a permit and no forbid. One item that fails refuses the whole request.

There is no override. Nothing in this room can be told to skip a step.
"""

from comity.core.gate.decide import decide
from comity.core.gate.decision import (
    NOTHING_TO_SHARE,
    Ground,
    Permit,
    Reason,
    Refusal,
    external,
)
from comity.core.gate.facts import DERIVED
from comity.core.gate.owed import Owed, owed
from comity.core.gate.remedies import Remedy, remedies
from comity.core.gate.request import DisclosureRequest, Evidenced

__all__ = [
    "DERIVED",
    "NOTHING_TO_SHARE",
    "DisclosureRequest",
    "Evidenced",
    "Ground",
    "Owed",
    "Permit",
    "Reason",
    "Refusal",
    "Remedy",
    "decide",
    "external",
    "owed",
    "remedies",
]

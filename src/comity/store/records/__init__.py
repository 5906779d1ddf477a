"""Records: the values that a node keeps beside those of the core.

They are frozen, and written by the one codec. Contents are always under a data key; what stands
in the clear is ids, digests, labels, times and states.
"""

from comity.store.records.consent import Asked, HeldChoice, HeldStatement, HeldStatus
from comity.store.records.front_door import (
    Account,
    Answered,
    CallBack,
    Draft,
    HeldLetter,
    Imported,
    Invitation,
    Mandate,
    Member,
    Notice,
    OwnFile,
    OwnReport,
    Prepared,
    Pseudonym,
    ReturnCode,
    Told,
)
from comity.store.records.held import DataKey, Decided, Held, Known, Progress, Wish
from comity.store.records.identification import (
    HeldDomain,
    HeldRegistration,
    LookedUp,
    Proved,
)
from comity.store.records.mail import HeldAddress, Mail, Occasion
from comity.store.records.own import Beat, Checkpoint, Counter, HeldDuty
from comity.store.records.peers import Gap, HeldSigning, Pair, Peer, PinnedKey, Role, Use
from comity.store.records.travel import (
    Alarm,
    Incoming,
    InState,
    Message,
    Outgoing,
    OutState,
    Permitted,
    Recalled,
    Receipted,
    Taken,
)

__all__ = [
    "Account",
    "Alarm",
    "Answered",
    "Asked",
    "Beat",
    "CallBack",
    "Checkpoint",
    "Counter",
    "DataKey",
    "Decided",
    "Draft",
    "Gap",
    "Held",
    "HeldAddress",
    "HeldChoice",
    "HeldDomain",
    "HeldDuty",
    "HeldLetter",
    "HeldRegistration",
    "HeldSigning",
    "HeldStatement",
    "HeldStatus",
    "Imported",
    "InState",
    "Incoming",
    "Invitation",
    "Known",
    "LookedUp",
    "Mail",
    "Mandate",
    "Member",
    "Message",
    "Notice",
    "Occasion",
    "OutState",
    "Outgoing",
    "OwnFile",
    "OwnReport",
    "Pair",
    "Peer",
    "Permitted",
    "PinnedKey",
    "Prepared",
    "Progress",
    "Proved",
    "Pseudonym",
    "Recalled",
    "Receipted",
    "ReturnCode",
    "Role",
    "Taken",
    "Told",
    "Use",
    "Wish",
]

"""Own: the duties, counters, heartbeats and checkpoints of the node itself."""

from dataclasses import dataclass
from datetime import datetime

from comity.core.duties import Duty
from comity.core.notices import Delay
from comity.core.terms import CaseId, Digest, OrganisationId


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldDuty:
    """What this node's body owes for a disclosure. `undone` if it is owed and not done."""

    duty: Duty
    undone: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldDelay:
    """Why an organisation is told later. `running` until it was ended, also past its review."""

    delay: Delay
    running: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OwedNotice:
    """A notice that an organisation is owed, locked; empty once it was told.

    `about` is the request, or the disclosure outside, that it is of; `likeness` is the same for
    two that say the same.
    """

    id: str
    about: str
    case: CaseId | None
    organisation: OrganisationId
    likeness: Digest
    content: bytes
    owed_at: datetime
    waiting: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Counter:
    """A number that only grows.

    It orders what one organisation says to one body (`ORGANISATION/BODY`), and says of a key of
    the node itself that it was announced (`announced/KEY`), or how it is replaced
    (`replaced/KEY`: 1 if it ends at once).
    """

    name: str
    value: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Beat:
    """One heartbeat: the salt that opens it, and the node ledger's head that it stands for."""

    slot: datetime
    salt: bytes
    size: int
    root: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """A signed head of a pair ledger, with the peer's cosignature once it is held.

    `id` is `LEDGER/size`.
    """

    id: str
    ledger: str
    size: int
    note: str

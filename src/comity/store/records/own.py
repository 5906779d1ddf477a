"""Own: the counters, heartbeats and checkpoints of the node itself."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Counter:
    """A number that only grows: it orders what one organisation says to one body."""

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

"""Held: items, and the wishes to pass them on with what was decided."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from comity.core.consent import Consents
from comity.core.gate import DisclosureRequest
from comity.core.markings import Item, Label
from comity.core.terms import CaseId, Digest, OfficerId, OrganisationId, ReleaseId, RequestId


@dataclass(frozen=True, slots=True, kw_only=True)
class DataKey:
    """The wrapped key under which contents are kept: one for each report or case."""

    id: str
    wrapped: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """An item that the node holds. `content` is locked under the data key; `salt` with it."""

    item: Item
    organisation: OrganisationId | None
    case: CaseId | None
    data_key: str
    content: bytes
    release: ReleaseId | None
    held_since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """The join of the labels of everything that was ever held about an organisation.

    A text that somebody writes about it carries this label; nothing ever makes it looser.
    """

    organisation: OrganisationId
    label: Label


class Progress(StrEnum):
    """How far a wish to disclose has come."""

    REFUSED = "refused"
    QUEUED = "queued"
    SENT = "sent"
    DEAD = "not delivered"
    WITHDRAWN = "withdrawn"
    RECALLED = "recalled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A request to disclose, as an officer made it. It is decided anew each time it matters."""

    id: RequestId
    case: CaseId | None
    request: DisclosureRequest
    officer: OfficerId
    made_at: datetime
    progress: Progress
    release: ReleaseId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """One decision with everything it rested on, so that anybody can decide it again.

    `entry` is its place in the node ledger.
    """

    id: Digest
    request: RequestId
    asked: DisclosureRequest
    consents: Consents
    agreements: tuple[Digest, ...]
    now: datetime
    permitted: bool
    clauses: tuple[str, ...]
    entry: int

"""A case and what is written in it."""

from dataclasses import dataclass
from datetime import datetime

from comity.core.terms import CaseId, ItemId, OfficerId, OrganisationId


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One body's file about one organisation. The organisation's id is this body's own for it."""

    id: CaseId
    organisation: OrganisationId
    opened_by: OfficerId
    opened_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A text that an officer wrote in a case. Its label is computed, never chosen."""

    item: ItemId
    case: CaseId
    text: str
    author: OfficerId
    written_at: datetime

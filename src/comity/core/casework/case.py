"""A case: one body's file about one organisation."""

from dataclasses import dataclass
from datetime import datetime

from comity.core.terms import CaseId, OfficerId, OrganisationId


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One body's file about one organisation. The organisation's id is this body's own for it."""

    id: CaseId
    organisation: OrganisationId
    opened_by: OfficerId
    opened_at: datetime

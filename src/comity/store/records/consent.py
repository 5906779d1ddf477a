"""Consent: questions to organisations, and the signed documents that answer."""

from dataclasses import dataclass
from datetime import datetime

from comity.core.terms import (
    CaseId,
    ConsentId,
    Digest,
    OrganisationId,
    PartyId,
    PersonId,
    Purpose,
    Section,
    Signed,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A body's question to an organisation, at either end of it. It allows nothing.

    `organisation` is as this node calls it. `why` is locked under the data key. `counsel` is who
    looked at it first, at a front door, for an organisation that has one. `clauses` are those
    under which the body says that it needs the yes.
    """

    consent: ConsentId
    organisation: OrganisationId
    case: CaseId | None
    items: frozenset[Digest]
    sections: tuple[Section, ...]
    discloser: PartyId
    recipient: PartyId
    purpose: Purpose
    until: datetime
    asked_at: datetime
    data_key: str
    why: bytes
    counsel: PersonId | None = None
    clauses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldStatement:
    """An answer, as signed. `id` is `CONSENT/counter`. Read again, it is verified again."""

    id: str
    consent: ConsentId
    document: Signed
    received_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldStatus:
    """The newest status of a consent, as signed, and the highest counter ever seen."""

    consent: ConsentId
    document: Signed
    counter: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldChoice:
    """An organisation's choice of bodies for what it reported, as signed."""

    id: Digest
    organisation: OrganisationId
    document: Signed

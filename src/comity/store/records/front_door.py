"""Front door: accounts, names, reports and answers, on the organisations' side."""

from dataclasses import dataclass
from datetime import datetime

from comity.core.terms import (
    ConsentId,
    Digest,
    ItemId,
    OrganisationId,
    PartyId,
    RequestId,
    Section,
    Signed,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pseudonym:
    """What one body calls one organisation: random, and different for each body."""

    id: OrganisationId
    organisation: OrganisationId
    body: PartyId


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """An organisation that reports through this front door."""

    organisation: OrganisationId
    data_key: str
    registered_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One section as one body got it, on the organisation's side: which digest is which section.

    `request` is the wish to send it.
    """

    digest: Digest
    organisation: OrganisationId
    report: str
    version: int
    body: PartyId
    section: Section
    request: RequestId


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnReport:
    """The organisation's own copy of what it reported, locked under its data key."""

    id: str
    organisation: OrganisationId
    version: int
    content: bytes
    reported_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """The front door's own record of an answer: what was agreed to, and its counter."""

    id: str
    consent: ConsentId
    organisation: OrganisationId
    document: Signed
    counter: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What a body told an organisation: locked under the organisation's data key."""

    id: ItemId
    organisation: OrganisationId
    from_: PartyId
    content: bytes
    held_since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A report that is being written, locked under the organisation's data key."""

    id: str
    organisation: OrganisationId
    content: bytes
    changed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnCode:
    """The digest of a code with which somebody without an account comes back to a report."""

    id: Digest
    organisation: OrganisationId
    report: str
    made_at: datetime

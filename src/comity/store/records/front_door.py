"""Front door: accounts, mandates, names, reports and answers, on the organisations' side."""

from dataclasses import dataclass
from datetime import datetime

from comity.core.consent import Entitlement, Said, challenge_of
from comity.core.intake import MemberRole
from comity.core.terms import (
    ConsentId,
    Digest,
    EvidenceId,
    ItemId,
    OfficerId,
    OrganisationId,
    PartyId,
    PersonId,
    ReleaseId,
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
class CallBack:
    """Which body called the organisation back, who there did, and where the number came from.

    `number_from` names an entry of a public register, for example `companies-house/01234567`:
    never what a mail or a report said.
    """

    body: PartyId
    officer: OfficerId
    number_from: EvidenceId


@dataclass(frozen=True, slots=True, kw_only=True)
class Mandate:
    """A person was verified as entitled to speak for an organisation, from `start` up to `end`.

    It rests on a record that shows it (`shown_by`), on the mandate of whoever vouched (`voucher`),
    or on a `call`; which of them, `how` says.
    """

    id: str
    organisation: OrganisationId
    person: PersonId
    how: Entitlement
    shown_by: EvidenceId | None = None
    voucher: str | None = None
    call: CallBack | None = None
    start: datetime
    end: datetime
    ended_at: datetime | None = None

    def stands_at(self, now: datetime) -> bool:
        """Return whether the person is entitled to speak by it; once ended it never is again."""
        return self.ended_at is None and self.start <= now < self.end


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A person works with an organisation's reports; with one alone, if `report` names it.

    `called` is how colleagues see them, locked under the organisation's data key. `until` is when
    it ends by itself.
    """

    id: str
    organisation: OrganisationId
    person: PersonId
    role: MemberRole
    called: bytes
    since: datetime
    report: str | None = None
    until: datetime | None = None

    def works_at(self, now: datetime) -> bool:
        """Return whether it has not ended."""
        return self.until is None or now < self.until


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """The digest of a code with which one person becomes a member, once, until it expires."""

    id: Digest
    organisation: OrganisationId
    role: MemberRole
    called: bytes
    invited_by: PersonId
    expires: datetime
    report: str | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One content as one body got it, on the organisation's side: which digest is which section.

    `request` is the wish to send it. Of a file, `file` is the digest of its bytes; of what went
    with a letter, `letter` is which one.
    """

    digest: Digest
    organisation: OrganisationId
    report: str
    version: int
    body: PartyId
    section: Section
    request: RequestId
    file: Digest | None = None
    letter: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnFile:
    """A file on the organisation's side, locked under its data key; it is never opened.

    `owner` is the report or letter that it stands with, `sha256` the digest of its bytes.
    """

    id: str
    organisation: OrganisationId
    owner: str
    name: str
    size: int
    sha256: Digest
    content: bytes
    kept_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldLetter:
    """A letter to an organisation or of it, locked under its data key, and of which reports it is.

    `from_` is the body that wrote it; None if the organisation did, to the bodies of `to`.
    """

    id: str
    organisation: OrganisationId
    reports: frozenset[str]
    from_: PartyId | None
    to: tuple[PartyId, ...]
    content: bytes
    at: datetime


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
    """The front door's own record of an answer: what was agreed to, its counter, and who spoke.

    `speaker` is nobody if the answer was a no by somebody who did not say who they are.
    """

    id: str
    consent: ConsentId
    organisation: OrganisationId
    document: Signed
    counter: int
    speaker: PersonId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A yes that waits for a passkey: all that would be said, in its order; the yes is the last.

    `newest` is the number of the newest answer to the same body when it was written.
    """

    id: str
    consent: ConsentId
    organisation: OrganisationId
    said: tuple[Said, ...]
    speaker: PersonId
    newest: int
    until: datetime

    @property
    def answer(self) -> Said:
        """The yes."""
        return self.said[-1]

    @property
    def challenge(self) -> bytes:
        """What the passkey has to sign."""
        return challenge_of(self.answer)

    def is_open(self, now: datetime) -> bool:
        """Return whether it may still be said."""
        return self.answer.stated_at <= now < self.until


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What a body told an organisation: locked under the organisation's data key.

    `came` is the release of the envelope in which it came.
    """

    id: ItemId
    organisation: OrganisationId
    from_: PartyId
    content: bytes
    held_since: datetime
    came: ReleaseId | None = None


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """That an organisation's reports were imported: a salt, locked under its data key.

    The ids of those reports are made with it, so each is imported once, and nobody who does not
    hold the key can tell from an id what was imported.
    """

    organisation: OrganisationId
    salt: bytes

"""Return codes: how somebody without an account comes back to a report.

A code is made from a ticket that only the browser of whoever reports holds. So a report that is
sent twice with one ticket is one report, and its code can be shown again; nothing that is kept
here leads back to a code. Whoever holds a code can read and add to its report, and can say no.
Nobody can say yes with it. Somebody with an account opens a report by their membership instead.
"""

import re
from hashlib import sha256
from typing import NamedTuple

from comity.core.intake import BY_CODE, MAY, May
from comity.core.ledger import EntryType
from comity.core.terms import Digest, OrganisationId, PersonId
from comity.core.terms.ids import Id
from comity.node.node import Node, NotPossibleError, note
from comity.store.port import Records
from comity.store.records import ReturnCode

LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's: none of them looks like another one, or is a letter that people mistake."""

LOOKS_LIKE = str.maketrans("OIL", "011")
LENGTH, GROUP = 20, 4
"""A hundred bits: nobody finds one by trying."""

TICKET_BYTES = 32
MADE_FOR = b"comity return code\0"


class Ticket(Id):
    """What makes a first notice happen once, and its code."""

    __slots__ = ()
    noun = "a ticket"
    pattern = re.compile(r"[0-9a-f]{64}")
    wanted = "64 hexadecimal digits in small letters"


class NoSuchReportError(NotPossibleError):
    """No report has this code: it was mistyped, or another one took its place."""

    def __init__(self) -> None:
        """Say so, and what to do."""
        super().__init__(
            "no report has this return code",
            "see that it is written as on the receipt; a code that was replaced does not count",
        )


class ByAccount(NamedTuple):
    """How somebody who signed in opens a report: who they are, and which."""

    person: PersonId
    report: str


Key = str | ByAccount
"""What opens a report: a return code, however somebody wrote it, or an account."""


class OpenReport(NamedTuple):
    """A report that a key opened, and whose it is."""

    organisation: OrganisationId
    report: str


class NotAllowedError(NotPossibleError):
    """Somebody may open a report, and may not do this with it."""

    def __init__(self, may: May) -> None:
        """Say what they may not do, and whom to ask."""
        super().__init__(
            f"your part in this organisation does not let you {may}",
            "ask a manager of the organisation",
        )


def code_of(ticket: Ticket, made_for: bytes = MADE_FOR) -> str:
    """Return the code that belongs to a ticket, as it is shown: five groups of four letters."""
    number = int.from_bytes(sha256(made_for + ticket.encode()).digest())
    letters = "".join(LETTERS[number >> 5 * place & 31] for place in range(LENGTH))
    return "-".join(letters[each : each + GROUP] for each in range(0, LENGTH, GROUP))


def read_code(written: str) -> str | None:
    """Return a code as it is shown, however somebody wrote it; None if it cannot be one."""
    letters = "".join(written.upper().split()).replace("-", "").translate(LOOKS_LIKE)
    if len(letters) != LENGTH or not set(letters) <= set(LETTERS):
        return None
    return "-".join(letters[each : each + GROUP] for each in range(0, LENGTH, GROUP))


def digest_of_code(code: str) -> Digest:
    """Return what is kept of a code."""
    return Digest(sha256(code.encode()).hexdigest())


def new_ticket(node: Node) -> Ticket:
    """Return a fresh ticket."""
    return Ticket(node.chance(TICKET_BYTES).hex())


def give_code(
    records: Records, node: Node, code: str, organisation: OrganisationId, report: str
) -> None:
    """Let a code open a report from now on."""
    records.return_codes.add(
        ReturnCode(
            id=digest_of_code(code),
            organisation=organisation,
            report=report,
            made_at=node.now(),
        )
    )
    note(records, node, EntryType.CODE_GIVEN, report=report)


def opened_by(records: Records, node: Node, key: Key, may: May = May.READ) -> OpenReport:
    """Return the report that a key opens, to do this with it.

    Raises:
        NoSuchReportError: it opens none.
        NotAllowedError: it opens one, but not for this.
    """
    if isinstance(key, ByAccount):
        return _opened_by_account(records, node, key, may)
    code = read_code(key)
    found = records.return_codes.get(digest_of_code(code)) if code else None
    if found is None:
        raise NoSuchReportError
    if may not in BY_CODE:
        raise NotAllowedError(may)
    return OpenReport(found.organisation, found.report)


def _opened_by_account(records: Records, node: Node, key: ByAccount, may: May) -> OpenReport:
    """Return a report of an organisation that the person is a member of."""
    found = (
        records.return_codes.first(report=key.report)
        or records.reports.get(key.report)
        or records.drafts.get(key.report)
    )
    if found is None:
        raise NoSuchReportError
    member = records.members.get(f"{found.organisation}/{key.person}")
    if member is None or not member.works_at(node.now()) or member.report not in {None, key.report}:
        raise NoSuchReportError
    if may not in MAY[member.role]:
        raise NotAllowedError(may)
    return OpenReport(found.organisation, key.report)

"""People: what each of an organisation's people may do with its reports at a front door.

A role gives no entitlement to speak for the organisation: whoever says yes to a body needs a
mandate beside it.
"""

from collections.abc import Mapping
from enum import StrEnum


class May(StrEnum):
    """One thing that somebody may do with an organisation's reports."""

    READ = "read"
    WRITE = "write"
    SEND = "send"
    REFUSE = "refuse"
    INVITE = "invite"
    ADVISE = "advise"


class MemberRole(StrEnum):
    """What somebody is at an organisation. A delegate works for it from outside.

    Counsel does so, too, and looks first: while an organisation has one, no yes is said before.
    """

    MANAGER = "manager"
    WRITER = "writer"
    DELEGATE = "delegate"
    COUNSEL = "counsel"
    READER = "reader"


MAY: Mapping[MemberRole, frozenset[May]] = {
    MemberRole.MANAGER: frozenset(May) - {May.ADVISE},
    MemberRole.WRITER: frozenset({May.READ, May.WRITE, May.SEND, May.REFUSE}),
    MemberRole.DELEGATE: frozenset({May.READ, May.WRITE}),
    MemberRole.COUNSEL: frozenset({May.READ, May.WRITE, May.ADVISE}),
    MemberRole.READER: frozenset({May.READ}),
}

BY_CODE = frozenset({May.READ, May.WRITE, May.SEND, May.REFUSE})
"""What whoever holds a report's return code may do with that report."""

"""A notice as it travels to the organisation, and what makes one sound."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from comity.core.terms import (
    Digest,
    ItemId,
    OrganisationId,
    PartyId,
    Purpose,
    ReleaseId,
    object_digest,
)

LONGEST_NAME = 120
"""How long the name of a recipient outside may be: "a court" takes fewer letters."""


class Kind(StrEnum):
    """What a notice is of.

    What was *stopped* had been sealed for its recipient when it was refused, and no receipt for it
    has come: whether it arrived is not known. Of what was *refused* nothing was ever sealed.
    """

    DISCLOSED = "disclosed"
    REFUSED = "refused"
    STOPPED = "stopped"
    OUTSIDE = "outside"


class Outside(StrEnum):
    """On what ground something passed outside the software."""

    COURT_ORDER = "court-order"
    STATUTORY_DUTY = "statutory-duty"
    MEETING = "meeting"
    CALL = "call"
    OTHER = "other"

    @property
    def is_compelled(self) -> bool:
        """Whether the body had no choice."""
        return self in {Outside.COURT_ORDER, Outside.STATUTORY_DUTY}


@dataclass(frozen=True, slots=True, kw_only=True)
class Notified:
    """A body says what it passed on about the organisation, or did not.

    `items` are digests of what the organisation itself told that body; `more` says that it was
    also about something else that comes from the organisation, for example what an officer wrote.
    `recipient` is a party, or `named` is what somebody outside is called. `at` is when it
    happened. A notice that was delayed says under which clause, and since when.
    """

    notice: Kind
    recipient: PartyId | None = None
    purpose: Purpose | None = None
    items: frozenset[Digest]
    clauses: tuple[str, ...]
    release: ReleaseId | None = None
    at: datetime
    more: bool = False
    ground: Outside | None = None
    named: str = ""
    delayed_under: str = ""
    delayed_since: datetime | None = None


def makes_sense(notice: Notified) -> bool:
    """Return whether a notice says of its kind what it must, and nothing that belongs to another.

    Only what was disclosed has a release; only what passed outside has a ground.
    """
    is_outside = notice.notice is Kind.OUTSIDE
    return (
        bool(notice.items or notice.more)
        and (notice.release is not None) == (notice.notice is Kind.DISCLOSED)
        and (notice.ground is not None) == is_outside
        and (notice.purpose is None) == is_outside
        and (notice.recipient is None) == is_name(notice.named)
        and (is_outside or not notice.named)
        and (notice.recipient is None or not notice.named)
        and bool(notice.delayed_under) == (notice.delayed_since is not None)
    )


def is_name(text: str) -> bool:
    """Return whether a text can be what somebody outside is called: a short line."""
    return 0 < len(text) <= LONGEST_NAME and text.isprintable() and text == text.strip()


def late(notice: Notified, under: str, since: datetime) -> Notified:
    """Return the notice as it is sent once a delay is over: it says that there was one."""
    return replace(notice, delayed_under=under, delayed_since=since)


def likeness(organisation: OrganisationId, notice: Notified, about: frozenset[ItemId]) -> Digest:
    """Return what two notices to an organisation share that are about the same items but for times.

    The items are the body's own: a notice does not name those that its front door does not know.
    """
    return object_digest(
        {
            "organisation": organisation,
            "notice": notice.notice,
            "recipient": notice.recipient or notice.named,
            "purpose": notice.purpose or "",
            "items": about,
        }
    )

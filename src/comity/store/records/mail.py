"""Mail: at a front door, where people are told that there is something to read, and what is due.

Addresses stand under the organisation's data key. What stands in the clear is who, when, and which
question or notice it is about: what the other tables say already.
"""

from dataclasses import dataclass
from datetime import datetime

from comity.core.terms import OrganisationId, PersonId


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldAddress:
    """Where one member of an organisation is told; `id` is the membership's, `content` is locked.

    `in_incident` says that it was left after the organisation had begun to report.
    """

    id: str
    organisation: OrganisationId
    person: PersonId
    content: bytes
    since: datetime
    in_incident: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """At an instant, those who may see something are to be told: a question or a notice, `about`.

    `id` is `ABOUT/NUMBER`: 0 is when it came, the others are reminders. `reports` are those that it
    is about. `counsel_told` says that counsel was told first, and the others wait.
    """

    id: str
    organisation: OrganisationId
    about: str
    reports: frozenset[str]
    at: datetime
    counsel_told: bool = False

    @property
    def first(self) -> str:
        """The id of the occasion when the same thing came."""
        return f"{self.about}/0"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """The mail to one member: `waiting` to be handed over from `due` on, or not.

    `about` is what it is for; it says nothing of it. `attempts` counts those for this mail,
    `sent_at` is when the last mail was handed over.
    """

    id: str
    organisation: OrganisationId
    person: PersonId
    about: frozenset[str]
    waiting: bool
    due: datetime
    attempts: int = 0
    sent_at: datetime | None = None

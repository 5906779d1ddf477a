"""Identification: at a front door, what an organisation has shown of who it is.

Which number and which domain stands under the organisation's data key: in the clear it would say
who hides behind an id.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from comity.core.consent import Identified
from comity.core.terms import OfficerId, OrganisationId

STANDS_FOR = timedelta(days=365)
"""After this time somebody has to look again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LookedUp:
    """Who found the number in its register, and when."""

    by: OfficerId
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldRegistration:
    """A number that an organisation stated; `content` is the locked number and its register."""

    id: str
    organisation: OrganisationId
    content: bytes
    stated_at: datetime
    looked_up: LookedUp | None = None

    def shows_at(self, now: datetime) -> Identified:
        """Return what it shows now."""
        stands = self.looked_up is not None and now < self.looked_up.at + STANDS_FOR
        return Identified.LOOKED_UP if stands else Identified.STATED


@dataclass(frozen=True, slots=True, kw_only=True)
class Proved:
    """When a domain's record was found, and whether the organisation had reported by then."""

    at: datetime
    in_incident: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldDomain:
    """A record that was asked for; `content` is the locked domain and token.

    It can be checked before `until`, once.
    """

    id: str
    organisation: OrganisationId
    content: bytes
    asked_at: datetime
    until: datetime
    proved: Proved | None = None

    def is_open_at(self, now: datetime) -> bool:
        """Return whether it can still be checked."""
        return self.proved is None and now < self.until

    def shows_at(self, now: datetime) -> Identified:
        """Return what it shows now."""
        if self.proved is None or now >= self.proved.at + STANDS_FOR:
            return Identified.NOT
        return Identified.DOMAIN_IN_INCIDENT if self.proved.in_incident else Identified.DOMAIN

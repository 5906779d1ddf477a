"""What the front door sends about consent: answers, their status, and choices of who gets what."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from comity.core.terms import ConsentId, Digest, OrganisationId, PartyId, Purpose

STATUS_LIFETIME = timedelta(minutes=10)
"""The longest time for which a consent status speaks."""


class Answer(StrEnum):
    """Where a consent stands. Only `given` ever opens the gate."""

    NONE = "none"
    SOUGHT = "sought"
    GIVEN = "given"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class Assurance(StrEnum):
    """How sure the front door is that the organisation itself answered."""

    PASSKEY = "passkey"
    TOTP = "totp"
    OPERATOR = "operator"
    MAIL = "mail"
    RETURN_CODE = "return_code"


CAN_GIVE = frozenset({Assurance.PASSKEY, Assurance.TOTP})
"""The assurances that are strong enough for a yes. All others can refuse or withdraw only."""


class Entitlement(StrEnum):
    """How whoever answered came to be verified as entitled to speak for the organisation.

    Assurance says how sure it is *who* answered, entitlement whether that person may. An attacker
    who reads the organisation's mail can answer like anybody there, but is nobody of these.
    """

    NONE = "none"
    REGISTERED = "registered"
    COLLEAGUE = "colleague"
    CALLED_BACK = "called_back"


class Identified(StrEnum):
    """How the front door knows which organisation it is, in a word: no number, no name.

    It stands in the order of what it shows, the least first. A number that was looked up shows that
    there is such an organisation, a domain that whoever asked controls it; one that was shown only
    once the organisation had reported may be shown by whoever attacks it. None of them says that
    anybody may speak: that is entitlement.
    """

    NOT = "not"
    STATED = "stated"
    DOMAIN_IN_INCIDENT = "domain_in_incident"
    LOOKED_UP = "looked_up"
    DOMAIN = "domain"


def strongest(found: Iterable[Identified]) -> Identified:
    """Return what shows most among what was found; `not` if there is nothing."""
    return max(found, key=tuple(Identified).index, default=Identified.NOT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One answer of an organisation: a yes for these contents, a no, or a withdrawal.

    `items` are digests of the exact contents. The period is half open: `[start, end)`.
    `stated_at` is when the organisation answered, `received_at` when this node held the answer.
    """

    consent: ConsentId
    organisation: OrganisationId
    answer: Answer
    items: frozenset[Digest]
    discloser: PartyId
    recipient: PartyId
    purpose: Purpose
    start: datetime
    end: datetime
    counter: int
    assurance: Assurance
    stated_at: datetime
    received_at: datetime = field(compare=False)
    entitlement: Entitlement = Entitlement.NONE


@dataclass(frozen=True, slots=True, kw_only=True)
class Seeking:
    """A body has asked an organisation for consent. It allows nothing."""

    consent: ConsentId
    organisation: OrganisationId
    items: frozenset[Digest]
    discloser: PartyId
    recipient: PartyId
    purpose: Purpose


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """The front door's word, for ten minutes at most, that an answer is still the newest.

    `counter` orders statuses; `newest_answer` is the counter of the consent's newest answer.
    """

    consent: ConsentId
    counter: int
    newest_answer: int
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """An organisation's signed choice, on its report, of the bodies that get a content.

    Anybody may send a report, verified or not, so a choice by somebody with no entitlement counts;
    it is shown to the body that gets the content, and so is how the organisation was identified. No
    rule of an agreement sees either. A document that does not say how was of one that was not.
    """

    organisation: OrganisationId
    items: frozenset[Digest]
    bodies: frozenset[PartyId]
    counter: int
    entitlement: Entitlement = Entitlement.NONE
    identified: Identified = Identified.NOT

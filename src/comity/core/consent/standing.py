"""The question put to a history of consent, and its answer."""

from datetime import datetime
from typing import NamedTuple

from comity.core.consent.answers import Answer, Assurance, Entitlement
from comity.core.terms import Digest, OrganisationId, PartyId, Purpose


class Scope(NamedTuple):
    """One disclosure, as consent sees it: whose, which content, from, to, for what."""

    organisation: OrganisationId
    item: Digest
    discloser: PartyId
    recipient: PartyId
    purpose: Purpose


class Standing(NamedTuple):
    """What the nearest answer says. Whether that covers a disclosure is the agreement's business.

    `answer` is None when the history contradicts itself. `fresh` is None when no status shows
    that the answer still stands; it is never false, since nobody can show that.
    """

    answer: Answer | None = Answer.NONE
    names_content: bool | None = None
    discloser: PartyId | None = None
    recipient: PartyId | None = None
    purpose: Purpose | None = None
    start: datetime | None = None
    end: datetime | None = None
    assurance: Assurance | None = None
    fresh: bool | None = None
    entitlement: Entitlement | None = None


SILENCE = Standing()
ASKED = Standing(answer=Answer.SOUGHT)
DOUBT = Standing(answer=None)

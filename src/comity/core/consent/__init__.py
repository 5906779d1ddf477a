"""Consent: what organisations have answered, and what their answers allow right now.

Consent is evidence: signed answers of an organisation, each for one discloser, one recipient
and one purpose, naming the digests of exactly what was agreed to, for a period. A document is
read only against the consent key that is pinned for the front door; a history holds what was
read, and verifies nothing again.

How a history is read (every line has a test and a planted bug):

1. Answers are ordered by the front door's counter, never by dates, so no clock can revive a
   consent. Two different answers with one counter are doubt, and doubt is no consent.
2. Of one consent, only the newest answer is in force: a narrower one ends a wider one.
3. Among the answers in force that name a content for the same discloser, recipient and purpose,
   the newest decides: a later no, or a later yes for a shorter time, ends every earlier yes.
4. A withdrawal counts from the moment it is held. It is never refused and never waits.
5. A yes needs a fresh status, signed by the front door and valid for ten minutes at most. A
   status that is missing, expired, older than one already seen, or that speaks of an answer
   which is not here, makes freshness unknown, and unknown is no.
6. Silence is no. Having been asked is not having answered.
7. Every answer says whether whoever gave it was verified as entitled to speak for the
   organisation, and how. An answer that does not say was given by nobody who was.
8. A yes by passkey is one only with what the passkey signed over it; without, it is no document.

Source: ICO-NCA memorandum 2024 ("without having first sought the consent"), read strictly:
sought *and given*, and covering.
"""

from comity.core.consent.answers import (
    CAN_GIVE,
    STATUS_LIFETIME,
    Answer,
    Assurance,
    Choice,
    Entitlement,
    Identified,
    Seeking,
    Statement,
    Status,
    strongest,
)
from comity.core.consent.documents import (
    Said,
    challenge_of,
    read_choice,
    read_own_said,
    read_said,
    read_status,
    sign_choice,
    sign_said,
    sign_status,
    statement,
    with_assertion,
)
from comity.core.consent.history import NOTHING, Consents
from comity.core.consent.passkey import Assertion
from comity.core.consent.standing import Scope, Standing

__all__ = [
    "CAN_GIVE",
    "NOTHING",
    "STATUS_LIFETIME",
    "Answer",
    "Assertion",
    "Assurance",
    "Choice",
    "Consents",
    "Entitlement",
    "Identified",
    "Said",
    "Scope",
    "Seeking",
    "Standing",
    "Statement",
    "Status",
    "challenge_of",
    "read_choice",
    "read_own_said",
    "read_said",
    "read_status",
    "sign_choice",
    "sign_said",
    "sign_status",
    "statement",
    "strongest",
    "with_assertion",
]

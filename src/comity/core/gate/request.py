"""What is put to the gate: a request, with the agreements, the answers and the time."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from comity.core.agreement import Agreements
from comity.core.consent import Consents
from comity.core.language import Value
from comity.core.markings import Item
from comity.core.terms import EvidenceId, OrganisationId, PartyId, Purpose


class Evidenced(NamedTuple):
    """A request fact and the record that shows it. Without a needed record it is unknown."""

    value: Value
    evidence: EvidenceId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DisclosureRequest:
    """A wish to pass items on: all of them or none.

    `facts` are what the discloser states and evidences. Facts about sources and consent cannot
    be stated: the gate derives them. `addressee` is the organisation at a front door.
    """

    items: tuple[Item, ...]
    discloser: PartyId
    recipient: PartyId
    purpose: Purpose
    kind: str
    addressee: OrganisationId | None = None
    facts: Mapping[str, Evidenced] = field(default_factory=dict)


class Question(NamedTuple):
    """Everything a decision rests on. The same question always has the same answer."""

    agreements: Agreements
    request: DisclosureRequest
    consents: Consents
    now: datetime

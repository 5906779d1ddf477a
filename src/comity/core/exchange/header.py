"""Header: what the receiver sees of an envelope before it opens anything."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from comity.core.gate import DisclosureRequest, Evidenced
from comity.core.markings import Item, Label, Source
from comity.core.terms import (
    Digest,
    ItemId,
    OrganisationId,
    PartyId,
    Purpose,
    ReleaseId,
    Section,
    Signed,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Marking:
    """An item's label as it travels: under a new id, organisations as the recipient knows them."""

    id: ItemId
    section: Section
    digest: Digest
    label: Label


@dataclass(frozen=True, slots=True, kw_only=True)
class Markings:
    """What the discloser asked its gate: with this the recipient's gate can be asked the same."""

    purpose: Purpose
    items: tuple[Marking, ...]
    facts: Mapping[str, Evidenced] = field(default_factory=dict)
    addressee: OrganisationId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """The signed part of an envelope.

    `prev` is the digest of the header with the sequence number before. `consent` holds the
    signed statements, statuses and choices that the disclosure rests on. `content` is the digest
    of what is sealed, `ciphertext` that of the sealed bytes; the seal is bound to all the others.
    """

    v: int = 1
    type: str
    id: ReleaseId
    from_: PartyId
    to: PartyId
    seq: int
    prev: Digest | None
    created: datetime
    expires: datetime
    agreements: tuple[Digest, ...]
    markings: Markings
    consent: tuple[Signed, ...]
    content: Digest
    ciphertext: Digest | None = None

    def request(self) -> DisclosureRequest:
        """Return the request that the discloser's gate must have permitted."""
        return DisclosureRequest(
            items=tuple(
                Item(id=each.id, section=each.section, digest=each.digest, label=each.label)
                for each in self.markings.items
            ),
            discloser=self.from_,
            recipient=self.to,
            purpose=self.markings.purpose,
            kind=self.type,
            addressee=self.markings.addressee,
            facts=self.markings.facts,
        )


def marking(item: Item, new_id: ItemId, called: Mapping[OrganisationId, OrganisationId]) -> Marking:
    """Return how an item is marked for a recipient.

    `called` says what the recipient calls each organisation; one that is not in it keeps its id.
    """
    label = item.label
    sources = frozenset(
        Source(
            origin=called.get(each.origin, each.origin)
            if isinstance(each.origin, OrganisationId)
            else each.origin,
            given_to=each.given_to,
            in_confidence=each.in_confidence,
        )
        for each in label.sources
    )
    return Marking(
        id=new_id,
        section=item.section,
        digest=item.digest,
        label=Label(
            sources=sources,
            tlp=label.tlp,
            restrictions=label.restrictions,
            identifies_people=label.identifies_people,
            identifies_organisation=label.identifies_organisation,
            agreements=label.agreements,
        ),
    )

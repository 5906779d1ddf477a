"""Mandates: at a front door, who was verified as entitled to speak for an organisation, and how.

Whoever reads an organisation's mail can pass for anybody there, so nothing that comes by mail
entitles: a mandate rests on what was checked in peace, on somebody who has one, or on a call to a
number from a public register. It ends by itself, within a year, and never outlasts the one that it
rests on.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from comity.core.consent import Entitlement
from comity.core.ledger import EntryType
from comity.core.terms import EvidenceId, OrganisationId, PersonId
from comity.core.terms.ids import Id
from comity.node.node import Node, NotPossibleError, note
from comity.store.port import Records
from comity.store.records import CallBack, Mandate, Role

LONGEST = timedelta(days=365)
"""The longest time for which a mandate can be given; after that somebody has to look again."""


class MandateId(Id):
    """One mandate: one person, one organisation, from its beginning to its end."""

    __slots__ = ()
    noun = "a mandate"


class Speaker(NamedTuple):
    """A person who is to speak for an organisation, and until when."""

    organisation: OrganisationId
    person: PersonId
    until: datetime


class Basis(NamedTuple):
    """How a person was verified, and the one thing that this rests on."""

    how: Entitlement
    shown_by: EvidenceId | None = None
    voucher: str | None = None
    call: CallBack | None = None


def begin(records: Records, node: Node, speaker: Speaker, basis: Basis) -> Mandate:
    """Keep a mandate that begins now, and record it.

    Raises:
        NotPossibleError: this is no front door, or it would end at once or later than in a year.
    """
    if node.role is not Role.FRONT_DOOR:
        raise NotPossibleError(
            "only a front door keeps who speaks for organisations",
            "use the front door's own command",
        )
    now = node.now()
    if not now < speaker.until <= now + LONGEST:
        raise NotPossibleError(
            f"a mandate until {speaker.until:%Y-%m-%d %H:%M} would be over, or too long",
            f"name a time from now to {now + LONGEST:%Y-%m-%d}, a year at most",
        )
    mandate = Mandate(
        id=node.new_id(MandateId, "mandate"),
        organisation=speaker.organisation,
        person=speaker.person,
        **basis._asdict(),
        start=now,
        end=speaker.until,
    )
    records.mandates.add(mandate)
    note(records, node, EntryType.MANDATE_GIVEN, **_said(mandate))
    return mandate


def in_force(
    records: Records, node: Node, organisation: OrganisationId, person: PersonId | None
) -> Mandate | None:
    """Return the mandate by which a person speaks for an organisation now: that ending last."""
    if person is None:
        return None
    held = records.mandates.find(organisation=organisation, person=person)
    standing = [each for each in held if each.stands_at(node.now())]
    return max(standing, key=lambda each: each.end, default=None)


def entitlement_of(
    records: Records, node: Node, organisation: OrganisationId, person: PersonId | None
) -> Entitlement:
    """Return how a person is entitled to speak for an organisation now; `none` if not at all."""
    mandate = in_force(records, node, organisation, person)
    return mandate.how if mandate else Entitlement.NONE


def _said(mandate: Mandate) -> Mapping[str, str]:
    """Return what the ledger says of a mandate: ids, and nothing that somebody wrote."""
    ids = {
        "mandate": mandate.id,
        "organisation": mandate.organisation,
        "person": mandate.person,
        "how": mandate.how,
    }
    if mandate.shown_by:
        ids["shown_by"] = mandate.shown_by
    if mandate.voucher:
        ids["voucher"] = mandate.voucher
    if mandate.call:
        call = mandate.call
        ids |= {"body": call.body, "officer": call.officer, "number_from": call.number_from}
    return ids

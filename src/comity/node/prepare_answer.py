"""Prepare answer: at a front door, a yes written out in full, for a passkey to sign.

A passkey signs the digest of one exact answer: its contents, its times, its number in the order of
answers. So the answer is written before the passkey is asked, kept for ten minutes, and said as it
is or not at all. Preparing says nothing to anybody and takes nothing back.
"""

from datetime import datetime, timedelta

from comity.core.consent import Assurance
from comity.core.terms import ConsentId, OrganisationId, PartyId, PersonId, Section
from comity.core.terms.ids import Id
from comity.node.answer_consent import (
    asked_for,
    check_can_give,
    consent_signer,
    ending,
    items_of,
    voice_of,
    words,
)
from comity.node.counsel import check_counsel
from comity.node.node import Node, NotPossibleError
from comity.store.port import Records
from comity.store.records import Prepared

LIFETIME = timedelta(minutes=10)
"""How long a passkey has to sign what was prepared."""


class PreparedId(Id):
    """One answer that was prepared."""

    __slots__ = ()
    noun = "a prepared answer"


def prepare_answer(
    node: Node,
    consent: ConsentId,
    sections: frozenset[Section],
    speaker: PersonId,
    end: datetime | None = None,
) -> Prepared:
    """Write out a yes to these sections, and all that it would take back.

    It ends when the question's time does, or at an earlier `end`. What the same speaker prepared
    for the same question before is forgotten.

    Raises:
        NotPossibleError: this is no front door, nobody asked, the question is over, no section or
            one that was not asked about is named, the speaker has no mandate in force, or counsel
            has to look first.
    """
    consent_signer(node)
    with node.store.writing() as records:
        asked = ending(asked_for(records, consent), end)
        if not sections:
            raise NotPossibleError("a no needs no passkey", "say no as it is: consent refuse")
        check_open(node, asked.until)
        items = items_of(records, asked, sections)
        voice = voice_of(records, node, asked, Assurance.PASSKEY, speaker)
        check_can_give(voice)
        check_counsel(records, node, asked)
        newest = newest_to(records, asked.organisation, asked.discloser)
        prepared = Prepared(
            id=node.new_id(PreparedId, "yes"),
            consent=consent,
            organisation=asked.organisation,
            said=words(records, node, asked, items, voice),
            speaker=speaker,
            newest=newest,
            until=node.now() + LIFETIME,
        )
        _forget(records, node, prepared)
        records.prepared.add(prepared)
        return prepared


def newest_to(records: Records, organisation: OrganisationId, body: PartyId) -> int:
    """Return the number of the newest answer that an organisation gave to a body; 0 if none."""
    asked = {
        each.consent
        for each in records.asked.find(organisation=organisation)
        if each.discloser == body
    }
    answers = records.answers.find(organisation=organisation)
    return max((each.counter for each in answers if each.consent in asked), default=0)


def check_open(node: Node, until: datetime) -> None:
    """Return if a question still waits for its answer.

    Raises:
        NotPossibleError: the time for which it asked is over.
    """
    if node.now() >= until:
        raise NotPossibleError(
            "the time for which the body asked is over", "wait until it asks again: consent list"
        )


def _forget(records: Records, node: Node, prepared: Prepared) -> None:
    """Remove what is over, and what the same speaker prepared for the same question."""
    for each in records.prepared.find():
        is_same = (each.consent, each.speaker) == (prepared.consent, prepared.speaker)
        if is_same or not each.is_open(node.now()):
            records.prepared.remove(each.id)

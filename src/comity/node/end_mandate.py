"""End mandate: at a front door, a person speaks for an organisation no longer, from this moment.

It is never refused to anybody, like a withdrawal. Everybody who speaks on this person's word goes
with them, however long the chain is.
"""

from typing import NamedTuple

from comity.core.consent import Answer
from comity.core.ledger import EntryType
from comity.core.terms import ConsentId, OrganisationId, PersonId
from comity.node.answer_consent import newest_answer
from comity.node.node import Node, NotPossibleError, note
from comity.store.change import changed
from comity.store.port import Records
from comity.store.records import Mandate


class Ended(NamedTuple):
    """The mandates that ended, and what these people agreed to that still stands.

    Ending takes back no answer: whether they gave one honestly is for the organisation to say.
    """

    mandates: tuple[Mandate, ...]
    consents: tuple[ConsentId, ...]


def end_mandate(node: Node, organisation: OrganisationId, person: PersonId) -> Ended:
    """End every mandate of a person for an organisation, and all that rest on these.

    Raises:
        NotPossibleError: the person never had one.
    """
    with node.store.writing() as records:
        if not records.mandates.find(organisation=organisation, person=person):
            raise NotPossibleError(
                f"{person} never spoke for {organisation}", "see who does: speaker list"
            )
        return end_within(records, node, organisation, person)


def end_within(
    records: Records, node: Node, organisation: OrganisationId, person: PersonId
) -> Ended:
    """End, within a transaction, every mandate of a person and all that rest on these, if any."""
    everybody = records.mandates.find(organisation=organisation)
    chain = _resting_on([each for each in everybody if each.person == person], everybody)
    ended = tuple(_end(records, node, each) for each in chain if each.stands_at(node.now()))
    people = {person, *(each.person for each in chain)}
    return Ended(ended, _still_given(records, node, organisation, people))


def _resting_on(roots: list[Mandate], everybody: list[Mandate]) -> list[Mandate]:
    """Return these mandates and every one that rests on them, nearest first."""
    chain, ids = list(roots), {each.id for each in roots}
    for mandate in chain:  # it grows while it is walked
        found = [each for each in everybody if each.voucher == mandate.id and each.id not in ids]
        chain += found
        ids |= {each.id for each in found}
    return chain


def _end(records: Records, node: Node, mandate: Mandate) -> Mandate:
    ended = changed(mandate, ended_at=node.now())
    records.mandates.put(ended)
    note(
        records,
        node,
        EntryType.MANDATE_ENDED,
        mandate=mandate.id,
        organisation=mandate.organisation,
        person=mandate.person,
    )
    return ended


def _still_given(
    records: Records, node: Node, organisation: OrganisationId, people: set[PersonId]
) -> tuple[ConsentId, ...]:
    """Return the consents whose newest answer is a yes by one of these people."""
    newest = {each.consent: each for each in records.answers.find(organisation=organisation)}
    given = []
    for consent, answer in newest.items():
        said = newest_answer(records, node, consent)
        if answer.speaker in people and said and said.answer is Answer.GIVEN:
            given.append(consent)
    return tuple(given)

"""Withdraw consent: at a front door. It is never refused: no strong sign-in, no mandate."""

from comity.core.consent import Answer, Assurance
from comity.core.terms import ConsentId, PersonId
from comity.node.answer_consent import (
    Spoken,
    asked_for,
    items_given,
    saying,
    speak,
    take_back,
    voice_of,
)
from comity.node.node import Node


def withdraw_consent(
    node: Node, consent: ConsentId, assurance: Assurance, speaker: PersonId | None = None
) -> Spoken:
    """Take back whatever was agreed to, in other answers about it too.

    No status says any longer that it stands.

    Raises:
        NotPossibleError: nobody ever asked for this consent.
    """
    with node.store.writing() as records:
        asked = asked_for(records, consent)
        items = items_given(records, node, consent)
        voice = voice_of(records, node, asked, assurance, speaker)
        taken = take_back(records, node, asked, items, voice)
        said = saying(records, node, asked, Answer.WITHDRAWN, items, voice)
        return speak(records, node, (*taken, said), speaker)

"""Confirm answer: at a front door, a prepared yes is said, with what the passkey signed over it.

Everything is looked at again in the one transaction that signs: minutes have passed since the
answer was prepared, and somebody may have said no, ended a mandate, or taken the answer already.
"""

from comity.core.consent import Assertion, with_assertion
from comity.core.consent.passkey import check_assertion
from comity.core.terms import PersonId, SignatureError
from comity.node.answer_consent import Spoken, asked_for, speak
from comity.node.counsel import check_counsel
from comity.node.mandates import entitlement_of
from comity.node.node import Node, NotPossibleError
from comity.node.prepare_answer import check_open, newest_to
from comity.store.port import Records
from comity.store.records import Prepared

AGAIN = "prepare the answer again, and touch the passkey again"


def confirm_answer(node: Node, prepared: str, assertion: Assertion, speaker: PersonId) -> Spoken:
    """Say a yes that was prepared for this speaker, once.

    Which passkeys are the speaker's, and that they were made for this front door's site, is for
    the caller to know.

    Raises:
        NotPossibleError: nothing is prepared under this id for this speaker, its ten minutes or
            the question are over, the speaker is not entitled as they were, something was answered
            to the body meanwhile, or the passkey signed something else. Then nothing is changed.
    """
    with node.store.writing() as records:
        row = records.prepared.get(prepared)
        if row is None or row.speaker != speaker or not row.is_open(node.now()):
            raise NotPossibleError("no answer is prepared, or its ten minutes are over", AGAIN)
        _check(records, node, row)
        try:
            check_assertion(assertion, row.challenge, node.verifier)
        except SignatureError as error:
            raise NotPossibleError(f"the passkey does not confirm it: {error}", AGAIN) from None
        records.prepared.remove(row.id)
        *first, answer = row.said
        return speak(records, node, (*first, with_assertion(answer, assertion)), speaker)


def _check(records: Records, node: Node, row: Prepared) -> None:
    asked = asked_for(records, row.consent)
    check_open(node, asked.until)
    check_counsel(records, node, asked)
    entitlement = entitlement_of(records, node, asked.organisation, row.speaker)
    if entitlement is not row.answer.entitlement:
        raise NotPossibleError(
            f"{row.speaker} is not entitled to speak for the organisation as they were", AGAIN
        )
    if newest_to(records, asked.organisation, asked.discloser) != row.newest:
        raise NotPossibleError("something else was answered to this body meanwhile", AGAIN)

"""Vouch for: at a front door, a speaker says that a colleague or delegate may speak as well.

Nobody outlasts whoever vouched for them: the new mandate ends no later, and ends when that one is
ended. So one who was let in by somebody who should not have been goes out with them.
"""

from comity.core.consent import CAN_GIVE, Assurance, Entitlement
from comity.core.terms import PersonId
from comity.node.mandates import Basis, Speaker, begin, in_force
from comity.node.node import Node, NotPossibleError
from comity.node.programs import is_program
from comity.store.records import Mandate


def vouch_for(node: Node, speaker: Speaker, voucher: PersonId, assurance: Assurance) -> Mandate:
    """Give a mandate on the word of somebody who has one.

    Raises:
        NotPossibleError: the voucher signed in too weakly or has no mandate in force, vouches for
            themselves, a program, or for longer than they may speak; or the time is over or too
            long.
    """
    if assurance not in CAN_GIVE:
        raise NotPossibleError(
            f"nobody can vouch by {assurance}", "sign in with a passkey or a one-time code"
        )
    if voucher == speaker.person:
        raise NotPossibleError("nobody vouches for themselves", "let another speaker vouch")
    if is_program(speaker.person):
        raise NotPossibleError("a program speaks for nobody", "vouch for a person")
    with node.store.writing() as records:
        own = in_force(records, node, speaker.organisation, voucher)
        if own is None:
            raise NotPossibleError(
                f"{voucher} is not entitled to speak for {speaker.organisation}",
                "see who is: speaker list",
            )
        if speaker.until > own.end:
            raise NotPossibleError(
                f"{voucher} may speak until {own.end:%Y-%m-%d %H:%M}, and vouch no longer",
                "name an earlier time",
            )
        return begin(records, node, speaker, Basis(Entitlement.COLLEAGUE, voucher=own.id))

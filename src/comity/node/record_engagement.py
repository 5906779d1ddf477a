"""Record engagement: at a front door, whom an organisation told and when, for it to show or not."""

from collections.abc import Container

from comity.core.casework import EngagedWith, Engagement
from comity.core.intake import ATTACHMENTS, AnswerKind, Question
from comity.core.intake.form import answer
from comity.core.terms import PartyId, Table
from comity.node.node import Node
from comity.node.return_codes import Key
from comity.node.return_to_report import return_to_report

ADVICE = Question(
    name="advice", asks="Which advice did you get and follow?", kind=AnswerKind.LONG_TEXT
)


def record_engagement(node: Node, key: Key, bodies: Container[PartyId], advice: str) -> Engagement:
    """Return what the report that a key opens told these bodies, and no other.

    Raises:
        NoSuchReportError: the key opens none.
        InputError: the advice is too long, or cannot be shown.
    """
    shown = return_to_report(node, key)
    stated = answer(ADVICE, Table({ADVICE.name: advice}, "a record")) if advice.strip() else ""
    return Engagement(
        report=shown.report,
        signed_by=node.party,
        made_at=node.now(),
        told=tuple(
            EngagedWith(
                body=each.body,
                sections=each.sections or (ATTACHMENTS,),
                told_at=each.told_at,
                received_at=each.received_at,
                release=each.release,
            )
            for each in shown.copies
            if each.body in bodies
        ),
        advice=str(stated),
    )

"""Intake: what an organisation reports, once, and which bodies it chose for which section.

A report is checked against a form, which is data: sections, and the questions in each. A section
is what an organisation chooses bodies for, and what travels as one item. All that is told is in
confidence unless the organisation says otherwise, section by section; a section for which no
body was chosen reaches nobody.
"""

from comity.core.intake.first_notice import (
    Asked,
    FirstNotice,
    Part,
    Recipient,
    offered,
    read_first_notice,
    read_recipients,
)
from comity.core.intake.form import AnswerKind, Form, Question, SectionForm, read_form
from comity.core.intake.people import BY_CODE, MAY, May, MemberRole
from comity.core.intake.report import (
    Report,
    SealedPart,
    contents_for,
    items_for,
    read_report,
    read_unfinished,
    unanswered,
)
from comity.core.intake.wording import Wording

__all__ = [
    "BY_CODE",
    "MAY",
    "AnswerKind",
    "Asked",
    "FirstNotice",
    "Form",
    "May",
    "MemberRole",
    "Part",
    "Question",
    "Recipient",
    "Report",
    "SealedPart",
    "SectionForm",
    "Wording",
    "contents_for",
    "items_for",
    "offered",
    "read_first_notice",
    "read_form",
    "read_recipients",
    "read_report",
    "read_unfinished",
    "unanswered",
]

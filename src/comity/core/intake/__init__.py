"""Intake: what an organisation reports, once, and which bodies it chose for which section.

A report is checked against a form, which is data: sections, and the questions in each. A section
is what an organisation chooses bodies for, and what travels as one item. All that is told is in
confidence unless the organisation says otherwise, section by section; a section for which no
body was chosen reaches nobody.
"""

from comity.core.intake.form import Form, Question, SectionForm, read_form
from comity.core.intake.report import Report, SealedPart, items_for, read_report

__all__ = [
    "Form",
    "Question",
    "Report",
    "SealedPart",
    "SectionForm",
    "items_for",
    "read_form",
    "read_report",
]

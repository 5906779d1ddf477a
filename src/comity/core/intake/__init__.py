"""Intake: what an organisation reports, once, and which bodies it chose for which section.

A report is checked against a form, which is data: sections, and the questions in each. A section
is what an organisation chooses bodies for, and what travels as one item. All that is told is in
confidence unless the organisation says otherwise, section by section; a section for which no
body was chosen reaches nobody.
"""

from comity.core.intake.files import (
    ATTACHMENTS,
    FILES,
    MOST_FILE,
    NamedFile,
    digest_of_bytes,
    file_content,
    file_in,
    files_in,
    named_file,
)
from comity.core.intake.first_notice import (
    Asked,
    FirstNotice,
    Part,
    Recipient,
    offered,
    read_first_notice,
    read_recipients,
)
from comity.core.intake.form import MOST_FILES, AnswerKind, Form, Question, SectionForm, read_form
from comity.core.intake.letter import (
    MESSAGE,
    MOST_LETTER_FILES,
    CaseStatus,
    Concerning,
    Enclosed,
    Letter,
    Words,
    read_letter,
    read_part,
    written,
)
from comity.core.intake.people import BY_CODE, MAY, May, MemberRole
from comity.core.intake.report import (
    Report,
    SealedPart,
    Terms,
    contents_for,
    items_for,
    read_report,
    read_unfinished,
    sealed_part,
    terms_of,
    unanswered,
)
from comity.core.intake.wording import Wording

__all__ = [
    "ATTACHMENTS",
    "BY_CODE",
    "FILES",
    "MAY",
    "MESSAGE",
    "MOST_FILE",
    "MOST_FILES",
    "MOST_LETTER_FILES",
    "AnswerKind",
    "Asked",
    "CaseStatus",
    "Concerning",
    "Enclosed",
    "FirstNotice",
    "Form",
    "Letter",
    "May",
    "MemberRole",
    "NamedFile",
    "Part",
    "Question",
    "Recipient",
    "Report",
    "SealedPart",
    "SectionForm",
    "Terms",
    "Wording",
    "Words",
    "contents_for",
    "digest_of_bytes",
    "file_content",
    "file_in",
    "files_in",
    "items_for",
    "named_file",
    "offered",
    "read_first_notice",
    "read_form",
    "read_letter",
    "read_part",
    "read_recipients",
    "read_report",
    "read_unfinished",
    "sealed_part",
    "terms_of",
    "unanswered",
    "written",
]

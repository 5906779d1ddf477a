"""Wishes: two questions beside who gets which part, each of them a no unless somebody says yes.

They are a section of the report like any other: it goes, in confidence, to the bodies that are
ticked for it, and to no other. A yes here is no consent; nothing reads it but people.
"""

from collections.abc import Iterable

from django.http import QueryDict

from comity.core.terms import PartyId
from comity.node.draft import Drafted
from comity.shipped import report_form
from comity.web.front_door.fields import in_, name_of, report_asks
from comity.web.front_door.telling import section_named
from comity.words.catalogue import Language
from comity.words.questions import YES

SHARING = "sharing"


def wishes_asked(draft: Drafted, usual: Iterable[PartyId], language: Language) -> dict[str, object]:
    """Return the questions as a page shows them: what nobody has answered is a no."""
    form = report_form().sections[SHARING]
    asks = [report_asks(form, each) for each in form.questions.values()]
    return {
        "section": SHARING,
        "title": section_named(SHARING, language),
        "questions": [
            {
                "name": name_of(each),
                "asks": in_(each.label, language),
                "means": in_(each.hint, language),
                "yes": draft.answer(SHARING, each.question.name) is True,
            }
            for each in asks
        ],
        "to": draft.choices.get(SHARING) or tuple(usual),
    }


def wished(form: QueryDict, draft: Drafted) -> dict[str, dict[str, object]]:
    """Return what was answered, by section: nothing if nobody said yes, told anybody or had said.

    Whatever is not plainly a yes is a no.
    """
    section = report_form().sections[SHARING]
    asks = [report_asks(section, each) for each in section.questions.values()]
    said: dict[str, object] = {each.question.name: form.get(name_of(each)) == YES for each in asks}
    is_said = any(said.values()) or draft.answers.get(SHARING) or form.getlist(f"to-{SHARING}")
    return {SHARING: said} if is_said else {}

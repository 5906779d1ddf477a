"""Reporting: the first notice. No account is needed.

What was answered travels in the form itself until it is sent: no cookie, no draft on this side.
"""

from collections.abc import Mapping

from django.http import HttpResponse, QueryDict

from comity.core.intake import Recipient, Report, contents_for, read_report
from comity.core.terms import InputError, PartyId, Section, read_json
from comity.node.draft import SOMEBODY
from comity.node.first_notice import bodies_at_hand, send_first_notice
from comity.node.return_codes import new_ticket
from comity.node.return_to_report import return_to_report
from comity.shipped import bodies, first_notice, recipients, report_form
from comity.web.front_door.asking import instant_at
from comity.web.front_door.fields import (
    Document,
    as_written,
    fields,
    in_,
    read_fields,
    refused_field,
)
from comity.web.front_door.telling import answers_told, copies_told, section_named
from comity.web.front_door.visiting import BACK, FIRST, REPORT, SINCE, TICKET, TO, Visit, at_a_node
from comity.words.cards import capital
from comity.words.catalogue import Language

CHECK, CHANGE, SEND = STEPS = ("check", "change", "send")
FOUND = (Section("incident"), "discovered_at")
"""The question that an address can have answered."""

BY, PHONE, READ_BACK = "by", "phone", "read_back"
"""How a report is taken: over the telephone it is read back, and sent once the caller agreed."""

WORDS = (
    "Alfa", "Bravo", "Charlie", "Delta", "Echo", "Foxtrot", "Golf", "Hotel", "Juliett", "Kilo",
    "Mike", "November", "Papa", "Quebec", "Romeo", "Sierra", "Tango", "Victor", "Whiskey", "X-ray",
    "Yankee", "Zulu",
)  # fmt: skip
SPOKEN = {each[0]: each for each in WORDS}
"""How letters are said over a telephone, in any language. Source: ICAO, Annex 10, volume II."""


@at_a_node(FIRST)
def notice(visit: Visit) -> HttpResponse:
    """Return the questions, the answers to check, or the receipt."""
    if visit.request.method != "POST":
        return _asked(visit, _known_before(visit), {})
    if visit.step not in {CHECK, SEND}:
        return _asked(visit, visit.form, {})
    report, wrong = _read(visit)
    if report is None:
        return _asked(visit, visit.form, wrong)
    if visit.step == SEND and (not _is_by_phone(visit) or visit.form.get(READ_BACK)):
        return _sent(visit, report)
    return _checked(visit, report)


def _is_by_phone(visit: Visit) -> bool:
    """Return whether somebody takes the report over the telephone."""
    return PHONE in {visit.form.get(BY), visit.request.GET.get(BY)}


def _known_before(visit: Visit) -> QueryDict:
    """Return what the address says that was answered elsewhere already: when it was found."""
    form = QueryDict(mutable=True)
    try:
        at = instant_at(visit.request.GET.get(SINCE, ""))
    except ValueError:
        return form
    for name, value in as_written(first_notice(), {FOUND[0]: {FOUND[1]: at}}, visit.zone):
        form[name] = value
    return form


def _read(visit: Visit) -> tuple[Report | None, dict[str, str]]:
    """Return the report that was written; None and what is wrong, by field, if it is none yet."""
    answers, wrong = read_fields(first_notice(), visit.written(visit.form))
    chosen = visit.form.getlist(TO)
    if not chosen or not bodies_at_hand(visit.node).issuperset(chosen):
        wrong[TO] = "error.to"
    if wrong:
        return None, wrong
    document: Document = {
        **answers,
        "organisation": SOMEBODY,
        "choices": {section: list(chosen) for section in answers},
    }
    try:
        return read_report(document, FIRST, report_form(), bodies()), {}
    except InputError as error:
        field = refused_field(first_notice(), error)
        if field is None:
            raise
        return None, dict([field])


def _asked(visit: Visit, form: QueryDict, wrong: Mapping[str, str]) -> HttpResponse:
    """Return the questions, with what was written, and what is wrong with it."""
    said_wrong = visit.said_wrong(wrong)
    values = {
        "parts": parts_of(visit, form, said_wrong),
        "to": to_choose(visit),
        "chosen": form.getlist(TO),
        "wrong_to": said_wrong.get(TO, ""),
        "errors": list(said_wrong.items()),
        "action": visit.address(FIRST),
        "phone": _is_by_phone(visit),
        "stays": ("answers", CHANGE) if visit.form else (),
    }
    return visit.page("first_notice.html", FIRST, values)


def parts_of(visit: Visit, form: QueryDict, wrong: Mapping[str, str]) -> list[dict[str, object]]:
    """Return the five things that are asked, with what was written, and what is wrong with it."""
    written = visit.written(form)
    return [
        {
            "title": in_(each.title, visit.language),
            "hint": in_(each.hint, visit.language),
            "fields": list(fields(each.asks, written, wrong, visit.language)),
        }
        for each in first_notice().parts
    ]


def to_choose(visit: Visit) -> list[dict[str, str]]:
    """Return the bodies that can be chosen, and what it means to tell each of them."""
    at_hand = bodies_at_hand(visit.node)
    return [_in_words(each, visit.language) for each in recipients() if each.body in at_hand]


def _in_words(recipient: Recipient, language: Language) -> dict[str, str]:
    return {
        "body": recipient.body,
        "name": capital(in_(recipient.name, language)),
        "does": in_(recipient.does, language),
        "promise": in_(recipient.promise, language),
        "limit": in_(recipient.limit, language),
        "others": in_(recipient.others, language),
    }


def seen_by(visit: Visit, report: Report) -> list[dict[str, object]]:
    """Return what each body that was chosen would see."""
    chosen = report.chosen_bodies()
    return [
        {
            **words,
            "sees": _preview(visit, report, PartyId(words["body"])),
            "names_others": _names_bodies(report, PartyId(words["body"])),
        }
        for words in to_choose(visit)
        if words["body"] in chosen
    ]


def _names_bodies(report: Report, body: PartyId) -> bool:
    """Return whether a body would be told which bodies are engaged."""
    return any(
        report.form.sections[section].questions[name].names_bodies
        for section, bodies in report.choices.items()
        if body in bodies
        for name in report.answers[section]
    )


def _preview(visit: Visit, report: Report, body: PartyId) -> list[dict[str, object]]:
    """Return what a body would see, read from the very bytes that would be sealed for it."""
    found: list[dict[str, object]] = []
    for section, data in contents_for(report, body).items():
        answers = answers_told(section, read_json(data, "a content")["answers"], visit.language)
        found.append({"title": section_named(section, visit.language), "answers": answers})
    return found


def _checked(visit: Visit, report: Report) -> HttpResponse:
    """Return what was answered, and for each body what exactly it would get.

    Over the telephone it is read to the caller, who has to say that it is right.
    """
    ticket = visit.form.get(TICKET) or new_ticket(visit.node)
    was_not_read = _is_by_phone(visit) and visit.step == SEND
    values = {
        "phone": _is_by_phone(visit),
        "errors": [(READ_BACK, visit.say("phone.missing"))] if was_not_read else [],
        "seen": seen_by(visit, report),
        "kept": [*_kept(visit, report), (TICKET, ticket)],
        "action": visit.address(FIRST),
        "change": CHANGE,
        "stays": ("answers", CHECK),
    }
    return visit.page("check.html", FIRST, values)


def _kept(visit: Visit, report: Report) -> list[tuple[str, str]]:
    """Return the answers, and the bodies that were chosen, as fields that nobody sees."""
    written = as_written(first_notice(), report.answers, visit.zone)
    by = [(BY, PHONE)] if _is_by_phone(visit) else []
    return [*written, *by, *((TO, each) for each in sorted(report.chosen_bodies()))]


def _sent(visit: Visit, report: Report) -> HttpResponse:
    """Send the report, and return the receipt."""
    ticket = visit.ticket
    begun = send_first_notice(visit.node, report, ticket)
    return receipt(visit, begun.code, FIRST, [*_kept(visit, report), (TICKET, ticket)])


def receipt(visit: Visit, code: str, path: str, kept: list[tuple[str, str]]) -> HttpResponse:
    """Return the page that shows a return code, this once; `kept` is what brings it again."""
    shown = return_to_report(visit.node, code)
    values = {
        "code": code,
        "spoken": spoken(code) if _is_by_phone(visit) else "",
        "reference": shown.report,
        "when": visit.moment(shown.reported_at) if shown.reported_at else "",
        "copies": copies_told(shown.copies, visit.language),
        "back": visit.address(BACK),
        "write": visit.address(REPORT),
        "action": visit.address(path),
        "kept": kept,
        "stays": ("again", visit.step),
    }
    return visit.page("sent.html", path, values)


def spoken(code: str) -> str:
    """Return a code as it is said over a telephone: group by group, letters as words."""
    return "; ".join(
        ", ".join(SPOKEN.get(each, each) for each in group) for group in code.split("-")
    )

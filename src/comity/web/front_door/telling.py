"""Telling: a report, and what became of it, in words: what was said to whom, and what is asked."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta

from comity import settings
from comity.core.casework import Engagement
from comity.core.intake import MESSAGE, AnswerKind, Question, Recipient, Wording
from comity.core.terms import Section
from comity.node.draft import Drafted
from comity.node.return_to_report import Copy, Returned
from comity.node.show_letters import ShownLetter
from comity.node.show_questions import Question as Consented
from comity.node.show_report import PassedOn
from comity.shipped import recipients, report_form
from comity.signposts import calendar
from comity.web.front_door.fields import in_, instant_in, report_asks, value_in
from comity.web.front_door.files import files_told, listed
from comity.web.front_door.words import said
from comity.words.cards import capital, local
from comity.words.catalogue import Language
from comity.words.questions import NO, YES

Told = dict[str, object]


def answers_told(section: str, answers: object, language: Language) -> list[tuple[str, str]]:
    """Return what was said about a section, each answer with what it answers."""
    form = report_form().sections.get(section)
    if form is None or not isinstance(answers, Mapping):
        return []
    return [
        (in_(report_asks(form, question).label, language), told(question, answers[name], language))
        for name, question in form.questions.items()
        if name in answers
    ]


def told(question: Question, answer: object, language: Language) -> str:
    """Return an answer in words."""
    if isinstance(answer, bool):
        return said(f"answer.{YES if answer else NO}", language)
    if isinstance(answer, list) and question.kind is AnswerKind.FILES:
        return listed(answer, language)
    if isinstance(answer, list):
        return "\n".join(value_in(question, str(each), language) for each in answer)
    if question.kind is AnswerKind.INSTANT:
        return moment(instant_in(answer), language)
    return value_in(question, str(answer), language)


def section_named(section: str, language: Language) -> str:
    """Return what a section is called, or what somebody wrote beside the report's sections."""
    if section == MESSAGE:
        return said("section.message", language)
    form = report_form().sections.get(section)
    return in_(Wording(en=form.title, cy=form.title_cy), language) if form else section


def moment(at: datetime, language: Language) -> str:
    """Return an instant as the organisation's clock shows it."""
    return local(at, calendar(at.year), language)


def body_named(body: str, language: Language) -> str:
    """Return what a body is called; its id or other name, if nobody has said."""
    names: dict[str, str] = {each.body: in_(each.name, language) for each in recipients()}
    return names.get(body, body)


def _sections(sections: Iterable[str], language: Language) -> str:
    return "; ".join(section_named(each, language) for each in sections)


def copies_told(copies: Iterable[Copy], language: Language) -> list[Told]:
    """Return what each body was told, and whether its receipt has come."""
    return [
        {
            "body": capital(body_named(each.body, language)),
            "whom": body_named(each.body, language),
            "what": "; ".join(filter(None, (_sections(each.sections, language), *each.files))),
            "received": moment(each.received_at, language) if each.received_at else "",
            "release": each.release or "",
        }
        for each in copies
    ]


def clocks_told(
    answers: Mapping[Section, Mapping[str, object]], now: datetime, language: Language
) -> list[str]:
    """Return how long one's own duties to notify still run, each from when one became aware."""
    aware_at = answers.get(Section("incident"), {}).get("aware_at")
    return [
        clock_told(each, aware_at, now, language) for each in recipients() if each.runs is not None
    ]


def clock_told(to: Recipient, aware_at: object | None, now: datetime, language: Language) -> str:
    """Return how long one's own duty to notify a body still runs; nothing if there is none."""
    whom = in_(to.name, language)
    if to.runs is None:
        return ""
    if aware_at is None:
        return said("deadline.unknown", language, whom=whom, hours=to.runs)
    until = instant_in(aware_at) + timedelta(hours=to.runs)
    left, when = (until - now) // timedelta(hours=1), moment(until, language)
    key = "deadline.runs" if left >= 0 else "deadline.over"
    return said(key, language, whom=whom, when=when, left=abs(left))


def engagement_told(record: Engagement, language: Language) -> list[Told]:
    """Return whom an organisation shows that it told, and when."""
    return [
        {
            "body": capital(body_named(each.body, language)),
            "what": _sections(each.sections, language),
            "told": moment(each.told_at, language),
            "received": moment(each.received_at, language) if each.received_at else "",
        }
        for each in record.told
    ]


def questions_told(
    questions: Iterable[Consented], now: datetime, language: Language
) -> Iterator[Told]:
    """Yield what bodies ask, what was answered, and whether a no can still change anything."""
    for each in questions:
        asked = each.asked
        is_open = each.answer == "none yet" and now < asked.until
        yield {
            "consent": asked.consent,
            "who": capital(body_named(asked.discloser, language)),
            "whom": body_named(asked.recipient, language),
            "what": _sections(asked.sections, language),
            "purpose": said(f"purpose.{asked.purpose}", language),
            "until": moment(asked.until, language),
            "why": each.why,
            "clauses": ", ".join(asked.clauses),
            "answer": _consented(each.answer, is_open=is_open, language=language),
            "can_refuse": is_open or each.answer == "given",
        }


def _consented(answer: str, *, is_open: bool, language: Language) -> str:
    if answer != "none yet":
        return said(f"consent.{answer}", language)
    return said("consent.open" if is_open else "consent.passed", language)


def notices_told(notices: Iterable[PassedOn], language: Language) -> list[Told]:
    """Return what bodies say that they passed on, or refused to pass on."""
    return [
        {
            "title": said(
                f"happened.{each.kind}",
                language,
                who=capital(body_named(each.by, language)),
                whom=body_named(each.recipient, language),
            ),
            "means": said(f"means.{_way(each)}", language),
            "rows": _rows(each, language),
            "who": body_named(each.by, language),
            "came": each.came or "",
        }
        for each in notices
    ]


def _way(notice: PassedOn) -> str:
    """Return how it came about: what was permitted, compelled, said outside, refused or stopped."""
    if notice.ground is None:
        return notice.kind.value
    return "compelled" if notice.ground.is_compelled else "outside"


def _rows(notice: PassedOn, language: Language) -> list[tuple[str, str]]:
    """Return what is known of a notice, each with its name; what it does not say has no row."""
    more = [said("back.more", language)] if notice.more else []
    sections = [section_named(each, language) for each in notice.sections]
    late = notice.delayed_since
    found = {
        "back.what": "; ".join([*sections, *more]),
        "back.purpose": said(f"purpose.{notice.purpose}", language) if notice.purpose else "",
        "back.ground": said(f"ground.{notice.ground}", language) if notice.ground else "",
        "back.clauses": ", ".join(notice.clauses),
        "sent.when": moment(notice.at, language),
        "back.release": notice.release or "",
        "back.late": said(
            "back.late_text",
            language,
            when=moment(late, language),
            clause=notice.delayed_under,
        )
        if late
        else "",
    }
    return [(said(key, language), value) for key, value in found.items() if value]


def letters_told(letters: Iterable[ShownLetter], language: Language) -> list[Told]:
    """Return what the organisation and bodies wrote to each other."""
    return [
        {
            "id": each.id,
            "who": capital(body_named(each.from_, language)) if each.from_ else "",
            "whom": ", ".join(body_named(body, language) for body in each.received),
            "when": moment(each.at, language),
            "received": [
                (capital(body_named(body, language)), moment(at, language) if at else "")
                for body, at in each.received.items()
            ],
            "text": each.letter.text,
            "status": said(f"letter.{each.letter.status}", language) if each.letter.status else "",
            "files": files_told(each.letter.files, language),
        }
        for each in letters
    ]


def letters_data(letters: Iterable[ShownLetter]) -> list[dict[str, object]]:
    """Return letters as data for programs."""
    return [
        {
            "from": each.from_,
            "to": sorted(each.received),
            "at": each.at,
            "text": each.letter.text,
            "status": each.letter.status,
            "files": [file.said() for file in each.letter.files],
        }
        for each in letters
    ]


def report_data(shown: Returned, draft: Drafted) -> dict[str, object]:
    """Return everything that a front door keeps about a report, as data for programs."""
    return {
        "exercise": settings.is_exercise(),
        "report": shown.report,
        "version": shown.version,
        "reported_at": shown.reported_at,
        "said": shown.answers,
        "chosen": {section: sorted(each) for section, each in shown.chosen.items()},
        "not_sent_yet": draft.answers if draft.is_changed else {},
        "copies": [
            {
                "body": each.body,
                "version": each.version,
                "sections": each.sections,
                "files": each.files,
                "received_at": each.received_at,
                "release": each.release,
            }
            for each in shown.copies
        ],
        "asked": [
            {
                "consent": each.asked.consent,
                "by": each.asked.discloser,
                "for": each.asked.recipient,
                "sections": each.asked.sections,
                "purpose": each.asked.purpose,
                "until": each.asked.until,
                "why": each.why,
                "clauses": each.asked.clauses,
                "answer": each.answer,
            }
            for each in shown.questions
        ],
        "passed_on": [notice_data(each) for each in shown.notices if each.was_passed_on],
        "refused": [notice_data(each) for each in shown.notices if not each.was_passed_on],
        "messages": letters_data(shown.letters),
    }


def notice_data(notice: PassedOn) -> Told:
    """Return a notice as data for programs."""
    return {
        "what": notice.kind,
        "by": notice.by,
        "to": notice.recipient,
        "sections": notice.sections,
        "more": notice.more,
        "purpose": notice.purpose,
        "clauses": notice.clauses,
        "ground": notice.ground,
        "release": notice.release,
        "at": notice.at,
        "delayed_under": notice.delayed_under,
        "delayed_since": notice.delayed_since,
        "came": notice.came,
    }

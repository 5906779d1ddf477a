"""Drafting: the whole report, one question a page, kept as a draft until it is sent.

Whoever has the code can go on with it, also several people at once: who answers what somebody else
has answered meanwhile is shown both.
"""

from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpResponse, QueryDict

from comity.core.intake import AnswerKind, Asked, offered, unanswered
from comity.core.terms import Digest, InputError, PartyId
from comity.node.draft import (
    AnsweredMeanwhileError,
    Drafted,
    open_draft,
    save_answer,
    save_choices,
    seen,
    seen_choices,
    send_draft,
)
from comity.node.first_notice import begin_report, bodies_at_hand
from comity.node.return_codes import new_ticket
from comity.node.update_report import NothingChangedError
from comity.shipped import bodies, recipients, report_form
from comity.web.front_door.asking import WrongAnswerError
from comity.web.front_door.attaching import attach, detach, files_asked
from comity.web.front_door.coming_back import opened
from comity.web.front_door.fields import (
    checked_field,
    fields,
    in_,
    name_of,
    pairs,
    report_asks,
)
from comity.web.front_door.reporting import receipt, seen_by, to_choose
from comity.web.front_door.telling import moment, section_named, told
from comity.web.front_door.visiting import (
    BACK,
    CODE,
    REPORT,
    TICKET,
    Visit,
    at_a_node,
)
from comity.web.front_door.wishes import SHARING, wished, wishes_asked

OVER = "over"
"""The digest of the answer that a page showed: only over that one is another saved."""

Step = Callable[[Visit, str], HttpResponse]


@at_a_node(REPORT)
def report(visit: Visit) -> HttpResponse:
    """Begin a report, or do what was asked with the one that a code opens."""
    if visit.request.method != "POST":
        values = {"ticket": new_ticket(visit.node), "action": visit.address(REPORT)}
        return visit.page("begin.html", REPORT, {**values, "back": visit.address(BACK)})
    step, _, about = visit.step.partition(":")
    return STEPS.get(step, _tasks)(visit, about)


def _begin(visit: Visit, _about: str) -> HttpResponse:
    begun = begin_report(visit.node, visit.ticket)
    return receipt(visit, begun.code, REPORT, [(TICKET, visit.ticket)])


# ------------------------------------------------------------------ the task list


def _tasks(visit: Visit, _about: str = "") -> HttpResponse:
    """Return what there is to do: each section, the choices, and the check."""
    draft = open_draft(visit.node, visit.key)
    sections = [
        {
            "name": name,
            "title": section_named(name, visit.language),
            "state": _state(visit, draft, name),
        }
        for name in report_form().sections
        if _asks(name) and name != SHARING
    ]
    chosen = any(draft.choices.values())
    values = {
        "sections": sections,
        "chosen": visit.say("draft.chosen" if chosen else "draft.not_chosen"),
        "changed": moment(draft.changed_at, visit.language) if draft.changed_at else "",
        "is_changed": draft.is_changed,
    }
    return _page(visit, "tasks.html", "tasks", values)


def _page(
    visit: Visit, template: str, step: str, values: Mapping[str, Any], status: int = 200
) -> HttpResponse:
    """Return a page about a draft; `step` is what brings it again in another language."""
    about = {"code": visit.code, "action": visit.address(REPORT), "stays": ("answers", step)}
    return visit.page(template, REPORT, {**about, "back": visit.address(BACK), **values}, status)


def _state(visit: Visit, draft: Drafted, section: str) -> str:
    answered = len(draft.answers.get(section, {}))
    if not answered:
        return visit.say("draft.not_begun")
    if _missing(draft, section):
        return visit.say("draft.needs")
    return visit.say("draft.answered", count=answered, of=len(_asks(section)))


def _asks(section: str) -> dict[str, Asked]:
    """Return the questions of a section that pages ask, by name."""
    form = report_form().sections.get(section)
    if form is None:
        return {}
    return {name: report_asks(form, question) for name, question in form.questions.items()}


def _missing(draft: Drafted, section: str) -> list[Asked]:
    """Return what has to be answered in a section that was begun, and is not."""
    form, answers = report_form().sections.get(section), draft.answers.get(section)
    if form is None or not answers:
        return []
    return [report_asks(form, each) for each in unanswered(form, answers)]


# ------------------------------------------------------------------ questions


def _section(visit: Visit, about: str) -> HttpResponse:
    """Return the questions of a section, with what was answered."""
    draft, asks = open_draft(visit.node, visit.key), _asks(about)
    if not asks:
        return _tasks(visit)
    rows = [
        {
            "at": f"{about}.{name}",
            "label": in_(asked.label, visit.language),
            "said": _told(draft, asked, visit),
            "needed": asked.question.required,
        }
        for name, asked in asks.items()
    ]
    following = next((row["at"] for row in rows if not row["said"]), "")
    title = section_named(about, visit.language)
    values = {"title": title, "rows": rows, "next": following}
    return _page(visit, "section.html", f"section:{about}", values)


def _told(draft: Drafted, asked: Asked, visit: Visit) -> str:
    said = draft.answer(asked.section, asked.question.name)
    return "" if said is None else told(asked.question, said, visit.language)


def _asked_at(about: str) -> Asked | None:
    section, _, question = about.partition(".")
    return _asks(section).get(question)


def _ask(visit: Visit, about: str) -> HttpResponse:
    """Return one question, with what was answered, or written and not saved yet."""
    asked = _asked_at(about)
    if asked is None:
        return _tasks(visit)
    if asked.question.kind is AnswerKind.FILES:
        return files_asked(visit)
    draft = open_draft(visit.node, visit.key)
    said = draft.answer(asked.section, asked.question.name)
    form = visit.form if name_of(asked) in visit.form else _form_of(visit, asked, said)
    return _question(visit, asked, form, visit.form.get(OVER) or seen(said), "")


def _form_of(visit: Visit, asked: Asked, said: object | None) -> QueryDict:
    form = QueryDict(mutable=True)
    for name, value in [] if said is None else pairs(asked, said, visit.zone):
        form.appendlist(name, value)
    return form


def _question(visit: Visit, asked: Asked, form: QueryDict, over: str, error: str) -> HttpResponse:
    name, about = name_of(asked), f"{asked.section}.{asked.question.name}"
    wrong = visit.said_wrong({name: error} if error else {})
    [field] = fields([asked], visit.written(form), wrong, visit.language)
    values = {
        "field": field,
        "section": asked.section,
        "title": section_named(asked.section, visit.language),
        "at": about,
        "over": over,
        "errors": list(wrong.items()),
    }
    return _page(visit, "draft_question.html", f"ask:{about}", values)


def _save(visit: Visit, about: str) -> HttpResponse:
    """Save an answer and return the next question of the section, or what is wrong with it."""
    asked = _asked_at(about)
    if asked is None:
        return _tasks(visit)
    if asked.question.kind is AnswerKind.FILES:
        return _section(visit, asked.section)
    over = visit.form.get(OVER, "")
    try:
        said = checked_field(asked, visit.written(visit.form))
    except WrongAnswerError as error:
        return _question(visit, asked, visit.form, over, str(error))
    try:
        draft = save_answer(
            visit.node, visit.key, asked.section, asked.question.name, said, digest_written(over)
        )
    except AnsweredMeanwhileError as error:
        return _both(visit, asked, said, error.theirs)
    following = _following(draft, asked)
    return _ask(_without_answers(visit), following) if following else _section(visit, asked.section)


def _without_answers(visit: Visit) -> Visit:
    """Return a visit in whose form only the code stands: the next page begins from the draft."""
    form = QueryDict(mutable=True)
    form[CODE] = visit.code
    return visit.with_form(form)


def digest_written(written: str) -> Digest:
    """Return the digest that a page sent back; that of nothing, if it is none."""
    try:
        return Digest(written)
    except InputError:
        return seen(None)


def _following(draft: Drafted, asked: Asked) -> str:
    """Return the next question of the section that nobody has answered; nothing after the last."""
    names = list(_asks(asked.section))
    after = names[names.index(asked.question.name) + 1 :]
    found = [name for name in after if draft.answer(asked.section, name) is None]
    return f"{asked.section}.{found[0]}" if found else ""


def _both(visit: Visit, asked: Asked, mine: object | None, theirs: object | None) -> HttpResponse:
    """Return the page that shows two answers to one question, and asks which one stays."""
    nothing = visit.say("draft.no_answer")
    values = {
        "label": in_(asked.label, visit.language),
        "at": f"{asked.section}.{asked.question.name}",
        "section": asked.section,
        "theirs": nothing if theirs is None else told(asked.question, theirs, visit.language),
        "mine": nothing if mine is None else told(asked.question, mine, visit.language),
        "kept": [] if mine is None else pairs(asked, mine, visit.zone),
        "over": seen(theirs),
    }
    step = f"save:{asked.section}.{asked.question.name}"
    return _page(visit, "both.html", step, values, 409)


# ------------------------------------------------------------------ who gets what


def _choose(visit: Visit, _about: str, news: str = "") -> HttpResponse:
    """Return for each section that was answered which bodies get it, to be chosen."""
    draft = open_draft(visit.node, visit.key)
    usual = offered(recipients(), draft.choices)
    sections = [
        {
            "name": name,
            "title": section_named(name, visit.language),
            "to": draft.choices.get(name) or usual,
            "openly": name in draft.openly,
        }
        for name, answers in draft.answers.items()
        if answers and name != SHARING
    ]
    stands = {SHARING: draft.answers.get(SHARING, {})}
    values = {
        "sections": sections,
        "wishes": wishes_asked(draft, usual, visit.language),
        "bodies": to_choose(visit),
        "over": seen_choices(draft.choices, draft.openly, stands),
        "news": visit.say(news) if news else "",
    }
    return _page(visit, "choose.html", "choose", values)


def _save_choices(visit: Visit, _about: str) -> HttpResponse:
    draft, at_hand = open_draft(visit.node, visit.key), bodies_at_hand(visit.node)
    said = wished(visit.form, draft)
    sections = [name for name, answers in {**draft.answers, **said}.items() if answers]
    choices = {
        name: [PartyId(each) for each in visit.form.getlist(f"to-{name}") if each in at_hand]
        for name in sections
    }
    openly = [
        name
        for name in sections
        if name != SHARING and visit.form.get(f"confidence-{name}") != "yes"
    ]
    over = digest_written(visit.form.get(OVER, ""))
    try:
        save_choices(visit.node, visit.key, choices, openly, over, said)
    except AnsweredMeanwhileError:
        return _choose(visit, "", "draft.chosen_meanwhile")
    return _tasks(visit)


# ------------------------------------------------------------------ check, and send


def _check(visit: Visit, _about: str) -> HttpResponse:
    """Return what each body would see; or what is missing before anything can be sent."""
    draft = open_draft(visit.node, visit.key)
    missing = [asked for section in draft.answers for asked in _missing(draft, section)]
    has_answers = any(draft.answers.values())
    chosen = any(draft.choices.get(name) for name, said in draft.answers.items() if said)
    if missing or not has_answers or not chosen:
        rows = [
            {"at": f"{each.section}.{each.question.name}", "label": in_(each.label, visit.language)}
            for each in missing
        ]
        values = {"missing": rows, "has_answers": has_answers, "chosen": chosen}
        return _page(visit, "not_ready.html", "check", values)
    whole = draft.report_of(report_form(), bodies())
    values = {
        "seen": seen_by(visit, whole),
        "kept": [(CODE, visit.code)],
        "change": "tasks",
        "unsent": [
            section_named(name, visit.language)
            for name, said in draft.answers.items()
            if said and not draft.choices.get(name)
        ],
    }
    return _page(visit, "check.html", "check", values)


def _send(visit: Visit, _about: str) -> HttpResponse:
    try:
        send_draft(visit.node, visit.key, report_form(), bodies())
    except NothingChangedError:
        return opened(visit, "back.nothing_new")
    except InputError:
        return _check(visit, "")
    return opened(visit, "back.added")


STEPS: Mapping[str, Step] = {
    "begin": _begin,
    "section": _section,
    "ask": _ask,
    "save": _save,
    "attach": attach,
    "detach": detach,
    "choose": _choose,
    "save_choices": _save_choices,
    "check": _check,
    "send": _send,
}
"""What can be asked of these pages; anything else is the task list."""

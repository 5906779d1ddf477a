"""Others engaged: one button tells the bodies that are ticked which others are engaged.

With it go how to reach the organisation, when not to call and what to leave alone. Nobody is ticked
beforehand, each body's copy is shown before it is sent, and nobody else gets anything.
"""

from collections.abc import Callable, Mapping

from django.http import HttpResponse, QueryDict

from comity.core.intake import Asked
from comity.core.terms import PartyId
from comity.node.draft import AnsweredMeanwhileError, Drafted, open_draft, seen_section
from comity.node.first_notice import bodies_at_hand
from comity.node.return_to_report import return_to_report
from comity.node.tell_others import (
    ENGAGEMENT,
    NAMED,
    Telling,
    tell_others,
    told_already,
    told_to_others,
)
from comity.node.update_report import NothingChangedError
from comity.shipped import recipients, report_form
from comity.web.front_door.asking import WrongAnswerError
from comity.web.front_door.coming_back import opened
from comity.web.front_door.drafting import OVER, digest_written
from comity.web.front_door.fields import checked_field, fields, name_of, pairs, report_asks
from comity.web.front_door.reporting import seen_by, to_choose
from comity.web.front_door.telling import answers_told, body_named
from comity.web.front_door.visiting import BACK, CODE, OTHERS, TO, Visit, ask_code, at_a_node
from comity.words.cards import capital

CHECK, CHANGE, SEND = "check", "change", "send"

ASKED_BEFORE = {"quiet_hours": ("contact", "quiet_hours")}
"""What a report may have answered elsewhere: it is filled in, and not asked a second time."""


@at_a_node(OTHERS)
def others_engaged(visit: Visit) -> HttpResponse:
    """Return the choices, what each body would get, or the report once it was sent."""
    if visit.request.method != "POST":
        return ask_code(visit)
    return STEPS.get(visit.step, _begin)(visit)


def _begin(visit: Visit) -> HttpResponse:
    draft = open_draft(visit.node, visit.key)
    return _asked(visit, _filled_in(visit, draft), {}, seen_section(draft, ENGAGEMENT))


def _change(visit: Visit) -> HttpResponse:
    return _asked(visit, visit.form, {}, visit.form.get(OVER, ""))


def _asks() -> dict[str, Asked]:
    form = report_form().sections[ENGAGEMENT]
    return {name: report_asks(form, question) for name, question in form.questions.items()}


def _filled_in(visit: Visit, draft: Drafted) -> QueryDict:
    """Return what the report says already, as somebody would write it: but nobody is ticked."""
    form = QueryDict(mutable=True)
    for name, asked in _asks().items():
        before = ASKED_BEFORE.get(name)
        said = draft.answer(ENGAGEMENT, name) or (draft.answer(*before) if before else None)
        if name != NAMED and said is not None:
            for key, value in pairs(asked, said, visit.zone):
                form.appendlist(key, value)
    return form


def _asked(
    visit: Visit, form: QueryDict, wrong: Mapping[str, str], over: str, news: str = ""
) -> HttpResponse:
    """Return the choices, with what was written, and what is wrong with it."""
    told, said_wrong, asks = told_already(visit.node, visit.key), visit.said_wrong(wrong), _asks()
    name = name_of(asks.pop(NAMED))
    stands = open_draft(visit.node, visit.key).answers.get(ENGAGEMENT) if news else None
    values = {
        "to": to_choose(visit),
        "chosen": form.getlist(TO),
        "wrong_to": said_wrong.get(TO, ""),
        "name": name,
        "names": {
            each.body: capital(body_named(each.body, visit.language))
            for each in recipients()
            if each.body in told
        },
        "named": form.getlist(name),
        "wrong_named": said_wrong.get(name, ""),
        "fields": list(fields(asks.values(), visit.written(form), said_wrong, visit.language)),
        "errors": list(said_wrong.items()),
        "over": over,
        "news": visit.say(news) if news else "",
        "stands": answers_told(ENGAGEMENT, stands, visit.language),
        "code": visit.code,
        "action": visit.address(OTHERS),
        "back": visit.address(BACK),
        "stays": ("answers", CHANGE),
    }
    return visit.page("others_engaged.html", OTHERS, values)


def _read(visit: Visit) -> tuple[Telling | None, dict[str, str]]:
    """Return who is to hear what; None and what is wrong, by field, if it cannot be told so."""
    told, asks = told_already(visit.node, visit.key), _asks()
    name, to = name_of(asks[NAMED]), visit.form.getlist(TO)
    named = set(visit.form.getlist(name))
    answers: dict[str, object] = {}
    wrong: dict[str, str] = {}
    for each, asked in asks.items():
        try:
            said = checked_field(asked, visit.written(visit.form))
        except WrongAnswerError as error:
            wrong[name_of(asked)] = str(error)
            continue
        if said is not None:
            answers[each] = said
    if not to or not bodies_at_hand(visit.node).issuperset(to):
        wrong[TO] = "error.to"
    if not named or not told.issuperset(named):
        wrong[name] = "error.named"
    elif any(named == {each} for each in to):
        wrong[name] = "error.itself"
    if wrong:
        return None, wrong
    return Telling(frozenset(map(PartyId, to)), answers), {}


def _check(visit: Visit) -> HttpResponse:
    """Return what each body would get, read from the very bytes that would be sealed for it."""
    over = visit.form.get(OVER, "")
    telling, wrong = _read(visit)
    if telling is None:
        return _asked(visit, visit.form, wrong, over)
    part = told_to_others(visit.node, visit.key, telling, report_form())
    shown = return_to_report(visit.node, visit.key)
    earlier = {each.body for each in shown.copies if ENGAGEMENT in each.sections} - telling.to
    values = {
        "seen": seen_by(visit, part),
        "earlier": [capital(body_named(each, visit.language)) for each in sorted(earlier)],
        "kept": [(CODE, visit.code), (OVER, over), *_kept(visit, telling)],
        "change": CHANGE,
        "action": visit.address(OTHERS),
        "stays": ("answers", CHECK),
    }
    return visit.page("check.html", OTHERS, values)


def _kept(visit: Visit, telling: Telling) -> list[tuple[str, str]]:
    """Return what was ticked and written as fields that nobody sees."""
    asks = _asks()
    written = [
        pair
        for name, said in telling.answers.items()
        for pair in pairs(asks[name], said, visit.zone)
    ]
    return [*((TO, each) for each in sorted(telling.to)), *written]


def _send(visit: Visit) -> HttpResponse:
    """Send it, and return the report; the choices again if they no longer hold."""
    telling, wrong = _read(visit)
    if telling is None:
        return _asked(visit, visit.form, wrong, visit.form.get(OVER, ""))
    over = digest_written(visit.form.get(OVER, ""))
    try:
        tell_others(visit.node, visit.key, telling, report_form(), over)
    except AnsweredMeanwhileError:
        now = seen_section(open_draft(visit.node, visit.key), ENGAGEMENT)
        return _asked(visit, visit.form, {}, now, "others.meanwhile")
    except NothingChangedError:
        return opened(visit, "back.nothing_new")
    return opened(visit, "others.told")


STEPS: Mapping[str, Callable[[Visit], HttpResponse]] = {
    CHECK: _check,
    CHANGE: _change,
    SEND: _send,
}
"""What can be asked of this page; anything else is the choices."""

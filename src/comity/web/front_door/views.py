"""Views: help, the questions and their outcome. They keep nothing, and send nothing anywhere."""

from collections.abc import Callable, Container, Mapping
from datetime import datetime, timedelta
from functools import cache, wraps
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.views.decorators.http import require_safe

from comity.core.language import Fact, Value
from comity.core.signposting import Answer, Signpost, next_question, signposts
from comity.signposts import calendar, rules
from comity.web.front_door.asking import (
    CHANGE,
    PARTS,
    QUESTION,
    Answers,
    Told,
    UnreadableError,
    WrongAnswerError,
    answered,
    in_address,
    read_answers,
)
from comity.web.front_door.fields import Written, read_told
from comity.web.front_door.pages import PREFIX, file_answer, language_of, now, page
from comity.web.front_door.visiting import SINCE
from comity.web.front_door.words import said
from comity.words.cards import capital, card, groups, in_language, local, reached
from comity.words.catalogue import Language
from comity.words.catalogue import say as words_of
from comity.words.questions import NO, YES, question
from comity.words.signposts import calendar_file, signposts_data

ASK, RESULT, TELL = "whom-to-tell", "whom-to-tell/result", "whom-to-tell/told"
ABOUT, AT = "about", "told-at"
"""Which rule a page asks about, and the fields in which one says when."""

TELLING = frozenset({ABOUT, AT, f"{AT}-sent", "reference", *(f"{AT}-{part}" for part in PARTS)})
"""The fields of the page on which one says that one has told somebody."""

LIVE = (("uk", "emergency"), ("ewni", "report_fraud"), ("scotland", "police_scotland"),
        ("northern_ireland", "psni"), ("uk", "ncsc"))  # fmt: skip
"""Whom to call of an attack that is going on, and where."""

ONE_HOUR = timedelta(hours=1)
View = Callable[[HttpRequest, Language], HttpResponse]
AnswersView = Callable[[HttpRequest, Language, Answers], HttpResponse]


@require_safe
def first_aid(request: HttpRequest, language: Language) -> HttpResponse:
    """Return the first page: whom to call at this hour, what to do, whom to tell."""
    at = now()
    dates, bodies = calendar(at.year), {each.body.id: each.body for each in rules().all}
    contacts = [
        {
            "where": said(f"place.{where}", language),
            "who": capital(in_language(bodies[id_].name, language)),
            "how": reached(bodies[id_], at, dates, language),
        }
        for where, id_ in LIVE
    ]
    values = {"contacts": contacts, "capital": capital, "when": local(at, dates, language)}
    return page(request, language, "first_aid.html", "", values)


@require_safe
def contain(request: HttpRequest, language: Language) -> HttpResponse:
    """Return the checklist of the first hour."""
    return page(request, language, "contain.html", "contain", {})


def reads_answers(path: str, besides: Container[str] = ()) -> Callable[[AnswersView], View]:
    """Let a view have what the address answers; one that cannot be read gets its own page."""

    def given(view: AnswersView) -> View:
        @wraps(view)
        def shown(request: HttpRequest, language: Language) -> HttpResponse:
            try:
                answers = read_answers(request.GET, rules().vocabulary.facts, rule_ids(), besides)
            except UnreadableError as error:
                return _unreadable(request, language, path, error)
            return view(request, language, answers)

        return shown

    return given


@require_safe
@reads_answers(ASK)
def ask(request: HttpRequest, language: Language, answers: Answers) -> HttpResponse:
    """Return the next question, the same one again with its error, or the way to the outcome."""
    facts = rules().vocabulary.facts
    at = now()
    asked = request.GET.get(QUESTION)
    if asked:
        fact = facts[asked]
        try:
            value = answered(request.GET, fact, at, calendar(at.year).zone)
        except WrongAnswerError as error:
            return _question(request, language, fact, answers, at, str(error))
        address = f"{PREFIX[language]}{ASK}{answers.with_(asked, value).query}"
        return HttpResponseRedirect(address)
    change = request.GET.get(CHANGE)
    following = facts[change] if change else _next(answers, at)
    if following is None:
        return HttpResponseRedirect(f"{PREFIX[language]}{RESULT}{answers.query}")
    return _question(request, language, following, answers, at, "")


def _next(answers: Answers, at: datetime) -> Fact | None:
    return next_question(rules(), answers.known, at, calendar(at.year), answers.passed)


def _question(  # noqa: PLR0913, PLR0917 - one for each thing that the page shows
    request: HttpRequest,
    language: Language,
    fact: Fact,
    answers: Answers,
    at: datetime,
    error: str,
) -> HttpResponse:
    dates = calendar(at.year)
    others = answers.without(fact.name)
    example = (at - ONE_HOUR).astimezone(dates.zone)
    put = {"example": f"{example:%d %m %Y, %H:%M}", "now": local(at, dates, language)}
    last = list(others.given)[-1:]
    back = f"{ASK}{others.without(last[0]).query}" if last else ""
    values = {
        "asked": question(fact, language),
        "hint": _hint(fact, language, put),
        "kept": others.pairs,
        "number": len(others.given) + 1,
        "chosen": request.GET.getlist(fact.name) or _chosen(answers, fact),
        "written": request.GET,
        "errors": [said(error, language, **put)] if error else [],
        "back": f"{PREFIX[language]}{back}",
        "action": f"{PREFIX[language]}{ASK}",
        "so_far": f"{PREFIX[language]}{RESULT}{others.query}",
    }
    return page(request, language, "question.html", ASK, values)


def _chosen(answers: Answers, fact: Fact) -> list[str]:
    """Return what was answered before, for a question that is asked again."""
    return [value for key, value in answers.pairs if key == fact.name]


def _hint(fact: Fact, language: Language, put: Mapping[str, str]) -> str:
    if fact.kind == "instant":
        return said("ask.instant_hint", language, **put)
    try:
        return said(f"hint.{fact.name}", language)
    except KeyError:
        return said("ask.several", language) if fact.kind == "set of" else ""


@require_safe
@reads_answers(RESULT)
def result(request: HttpRequest, language: Language, answers: Answers) -> HttpResponse:
    """Return whom to tell, by when and how, from what was answered."""
    at = now()
    dates, found = calendar(at.year), _found(answers, at)
    cards = [card(each, at, dates, language) for each in found]
    has_duty = any(each.answer in {Answer.NOW, Answer.MUST} for each in found)
    told = {each.rule.id: _told(each, answers, language) for each in found}
    values = {
        "told": told,
        "since": _since(answers),
        "tell": f"{PREFIX[language]}{TELL}{answers.query or '?'}",
        "guidance": words_of("guidance", language),
        "titles": {each.name: words_of(f"answer.{each.name.lower()}", language) for each in Answer},
        "capital": capital,
        "as_of": local(at, dates, language),
        "groups": list(groups(cards)),
        "not_needed": [each for each in cards if each.answer is Answer.NO],
        "has_duty": has_duty,
        "open": _next(answers, at) is not None,
        "answers": [_answer(answers, each, language) for each in answers.given],
        "ask": f"{PREFIX[language]}{ASK}{answers.query}",
        "query": answers.query,
    }
    return page(request, language, "result.html", RESULT, values)


def _since(answers: Answers) -> str:
    """Return since when the organisation knows, for the page on which it sends a first word."""
    at = answers.given.get("aware_at")
    return f"?{urlencode({SINCE: in_address(at)})}" if isinstance(at, datetime) else ""


def _told(each: Signpost, answers: Answers, language: Language) -> dict[str, str]:
    """Return what somebody has told of a duty already; nothing if they have not."""
    told, due = answers.told.get(each.rule.id), each.first_due
    if told is None:
        return {}
    when = local(told.at, calendar(told.at.year), language)
    in_time = (
        "" if due is None else said("told.in_time" if told.at <= due else "told.late", language)
    )
    back = answers.having_told(each.rule.id, None)
    return {
        "when": when,
        "in_time": in_time,
        "reference": told.reference,
        "back": f"{PREFIX[language]}{RESULT}{back.query}",
    }


@cache
def rule_ids() -> frozenset[str]:
    """Return the ids of all rules."""
    return frozenset(each.id for each in rules().all)


@require_safe
@reads_answers(TELL, TELLING)
def tell(request: HttpRequest, language: Language, answers: Answers) -> HttpResponse:
    """Return the question when somebody was told, and with which reference; or go back."""
    at, rule = now(), request.GET.get(ABOUT, "")
    if rule not in rule_ids():
        return HttpResponseRedirect(f"{PREFIX[language]}{RESULT}{answers.query}")
    written = Written(request.GET, at, calendar(at.year).zone)
    error = ""
    if request.GET.get(f"{AT}-sent"):
        try:
            told = Told(read_told(written, AT), written.one("reference"))
            back = answers.having_told(rule, told)
            return HttpResponseRedirect(f"{PREFIX[language]}{RESULT}{back.query}")
        except WrongAnswerError as wrong:
            error = str(wrong)
    return page(request, language, "tell.html", TELL, _telling(language, answers, written, error))


def _telling(
    language: Language, answers: Answers, written: Written, error: str
) -> dict[str, object]:
    rule = next(each for each in rules().all if each.id == written.one(ABOUT))
    dates = calendar(written.now.year)
    put = {
        "example": f"{(written.now - ONE_HOUR).astimezone(dates.zone):%d %m %Y, %H:%M}",
        "now": local(written.now, dates, language),
    }
    return {
        "whom": capital(in_language(rule.body.name, language)),
        "what": capital(in_language(rule.what, language)),
        "kept": answers.pairs,
        "rule": rule.id,
        "at": AT,
        "chosen": written.all(AT),
        "parts": {part: written.one(f"{AT}-{part}") for part in PARTS},
        "reference": written.one("reference"),
        "errors": [(AT if "reference" not in error else "reference", said(error, language, **put))]
        if error
        else [],
        "action": f"{PREFIX[language]}{TELL}",
        "back": f"{PREFIX[language]}{RESULT}{answers.query}",
    }


def _found(answers: Answers, at: datetime) -> tuple[Signpost, ...]:
    return signposts(rules(), answers.known, at, calendar(at.year))


def _answer(answers: Answers, name: str, language: Language) -> dict[str, str]:
    fact = rules().vocabulary.facts[name]
    asked = question(fact, language)
    query = answers.query
    return {
        "asked": asked.text,
        "said": _in_words(answers.given[name], dict(asked.options), language),
        "change": f"{PREFIX[language]}{ASK}{query}&{CHANGE}={name}",
    }


def _in_words(value: Value | None, options: Mapping[str, str], language: Language) -> str:
    match value:
        case None:
            return said("ask.unknown", language)
        case bool():
            return options[YES if value else NO]
        case frozenset():
            return "; ".join(options[each] for each in sorted(value))
        case datetime():
            return local(value, calendar(value.year), language)
        case _:
            return options[str(value)]


@require_safe
@reads_answers(RESULT)
def deadlines(_: HttpRequest, language: Language, answers: Answers) -> HttpResponse:
    """Return the deadlines as a calendar file."""
    at = now()
    return file_answer(
        "deadlines.ics", "text/calendar", calendar_file(_found(answers, at), at, language)
    )


@require_safe
@reads_answers(RESULT)
def data(_: HttpRequest, _language: Language, answers: Answers) -> HttpResponse:
    """Return the outcome as data."""
    at = now()
    told = {
        rule: {"at": each.at.isoformat(), "reference": each.reference}
        for rule, each in answers.told.items()
    }
    found = signposts_data(_found(answers, at), _next(answers, at))
    response = JsonResponse({**found, "told": told})
    response["Cache-Control"] = "no-store"
    return response


@require_safe
def small_print(request: HttpRequest, language: Language, about: str) -> HttpResponse:
    """Return a page about the pages."""
    return page(request, language, "small_print.html", about, {"about": about})


@require_safe
def health(_: HttpRequest) -> HttpResponse:
    """Say that the pages are served, and nothing else."""
    response = HttpResponse("ok\n", "text/plain")
    response["Cache-Control"] = "no-store"
    return response


def _unreadable(
    request: HttpRequest, language: Language, path: str, error: UnreadableError
) -> HttpResponse:
    what = "".join(each for each in str(error)[:40] if each.isprintable())
    values = {"what": what, "again": f"{PREFIX[language]}{ASK}"}
    return page(request, language, "unreadable.html", path, values, 400)


def nothing_here(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django's own signature
    """Return the page for an address that leads nowhere."""
    return page(request, language_of(request), "stopped.html", "", {"about": "missing"}, 404)


def too_large(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django's own signature
    """Return the page for a form that holds more than is taken."""
    return page(request, language_of(request), "stopped.html", "", {"about": "too_large"}, 400)


def failed(request: HttpRequest) -> HttpResponse:
    """Return the page for a defect of ours."""
    return page(request, language_of(request), "stopped.html", "", {"about": "failed"}, 500)

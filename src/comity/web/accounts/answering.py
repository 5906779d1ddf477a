"""Answering: what a body asks an organisation, and the yes, no or withdrawal of one of its people.

Everybody in the organisation who opens the report sees the question. A no and a withdrawal need a
part that lets one write; a yes needs a mandate, and a passkey or a one-time code at that moment.
"""

import logging
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from csp.decorators import csp_update
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse

from comity.core.consent import Assurance, Entitlement
from comity.core.terms import ConsentId, InputError, Section
from comity.node.answer_consent import answer_consent
from comity.node.confirm_answer import confirm_answer
from comity.node.look_as_counsel import look_as_counsel
from comity.node.node import NotPossibleError
from comity.node.prepare_answer import prepare_answer
from comity.node.return_codes import NoSuchReportError, NotAllowedError
from comity.node.show_question import (
    AskedAbout,
    OpenQuestion,
    check_may_answer,
    show_question,
)
from comity.node.withdraw_consent import withdraw_consent
from comity.shipped import recipients
from comity.store.records import Prepared
from comity.web.accounts.own_passkeys import (
    asks_for,
    code_is_right,
    has_code,
    has_passkey,
    signed,
)
from comity.web.accounts.pages import ALLOWED, SCRIPT
from comity.web.front_door.asking import WrongAnswerError, read_day
from comity.web.front_door.fields import in_
from comity.web.front_door.files import file_told
from comity.web.front_door.people import Errand, Step, for_people
from comity.web.front_door.signed_in import assurance_of
from comity.web.front_door.telling import (
    answers_told,
    body_named,
    clock_told,
    moment,
    section_named,
)
from comity.web.front_door.visiting import STEP
from comity.web.ui.environment import style_address
from comity.words.cards import capital

log = logging.getLogger(__name__)

SECTION, UNTIL = "section", "until"
CHOOSE, WHEN = "agree.choose", "agree.until_wrong"


@csp_update(ALLOWED["script"])
@for_people
def question(errand: Errand, consent: str) -> HttpResponse:
    """Return what a body asks, or answer it."""
    try:
        asked = ConsentId(consent)
    except InputError:
        raise NoSuchReportError from None
    shown = show_question(errand.node, errand.person, asked)
    step = STEPS.get(errand.one(STEP)) if errand.request.method == "POST" else None
    if step is None:
        return _shown(errand, shown)
    try:
        return step(errand, shown)
    except NotPossibleError as error:
        if isinstance(error, NoSuchReportError | NotAllowedError):
            raise
        log.warning("an answer was refused", exc_info=True)
        return _shown(errand, show_question(errand.node, errand.person, asked), "agree.refused")


def _shown(errand: Errand, shown: OpenQuestion, wrong: str = "") -> HttpResponse:
    """Return the question: who asks what for whom, and what a yes means, before any button."""
    at = UNTIL if wrong == WHEN else SECTION
    asked, may_agree = shown.asked, shown.entitlement is not Entitlement.NONE
    values = {
        **_about(errand, shown),
        "errors": [(at, errand.say(wrong))] if wrong else [],
        "parts": [
            {
                "section": each.section,
                "title": section_named(each.section, errand.language),
                "is_gone": each.is_gone,
                "answers": list(_words(errand, each)),
            }
            for each in shown.parts
        ],
        "chosen": errand.request.POST.getlist(SECTION),
        "written_until": errand.one(UNTIL),
        "answered": errand.say(f"consent.{shown.said.answer}") if shown.said else "",
        "agreed_until": moment(shown.said.end, errand.language) if shown.said else "",
        "by": errand.say(f"assurance.{shown.said.assurance}") if shown.said else "",
        "can_say_yes": may_agree
        and shown.is_open()
        and bool(shown.can_agree())
        and not shown.waits_for_counsel,
        "waits_for_counsel": shown.waits_for_counsel,
        "counsel_looked": asked.counsel is not None,
        "may_advise": shown.may_advise and shown.waits_for_counsel,
        "may_agree": may_agree,
        "is_open": shown.is_open(),
        "stands": shown.stands(),
    }
    return errand.page("accounts/question.html", values, 422 if wrong else 200)


def _words(errand: Errand, part: AskedAbout) -> Iterator[list[tuple[str, str]]]:
    """Yield the exact words that would be passed on, and what is said of files that would be."""
    for each in part.answers:
        yield answers_told(part.section, each, errand.language)
    for text in part.letters:
        yield [(errand.say("letter.words"), text)]
    if part.files:
        named = "\n".join(file_told(each, errand.language) for each in part.files)
        yield [(errand.say("letter.files"), named)]


def _about(errand: Errand, shown: OpenQuestion) -> dict[str, object]:
    """Return what both pages say of a question: in whose words, for what, until when."""
    asked, language = shown.asked, errand.language
    to = next((each for each in recipients() if each.body == asked.recipient), None)
    return {
        "who": capital(body_named(asked.discloser, language)),
        "whom": body_named(asked.recipient, language),
        "purpose": errand.say(f"purpose.{asked.purpose}"),
        "until": moment(asked.until, language),
        "why": shown.why,
        "clauses": ", ".join(asked.clauses),
        "means": [in_(each, language) for each in to.yes] if to else [],
        "clock": clock_told(to, shown.aware_at, shown.now, language) if to else "",
        "url": reverse,
    }


# ---------------------------------------------------------------- yes


def _yes(errand: Errand, shown: OpenQuestion) -> HttpResponse:
    """Return what exactly would be said, for a passkey or a one-time code to confirm."""
    try:
        wanted = _wanted(errand, shown)
    except WrongAnswerError as error:
        return _shown(errand, shown, str(error))
    return _to_confirm(errand, shown, wanted)


class Wanted(NamedTuple):
    """What somebody is about to agree to: which parts, until when."""

    sections: frozenset[Section]
    end: datetime


def _wanted(errand: Errand, shown: OpenQuestion) -> Wanted:
    """Return what was chosen. It ends with a day that was named, else when it was asked to.

    Raises:
        WrongAnswerError: nothing that can be agreed to was chosen, or the day is none to come.
    """
    chosen = frozenset(errand.request.POST.getlist(SECTION))
    if not chosen or not chosen <= set(shown.can_agree()):
        raise WrongAnswerError(CHOOSE)
    written = errand.one(UNTIL)
    try:
        end = read_day(written) + timedelta(days=1) if written else shown.asked.until
    except WrongAnswerError:
        raise WrongAnswerError(WHEN) from None
    if end <= shown.now:
        raise WrongAnswerError(WHEN)
    return Wanted(frozenset(map(Section, chosen)), min(end, shown.asked.until))


def _to_confirm(
    errand: Errand, shown: OpenQuestion, wanted: Wanted, wrong: str = ""
) -> HttpResponse:
    touch, prepared = None, None
    if has_passkey(errand.request):
        consent = shown.asked.consent
        prepared = prepare_answer(errand.node, consent, wanted.sections, errand.person, wanted.end)
        touch = asks_for(errand.request, prepared.challenge)
    values = {
        **_about(errand, shown),
        "errors": [("code", errand.say(wrong))] if wrong else [],
        "parts": [
            {
                "title": section_named(each.section, errand.language),
                "answers": list(_words(errand, each)),
            }
            for each in shown.parts
            if each.section in wanted.sections
        ],
        "sections": sorted(wanted.sections),
        "ends": moment(wanted.end, errand.language),
        "written_until": errand.one(UNTIL),
        "prepared": prepared.id if prepared else "",
        "takes_back": bool(prepared and _others(prepared)),
        "js_data": touch,
        "has_code": has_code(errand.request),
        "script": style_address(SCRIPT),
        "address": errand.request.path,
    }
    return errand.page("accounts/confirm.html", values, 422 if wrong else 200)


def _others(prepared: Prepared) -> set[ConsentId]:
    """Return the older answers that a yes by passkey takes back whole: it signs no other again."""
    return {each.consent for each in prepared.said} - {prepared.consent}


def _touch(errand: Errand, shown: OpenQuestion) -> HttpResponse:
    assertion = signed(errand.request, errand.one("credential"))
    if assertion is None:
        return _shown(errand, shown, "agree.not_yours")
    confirm_answer(errand.node, errand.one("prepared"), assertion, errand.person)
    return _to_question(shown)


def _code(errand: Errand, shown: OpenQuestion) -> HttpResponse:
    try:
        wanted = _wanted(errand, shown)
    except WrongAnswerError as error:
        return _shown(errand, shown, str(error))
    if not code_is_right(errand.request, errand.one("code")):
        return _to_confirm(errand, shown, wanted, "account.error.incorrect_code")
    consent, by = shown.asked.consent, Assurance.TOTP
    answer_consent(errand.node, consent, wanted.sections, by, errand.person, wanted.end)
    return _to_question(shown)


# ---------------------------------------------------------------- no, and taking back


def _no(errand: Errand, shown: OpenQuestion) -> HttpResponse:
    consent = shown.asked.consent
    check_may_answer(errand.node, errand.person, consent)
    answer_consent(errand.node, consent, frozenset(), _weak(errand), errand.person)
    return _to_question(shown)


def _withdraw(errand: Errand, shown: OpenQuestion) -> HttpResponse:
    consent = shown.asked.consent
    check_may_answer(errand.node, errand.person, consent)
    withdraw_consent(errand.node, consent, _weak(errand), errand.person)
    return _to_question(shown)


def _looked(errand: Errand, shown: OpenQuestion) -> HttpResponse:
    look_as_counsel(errand.node, errand.person, shown.asked.consent)
    return _to_question(shown)


def _weak(errand: Errand) -> Assurance:
    """Return how sure it is who says no. It is not asked for, and need not be recent."""
    return assurance_of(errand.request, within=None) or Assurance.RETURN_CODE


def _to_question(shown: OpenQuestion) -> HttpResponse:
    """Return to the question, so that loading the page again answers nothing again."""
    address = reverse("account_question", kwargs={"consent": shown.asked.consent})
    return HttpResponseRedirect(address)


STEPS: Mapping[str, Step] = {
    "yes": _yes,
    "touch": _touch,
    "code": _code,
    "no": _no,
    "withdraw": _withdraw,
    "looked": _looked,
}
"""What can be asked of this page; anything else is the question itself."""

"""People: for whoever signed in, their organisations and reports, and who works on them."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import wraps

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from comity.bootstrap import this_node
from comity.core.intake import MAY, May, MemberRole
from comity.core.terms import InputError, OrganisationId, PersonId
from comity.node.draft import begin_draft, open_draft
from comity.node.mandates import Speaker
from comity.node.members import (
    NoSuchOrganisationError,
    Offer,
    accept,
    invite,
    leave,
    register,
)
from comity.node.node import Node, NotPossibleError
from comity.node.return_codes import (
    ByAccount,
    NoSuchReportError,
    NotAllowedError,
    Ticket,
    new_ticket,
)
from comity.node.show_members import Colleague, Workplace, workplace, workplaces
from comity.node.take_up import take_up
from comity.node.vouch_for import vouch_for
from comity.web.front_door.asking import WrongAnswerError, read_day
from comity.web.front_door.pages import PREFIX, language_of, now, page
from comity.web.front_door.signed_in import (
    assurance_of,
    confirms_at,
    has_second_step,
    person_of,
)
from comity.web.front_door.telling import moment
from comity.web.front_door.visiting import BACK, BY_ACCOUNT, STEP, TICKET
from comity.web.front_door.words import said
from comity.words.catalogue import Language

log = logging.getLogger(__name__)

HOME, PLACE = "account/", "account/organisations/"
MOST_NAME = 100
WRITTEN = ("called", "role", "only", "until")
"""What is written of whoever is invited; it stands there again only if something is wrong."""
NAMED = ("contact", "organisation_name")
"""Where a report says what the organisation is called."""


@dataclass(frozen=True, slots=True)
class Errand:
    """What somebody who signed in came for."""

    request: HttpRequest
    language: Language
    node: Node
    person: PersonId

    def say(self, key: str, **put: object) -> str:
        """Return a sentence in the language of the page."""
        return said(key, self.language, **put)

    def one(self, name: str) -> str:
        """Return what was written in a field; nothing if there is none."""
        return str(self.request.POST.get(name, "")).strip()

    def page(self, template: str, values: Mapping[str, object], status: int = 200) -> HttpResponse:
        """Return a page."""
        path = self.request.path_info.removeprefix(PREFIX[self.language])
        return page(self.request, self.language, template, path, values, status)


View = Callable[..., HttpResponse]
Step = Callable[..., HttpResponse]


def for_people(view: View) -> View:
    """Let a view have whoever signed in with a second step; nobody else sees it."""

    @require_http_methods(["GET", "HEAD", "POST"])
    @sensitive_post_parameters()
    @wraps(view)
    def shown(request: HttpRequest, **named: str) -> HttpResponse:
        language = language_of(request)
        if not request.user.is_authenticated:
            return HttpResponseRedirect(f"{reverse('account_login')}?next={request.path}")
        if not has_second_step(request):
            return HttpResponseRedirect(reverse("mfa_index"))
        person = person_of(request)
        if person is None:  # who was there a moment ago is not any more
            return HttpResponseRedirect(reverse("account_login"))
        errand = Errand(request, language, this_node(), person)
        try:
            return view(errand, **named)
        except (NoSuchOrganisationError, NoSuchReportError):
            log.warning("somebody asked for what is not theirs")
            return errand.page("stopped.html", {"about": "not_yours"}, 404)
        except NotAllowedError:
            log.warning("somebody may not do that")
            return errand.page("stopped.html", {"about": "not_allowed"}, 403)

    return shown


# ---------------------------------------------------------------- one's own page


@for_people
def home(errand: Errand) -> HttpResponse:
    """Return what somebody works with, or do what they asked."""
    step = STEPS.get(errand.one(STEP)) if errand.request.method == "POST" else None
    if step is None:
        return _home(errand)
    try:
        return step(errand)
    except NoSuchReportError:
        return _home(errand, ("code", "error.code"))
    except NotPossibleError as error:
        log.warning("an errand was refused", exc_info=True)
        wrong = "people.not_invited" if errand.one(STEP) == "join" else "people.taken"
        if isinstance(error, NotAllowedError | NoSuchOrganisationError):
            raise
        return _home(errand, ("invitation" if errand.one(STEP) == "join" else "code", wrong))


def _home(errand: Errand, wrong: tuple[str, str] | None = None) -> HttpResponse:
    found = workplaces(errand.node, errand.person)
    values = {
        "errors": [(wrong[0], errand.say(wrong[1]))] if wrong else [],
        "signed_in_as": errand.request.user.get_username(),
        "person": errand.person,
        "places": [_place(errand, each) for each in found],
        "written": {
            each: errand.one(each) for each in ("code", "invitation", "called", "own_called")
        },
        "open": f"{PREFIX[errand.language]}{BACK}",
        "url": reverse,
    }
    return errand.page("home.html", values, 422 if wrong else 200)


def _place(errand: Errand, found: Workplace) -> dict[str, object]:
    """Return an organisation as the page shows it: its reports, by the name that they say."""
    return {
        "id": found.organisation,
        "role": errand.say(f"people.role.{found.own.role}"),
        "speaks": _speaks(errand, found.own),
        "may_write": found.own.report is None and May.WRITE in MAY[found.own.role],
        "address": reverse("account_organisation", kwargs={"organisation": found.organisation}),
        "reports": [
            {"key": f"{BY_ACCOUNT}{each}", "id": each, "name": _name(errand, each)}
            for each in found.reports
        ],
    }


def _name(errand: Errand, report: str) -> str:
    draft = open_draft(errand.node, ByAccount(errand.person, report))
    return str(draft.answer(*NAMED) or errand.say("people.no_name"))


def _speaks(errand: Errand, who: Colleague) -> str:
    if who.speaks_until is None:
        return errand.say("people.speaks_not")
    how = errand.say(f"people.speaks.{who.speaks}")
    until = moment(who.speaks_until, errand.language)
    return errand.say("people.speaks_until", how=how, when=until)


def _take_up(errand: Errand) -> HttpResponse:
    called = _called(errand, "called")
    if not called:
        return _home(errand, ("called", "people.called_missing"))
    take_up(errand.node, errand.person, called, errand.one("code"))
    return _to_home()


def _join(errand: Errand) -> HttpResponse:
    accept(errand.node, errand.person, errand.one("invitation"))
    return _to_home()


def _register(errand: Errand) -> HttpResponse:
    called = _called(errand, "own_called")
    if not called:
        return _home(errand, ("own_called", "people.called_missing"))
    register(errand.node, errand.person, called)
    return _to_home()


def _begin(errand: Errand) -> HttpResponse:
    begin_draft(errand.node, errand.person, organisation_of(errand.one("organisation")))
    return _to_home()


STEPS: Mapping[str, Step] = {
    "take_up": _take_up,
    "join": _join,
    "register": _register,
    "begin": _begin,
}
"""What can be asked of one's own page."""


def _to_home() -> HttpResponse:
    return HttpResponseRedirect(reverse("account_home"))


def _called(errand: Errand, name: str) -> str:
    """Return how somebody wants to be called by colleagues; nothing if that cannot be a name."""
    written = " ".join(errand.one(name).split())
    return written if len(written) <= MOST_NAME and written.isprintable() else ""


def organisation_of(written: str) -> OrganisationId:
    """Return the organisation that an address or a form names.

    Raises:
        NoSuchOrganisationError: it names none.
    """
    try:
        return OrganisationId(written)
    except InputError:
        raise NoSuchOrganisationError from None


# ---------------------------------------------------------------- an organisation's people


@for_people
def organisation(errand: Errand, organisation: str) -> HttpResponse:
    """Return who works with an organisation's reports, or do what was asked with them."""
    place = workplace(errand.node, errand.person, organisation_of(organisation))
    step = STEPS_AT_PLACE.get(errand.one(STEP)) if errand.request.method == "POST" else None
    if step is None:
        return _people(errand, place)
    try:
        return step(errand, place)
    except (NotAllowedError, NoSuchOrganisationError):
        raise
    except NotPossibleError:
        log.warning("an errand was refused", exc_info=True)
        return _people(errand, place, {"people": errand.say(f"people.cannot_{errand.one(STEP)}")})


def _people(
    errand: Errand, place: Workplace, wrong: Mapping[str, str] | None = None, code: str = ""
) -> HttpResponse:
    values = {
        "errors": list((wrong or {}).items()),
        "invitation": code,
        "id": place.organisation,
        "own": _shown(errand, place.own),
        "people": [_shown(errand, each) for each in place.colleagues],
        "may_invite": place.is_managed(),
        "may_vouch": place.own.speaks_until is not None,
        "roles": [
            (each, errand.say(f"people.role.{each}"), errand.say(f"people.role_may.{each}"))
            for each in MemberRole
        ],
        "reports": place.reports,
        "ticket": (errand.one(TICKET) if wrong else "") or new_ticket(errand.node),
        "written": {each: errand.one(each) if wrong else "" for each in WRITTEN},
        "url": reverse,
    }
    return errand.page("people.html", values, 422 if wrong else 200)


def _shown(errand: Errand, who: Colleague) -> dict[str, object]:
    return {
        "person": who.person,
        "called": who.called,
        "role": errand.say(f"people.role.{who.role}"),
        "report": who.report or "",
        "until": moment(who.until, errand.language) if who.until else "",
        "speaks": _speaks(errand, who),
    }


def _invite(errand: Errand, place: Workplace) -> HttpResponse:
    called, wrong = _called(errand, "called"), {}
    if not called:
        wrong["called"] = errand.say("people.called_missing")
    if errand.one("role") not in set(MemberRole):
        wrong["role"] = errand.say("people.role_missing")
    try:
        until = _until(errand)
    except WrongAnswerError:
        until, wrong["until"] = None, errand.say("people.until_wrong", example=_example())
    try:
        ticket = Ticket(errand.one(TICKET))
    except InputError:
        raise NotPossibleError("this page is not one of ours", "begin again") from None
    if wrong:
        return _people(errand, place, wrong)
    role, only = MemberRole(errand.one("role")), errand.one("only") or None
    offer = Offer(role, called, only, until)
    code = invite(errand.node, errand.person, place.organisation, offer, ticket)
    return _people(errand, place, code=code)


def _until(errand: Errand) -> datetime | None:
    written = errand.one("until")
    return read_day(written) + timedelta(days=1) if written else None


def _example() -> str:
    return f"{now() + timedelta(days=90):%d %m %Y}"


def _leave(errand: Errand, place: Workplace) -> HttpResponse:
    who = _person(errand)
    leave(errand.node, errand.person, place.organisation, who)
    if who == errand.person:
        return _to_home()
    return HttpResponseRedirect(errand.request.path)


def _vouch(errand: Errand, place: Workplace) -> HttpResponse:
    """Let somebody speak for the organisation, for as long as whoever vouches does."""
    assurance = assurance_of(errand.request)
    if assurance is None:
        confirm = reverse(confirms_at(errand.request))
        return HttpResponseRedirect(f"{confirm}?next={errand.request.path}")
    who, until = _person(errand), place.own.speaks_until
    if until is None or who not in {each.person for each in place.colleagues}:
        raise NoSuchOrganisationError
    vouch_for(errand.node, Speaker(place.organisation, who, until), errand.person, assurance)
    return HttpResponseRedirect(errand.request.path)


def _person(errand: Errand) -> PersonId:
    try:
        return PersonId(errand.one("person"))
    except InputError:
        raise NoSuchOrganisationError from None


STEPS_AT_PLACE: Mapping[str, Step] = {"invite": _invite, "leave": _leave, "vouch": _vouch}
"""What can be asked of an organisation's page."""

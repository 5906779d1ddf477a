"""Identity: which organisation it is, as its people show it and as the bodies are told."""

import logging
from collections.abc import Mapping
from threading import Lock

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse

from comity.core.identification import LookUp, record_name, record_text
from comity.core.intake import May
from comity.core.terms import InputError, OrganisationId
from comity.node.ask_for_domain import ask_for_domain
from comity.node.check_domain import check_domain
from comity.node.node import NotPossibleError
from comity.node.return_codes import NotAllowedError
from comity.node.show_members import Workplace, workplace
from comity.node.show_organisation import show_organisation
from comity.node.state_registration import state_registration
from comity.shipped import registers
from comity.web.front_door.people import Errand, Step, for_people, organisation_of
from comity.web.front_door.telling import moment
from comity.web.front_door.visiting import STEP

log = logging.getLogger(__name__)

WRONG_NUMBER = ("number", "identity.wrong_number")
WRONG_DOMAIN = ("domain", "identity.wrong_domain")
"""Which field is wrong, and what is said."""

ONE_LOOK_UP = Lock()
"""A name server may take seconds to answer: one is asked at a time, so that pages are served."""


@for_people
def identity(errand: Errand, organisation: str) -> HttpResponse:
    """Return what an organisation has shown of who it is, or take something more."""
    place = workplace(errand.node, errand.person, organisation_of(organisation))
    step = STEPS.get(errand.one(STEP)) if errand.request.method == "POST" else None
    if step is None:
        return _shown(errand, place)
    if not place.is_managed():
        raise NotAllowedError(May.INVITE)
    try:
        return step(errand, place)
    except InputError:
        is_number = errand.one(STEP) == "state"
        return _shown(errand, place, WRONG_NUMBER if is_number else WRONG_DOMAIN)
    except NotPossibleError:
        log.warning("an errand was refused", exc_info=True)
        return _shown(errand, place, ("domain", "identity.cannot"))


def _shown(errand: Errand, place: Workplace, wrong: tuple[str, str] | None = None) -> HttpResponse:
    found = show_organisation(errand.node, place.organisation)
    values = {
        "errors": [(wrong[0], errand.say(wrong[1]))] if wrong else [],
        "id": place.organisation,
        "told": errand.say(f"identity.is.{found.identified}"),
        "numbers": [
            {
                "register": _register(errand, each.registration.register),
                "number": each.registration.number,
                "state": errand.say(
                    "identity.looked_up" if each.held.looked_up else "identity.stated"
                ),
            }
            for each in found.numbers
        ],
        "domains": [
            {
                "domain": each.asked.domain,
                "name": record_name(each.asked.domain),
                "text": record_text(each.asked.token),
                "until": moment(each.held.until, errand.language),
                "proved": moment(each.held.proved.at, errand.language) if each.held.proved else "",
                "in_incident": bool(each.held.proved and each.held.proved.in_incident),
                "is_open": each.held.is_open_at(errand.node.now()),
            }
            for each in found.domains
        ],
        "registers": [(each, _register(errand, each)) for each in registers().all],
        "may_change": place.is_managed(),
        "written": {each: errand.one(each) for each in ("register", "number", "domain")},
        "back": reverse("account_organisation", kwargs={"organisation": place.organisation}),
    }
    return errand.page("identity.html", values, 422 if wrong else 200)


def _register(errand: Errand, register: str) -> str:
    return errand.say(f"identity.register.{register}")


def _state(errand: Errand, place: Workplace) -> HttpResponse:
    found = registers().read(errand.one("register"), errand.one("number"))
    state_registration(errand.node, place.organisation, found)
    return _again(place.organisation)


def _domain(errand: Errand, place: Workplace) -> HttpResponse:
    ask_for_domain(errand.node, place.organisation, errand.one("domain"))
    return _again(place.organisation)


def _check(errand: Errand, place: Workplace) -> HttpResponse:
    """Ask a name server, if none is being asked."""
    if not ONE_LOOK_UP.acquire(blocking=False):
        return _shown(errand, place, ("domain", "identity.busy"))
    try:
        checked = check_domain(errand.node, place.organisation, errand.one("domain"))
    finally:
        ONE_LOOK_UP.release()
    if checked.found is LookUp.FOUND:
        return _again(place.organisation)
    return _shown(errand, place, ("domain", f"identity.{checked.found}"))


def _again(organisation: OrganisationId) -> HttpResponse:
    """Return to the page, so that loading it again does nothing again."""
    return HttpResponseRedirect(reverse("account_identity", kwargs={"organisation": organisation}))


STEPS: Mapping[str, Step] = {"state": _state, "domain": _domain, "check": _check}
"""What can be asked of this page; anything else is the page itself."""

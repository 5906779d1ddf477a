"""Mail: where one of an organisation's people is told that there is something to read, if at all.

Everybody sees and changes their own address alone, after their second step. Nothing is sent to it
by this: who reads a mail shows nothing that counts here.
"""

import logging
from collections.abc import Mapping

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse

from comity.core.terms import InputError, OrganisationId
from comity.node.mail_address import ToldAt, leave_address, take_address_away, told_where
from comity.web.front_door.people import Errand, Step, for_people, organisation_of
from comity.web.front_door.signed_in import assurance_of, confirms_at
from comity.web.front_door.visiting import STEP

log = logging.getLogger(__name__)

OUTSIDE = "outside"
"""The box by which somebody says that an address is outside the affected systems."""
YES = "yes"


@for_people
def mail(errand: Errand, organisation: str) -> HttpResponse:
    """Return where whoever asks is told, or change it."""
    place = organisation_of(organisation)
    step = STEPS.get(errand.one(STEP)) if errand.request.method == "POST" else None
    if step is None:
        return _shown(errand, place)
    told_where(errand.node, errand.person, place)
    if assurance_of(errand.request) is None:
        confirm = reverse(confirms_at(errand.request))
        return HttpResponseRedirect(f"{confirm}?next={errand.request.path}")
    return step(errand, place)


def _shown(
    errand: Errand, place: OrganisationId, wrong: Mapping[str, str] | None = None
) -> HttpResponse:
    found = told_where(errand.node, errand.person, place)
    values = {
        "errors": [(name, errand.say(key)) for name, key in (wrong or {}).items()],
        "id": place,
        "told": found,
        "state": _state(errand, found),
        "written": errand.one("address") if wrong else "",
        "is_outside": bool(wrong) and errand.one(OUTSIDE) == YES,
        "identity": reverse("account_identity", kwargs={"organisation": place}),
        "back": reverse("account_organisation", kwargs={"organisation": place}),
    }
    return errand.page("mail.html", values, 422 if wrong else 200)


def _state(errand: Errand, found: ToldAt | None) -> str:
    """Return whether whoever asks is told, in a sentence."""
    if found is None:
        return errand.say("mail.off")
    if errand.node.notifier is None:
        return errand.say("mail.nobody")
    return errand.say("mail.used" if found.is_used else "mail.not_used")


def _tell(errand: Errand, place: OrganisationId) -> HttpResponse:
    if errand.one(OUTSIDE) != YES:
        return _shown(errand, place, {OUTSIDE: "mail.not_outside"})
    try:
        leave_address(errand.node, errand.person, place, errand.one("address"))
    except InputError:
        log.warning("an address was refused", exc_info=True)
        return _shown(errand, place, {"address": "mail.wrong"})
    return HttpResponseRedirect(errand.request.path)


def _stop(errand: Errand, place: OrganisationId) -> HttpResponse:
    take_address_away(errand.node, errand.person, place)
    return HttpResponseRedirect(errand.request.path)


STEPS: Mapping[str, Step] = {"tell": _tell, "stop": _stop}
"""What can be asked of this page; anything else is the page itself."""

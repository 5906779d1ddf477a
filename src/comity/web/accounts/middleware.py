"""Middleware: in which language an address is, and when somebody is signed out."""

from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import translation

from comity import settings as own
from comity.web.front_door.pages import PREFIX, language_of, now

SINCE, SEEN = "since", "seen"
LONGEST = 12 * 3600
"""Seconds after which somebody signs in anew, whatever they do."""
LOOK_AGAIN = 5 * 60
"""Seconds after which it is written down that somebody is still there."""

Answering = Callable[[HttpRequest], HttpResponse]


def language_of_address(answer: Answering) -> Answering:
    """Let whatever is addressed within a request be in the request's own language."""

    def answered(request: HttpRequest) -> HttpResponse:
        with translation.override(language_of(request)):
            return answer(request)

    return answered


def at_one_address(answer: Answering) -> Answering:
    """Send whoever asks for an account elsewhere to the address that passkeys are made for.

    A cookie and a passkey belong to one name, and what is sent for an account has to come from it.
    """

    def answered(request: HttpRequest) -> HttpResponse:
        origin = own.origin()
        is_account = request.path_info.removeprefix(PREFIX[language_of(request)]).lstrip("/")
        if not is_account.startswith("account/") or request.method == "POST":
            return answer(request)
        if request.META.get("HTTP_HOST") == urlsplit(origin).netloc:
            return answer(request)
        return HttpResponseRedirect(f"{origin}{request.get_full_path()}")

    return answered


def ends_sessions(answer: Answering) -> Answering:
    """End a session after its time. One that is used is kept alive, and no visitor gets any."""

    def answered(request: HttpRequest) -> HttpResponse:
        at, session = int(now().timestamp()), request.session
        if request.COOKIES.get(settings.SESSION_COOKIE_NAME) and session.get("_auth_user_id"):
            if at - session.setdefault(SINCE, at) >= LONGEST:
                session.flush()
            elif at - session.get(SEEN, 0) >= LOOK_AGAIN:
                session[SEEN] = at
        return answer(request)

    return answered

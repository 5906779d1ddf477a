"""Pages: what every page of a front door has: its layout, its languages, who runs it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import content_disposition_header

from comity import settings
from comity.shipped import notice
from comity.signposts import welsh_reviewed_by
from comity.web.front_door.words import said
from comity.web.ui.environment import ICON, style_address
from comity.words.cards import capital
from comity.words.catalogue import Language

PREFIX = {Language.ENGLISH: "/", Language.WELSH: "/cy/"}
FOOT = ("accessibility", "privacy", "cookies")


@dataclass(frozen=True, slots=True)
class Link:
    """A link: where it leads, what it says, and for a language its code."""

    address: str
    name: str
    code: str = ""


def language_of(request: HttpRequest) -> Language:
    """Return the language of a request's address."""
    is_welsh = request.path_info.startswith(PREFIX[Language.WELSH])
    return Language.WELSH if is_welsh else Language.ENGLISH


def now() -> datetime:
    """Return the time, in UTC."""
    return timezone.now().astimezone(UTC)


def page(  # noqa: PLR0913, PLR0917 - one for each thing that a page is made of
    request: HttpRequest,
    language: Language,
    template: str,
    path: str,
    values: Mapping[str, object],
    status: int = 200,
) -> HttpResponse:
    """Return a page in the layout that all share.

    A page that answers a form says in `stays` which form brings it again, and as which step: its
    languages are then buttons of that form, so that nothing that was written is lost.
    """
    about = layout(request, language, path)
    response = render(request, template, {**about, **values}, status=status)
    response["Content-Language"] = str(language)
    response["Cache-Control"] = "no-store"
    return response


def layout(request: HttpRequest, language: Language, path: str) -> dict[str, object]:
    """Return what the layout that all pages share puts in."""
    query = f"?{request.META['QUERY_STRING']}" if request.META.get("QUERY_STRING") else ""
    languages = [
        Link(
            "" if each is language else f"{PREFIX[each]}{path}{query}", said("language", each), each
        )
        for each in Language
    ]
    return {
        "say": lambda key, **put: said(key, language, **put),
        "language": str(language),
        "languages": languages,
        "home": PREFIX[language],
        "account": f"{PREFIX[language]}account/" if settings.has_accounts() else "",
        "foot": [
            Link(f"{PREFIX[language]}{each}", said(f"{each}.title", language)) for each in FOOT
        ],
        "icon": style_address(ICON),
        "notice": notice_in(language).replace("\n", " "),
        "exercise": said("exercise", language) if settings.is_exercise() else "",
        "operator": settings.operator(),
        "unreviewed": language is Language.WELSH and not welsh_reviewed_by(),
    }


def notice_in(language: Language) -> str:
    """Return what every page and form says first: that it is a demonstration, or an exercise."""
    lines = (notice() if language is Language.ENGLISH else notice("text_cy")).splitlines()
    exercise = [said("exercise.notice", language)] if settings.is_exercise() else []
    return "\n".join([*exercise, *(f"{capital(each)}." for each in lines)])


def file_answer(name: str, kind: str, data: bytes) -> HttpResponse:
    """Return a file to take away; one of an exercise says so in its name."""
    marked = f"exercise-{name}" if settings.is_exercise() else name
    response = HttpResponse(data, kind)
    response["Content-Disposition"] = content_disposition_header(
        as_attachment=True, filename=marked
    )
    response["Cache-Control"] = "no-store"
    return response

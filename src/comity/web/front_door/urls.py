"""URLs: every page of a front door, in each of its languages."""

from importlib import import_module

from django.urls import URLPattern, URLResolver, path

from comity import settings
from comity.web.front_door import programs, views
from comity.web.front_door.coming_back import come_back
from comity.web.front_door.drafting import report
from comity.web.front_door.letters import letters
from comity.web.front_door.others_engaged import others_engaged
from comity.web.front_door.own_forms import own_forms
from comity.web.front_door.pages import FOOT, PREFIX
from comity.web.front_door.reporting import notice
from comity.web.front_door.visiting import BACK, FIRST, MESSAGES, OTHERS, OWN, REPORT
from comity.words.catalogue import Language

PAGES_OF_ACCOUNTS = "comity.web.accounts.urls"


def pages(language: Language) -> list[URLPattern]:
    """Return the pages in a language."""
    prefix, said = PREFIX[language].removeprefix("/"), {"language": language}
    return [
        path(prefix, views.first_aid, said, f"first_aid.{language}"),
        path(f"{prefix}contain", views.contain, said, f"contain.{language}"),
        path(f"{prefix}{views.ASK}", views.ask, said, f"ask.{language}"),
        path(f"{prefix}{views.RESULT}", views.result, said, f"result.{language}"),
        path(f"{prefix}{views.TELL}", views.tell, said, f"tell.{language}"),
        path(f"{prefix}{views.RESULT}.ics", views.deadlines, said, f"deadlines.{language}"),
        path(f"{prefix}{views.RESULT}.json", views.data, said, f"data.{language}"),
        path(f"{prefix}{FIRST}", notice, said, f"notice.{language}"),
        path(f"{prefix}{REPORT}", report, said, f"report.{language}"),
        path(f"{prefix}{BACK}", come_back, said, f"come_back.{language}"),
        path(f"{prefix}{OTHERS}", others_engaged, said, f"others_engaged.{language}"),
        path(f"{prefix}{MESSAGES}", letters, said, f"letters.{language}"),
        path(f"{prefix}{OWN}", own_forms, said, f"own_forms.{language}"),
        *(
            path(
                f"{prefix}{about}",
                views.small_print,
                {**said, "about": about},
                f"{about}.{language}",
            )
            for about in FOOT
        ),
    ]


PAGES = [
    *(each for language in Language for each in pages(language)),
    path("health", views.health),
]
"""What a front door shows to anybody, with an account or without."""

urlpatterns: list[URLPattern | URLResolver] = [
    *PAGES,
    *programs.urlpatterns,
    *(import_module(PAGES_OF_ACCOUNTS).urlpatterns if settings.has_accounts() else ()),
]
handler400 = "comity.web.front_door.views.too_large"
handler404 = "comity.web.front_door.views.nothing_here"
handler500 = "comity.web.front_door.views.failed"

"""Front door: what its pages cost beside a plain Django form page, and how many reports it takes.

    python -m benchmarks.front_door

The plain page is what anybody would write first: Django with sessions, forgery tokens and the other
usual middleware, a form of Django's own with six fields, and the same GOV.UK macros. Both are asked
in one process, in turn. Reports are taken on an SQLite file with `synchronous=FULL`, for three
bodies each, by four threads at once.
"""

import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from typing import Any
from unittest.mock import patch
from urllib.parse import urlsplit

from django import forms
from django.db import connections
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.test import Client, override_settings
from django.urls import path

from benchmarks.figures import Figure, at_least, at_most, table
from comity import settings
from comity.core.intake import Report
from comity.core.terms import OrganisationId, PartyId, PersonId
from comity.faces import ACCOUNTS, PEOPLES_FACE
from comity.node.draft import begin_draft
from comity.node.first_notice import send_first_notice
from comity.node.members import register
from comity.node.node import Node
from comity.node.return_codes import Ticket
from comity.store.migrate import migrate
from comity.web.ui.environment import environment
from tests.node.test_first_notice import notice
from tests.node.world import FRONT_DOOR, ICO, NCA, NCSC, World, new_world
from tests.store.django import open_store, set_up

ROUNDS, IN_A_ROW = 8, 6
MOST_RATIO = 1.3
WRITERS, REPORTS = 4, 240
LEAST_REPORTS = 40.0

# ------------------------------------------------------------------ the plain page

PLAIN_PAGE = """{% extends "govuk_frontend_jinja/template.html" %}
{% from "govuk_frontend_jinja/components/button/macro.html" import govukButton %}
{% from "govuk_frontend_jinja/components/input/macro.html" import govukInput %}
{% from "govuk_frontend_jinja/components/textarea/macro.html" import govukTextarea %}
{% block content %}<h1 class="govuk-heading-xl">Report</h1>
<form method="post" novalidate>{{ csrf_input }}
{% for field in form %}{% set params = {"id": field.id_for_label, "name": field.html_name,
 "label": {"text": field.label}, "hint": {"text": field.help_text}, "value": field.value()} %}
{{ govukTextarea(params) if field.name == "summary" else govukInput(params) }}
{% endfor %}{{ govukButton({"text": "Continue"}) }}</form>{% endblock %}"""


class PlainForm(forms.Form):
    """Six fields."""

    organisation = forms.CharField(help_text="What it is called")
    name = forms.CharField(help_text="Who reports")
    summary = forms.CharField(help_text="In a few sentences", widget=forms.Textarea)
    found = forms.DateTimeField(help_text="Such as 2026-11-29 02:10")
    telephone = forms.CharField(help_text="Outside the affected systems")
    mail = forms.EmailField(help_text="Outside the affected systems")


def plain_page(request: HttpRequest) -> HttpResponse:
    """Return the plain page."""
    return render(request, "plain.html", {"form": PlainForm(initial={"name": "Jo"})})


class PlainUrls:
    """Where the plain page is."""

    urlpatterns = (path("", plain_page),)


def plain_environment(**options: Any) -> Any:  # noqa: ANN401 - Jinja's own
    """Return the environment of the plain page, with the same macros at hand."""
    from jinja2 import ChoiceLoader, DictLoader, PackageLoader  # noqa: PLC0415 - for the peer alone

    loader = ChoiceLoader([DictLoader({"plain.html": PLAIN_PAGE}), options.pop("loader")])
    made = environment(loader, **options)
    made.loader = ChoiceLoader([made.loader, PackageLoader("govuk_frontend_jinja")])  # type: ignore[list-item]  # it has one
    return made


PLAIN: dict[str, Any] = {
    "ROOT_URLCONF": PlainUrls,
    "SESSION_ENGINE": "django.contrib.sessions.backends.signed_cookies",
    "MIDDLEWARE": [
        "django.middleware.security.SecurityMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.locale.LocaleMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
    ],
    "TEMPLATES": [
        {
            "BACKEND": "django.template.backends.jinja2.Jinja2",
            "OPTIONS": {"environment": "benchmarks.front_door.plain_environment"},
        }
    ],
}

# ------------------------------------------------------------------ our pages


Pages = dict[str, Callable[[Client], Any]]
Cost = tuple[str, float]


def our_pages(code: str) -> Pages:
    """Return the pages on which somebody reports, by name."""

    def step(name: str) -> Callable[[Client], Any]:
        return lambda client: client.post("/report", {"code": code, "step": name})

    return {
        "the first notice": lambda client: client.get("/first-notice"),
        "the list of parts": step("tasks"),
        "one part": step("section:incident"),
        "one question": step("ask:incident.summary"),
        "who gets what": step("choose"),
        "check before sending": step("check"),
        "the files of a report": step("ask:attachments.files"),
        "write to a body": lambda client: client.post("/messages", {"code": code, "step": "write"}),
        "what became of it": lambda client: client.post("/come-back", {"code": code}),
    }


def account_pages(organisation: OrganisationId) -> Pages:
    """Return the pages of somebody who signed in, by name."""
    place = f"/account/organisations/{organisation}"
    return {
        "one's own page": lambda client: client.get("/account/"),
        "who works with it": lambda client: client.get(place),
        "which organisation it is": lambda client: client.get(f"{place}/identity"),
        "where one is told": lambda client: client.get(f"{place}/mail"),
        "one's safety": lambda client: client.get("/account/safety"),
    }


def begun(node: Node) -> str:
    """Return the code of a report that was sent, and is being changed."""
    return send_first_notice(node, told(), Ticket("0a" * 32)).code


def told() -> Report:
    """Return a report to three bodies."""
    return notice(NCA, ICO, NCSC)


def processor_ms(ask: Callable[[Client], Any], client: Client) -> float:
    """Return the processor time that one page takes, in milliseconds."""
    before = time.process_time()
    answers = [ask(client) for _ in range(IN_A_ROW)]
    took = (time.process_time() - before) * 1000 / IN_A_ROW
    for each in answers:
        if each.status_code != 200 or b"govuk" not in each.content:  # noqa: PLR2004 - OK
            raise RuntimeError("this is not the page that was asked for")
    return took


def ask_plain(client: Client) -> Any:  # noqa: ANN401 - an answer of Django's test client
    """Ask for the plain page."""
    return client.get("/")


def face() -> dict[str, Any]:
    """Return the settings of the pages; with all that accounts add, where they are known."""
    if not settings.has_accounts():
        return PEOPLES_FACE
    return {**PEOPLES_FACE, "MIDDLEWARE": ACCOUNTS["MIDDLEWARE"]}


def costs(settings_of: Mapping[str, Any], client: Client, ours: Pages) -> Iterator[Cost]:
    """Yield what each page takes, ours and the plain one in turn; templates are read before."""
    for _ in range(ROUNDS):
        with override_settings(**settings_of):
            for name, ask in ours.items():
                ask(client)
                yield name, processor_ms(ask, client)
        with override_settings(**PLAIN):
            plain = Client()
            ask_plain(plain)
            yield "plain", processor_ms(ask_plain, plain)


def pages(node: Node) -> tuple[Figure, ...]:
    """Return what the pages of a report cost beside the plain one."""
    with patch("comity.web.front_door.visiting.node_here", return_value=node):
        found = list(costs(face(), Client(), our_pages(begun(node))))
    return compared("a page of a report", found, MOST_RATIO)


WHERE_SIGNED_IN = ("front_door.people", "accounts.adapters", "accounts.sessions")
"""Where pages of accounts ask which node they are at."""


def pages_of_accounts(node: Node, folder: Path) -> tuple[Figure, ...]:
    """Return what the pages of somebody who signed in cost beside the plain one."""
    with ExitStack() as stack:
        for each in WHERE_SIGNED_IN:
            stack.enter_context(patch(f"comity.web.{each}.this_node", return_value=node))
        client, person = signed_in(folder)
        organisation = register(node, person, "Jo").organisation
        begin_draft(node, person, organisation)
        found = list(costs(face(), client, account_pages(organisation)))
    return compared("a page of an account", found)


def compared(what: str, costs: Iterable[Cost], most: float | None = None) -> tuple[Figure, ...]:
    """Return the median of our pages beside the plain one, and each of them."""
    found: dict[str, list[float]] = {}
    for name, took in costs:
        found.setdefault(name, []).append(took)
    plain = median(found.pop("plain"))
    each = {name: median(took) for name, took in found.items()}
    middle = median(each.values())
    return (
        Figure(
            name=f"{what}, median of {len(each)}",
            ours=middle,
            unit="ms",
            against=f"plain page {plain:.2f} ms",
            ratio=middle / plain,
            aim=f"ratio {at_most(most)}" if most else "",
            reached=middle / plain <= most if most else None,
        ),
        *(
            Figure(name=f"  {name}", ours=took, unit="ms", ratio=took / plain)
            for name, took in each.items()
        ),
    )


def signed_in(folder: Path) -> tuple[Client, PersonId]:
    """Return a browser in which somebody signed in with a second step, on a database of its own."""
    from allauth.mfa.models import Authenticator  # noqa: PLC0415 - is there where accounts are
    from allauth.mfa.totp.internal.auth import TOTP  # noqa: PLC0415 - the same

    from comity.web.accounts.models import Person  # noqa: PLC0415 - the same

    made = {"default": settings.database(f"sqlite://{folder}/people.sqlite3", folder)}
    connections.databases["default"] = connections.configure_settings(made)["default"]
    del connections["default"]
    migrate("default")
    with override_settings(**face()):
        person = Person(username="jo")
        person.save()
        TOTP.activate(person, "JBSWY3DPEHPK3PXP")
        client = Client(headers={"host": urlsplit(settings.origin()).netloc})
        client.force_login(person, "allauth.account.auth_backends.AuthenticationBackend")
    if not Authenticator.objects.filter(user=person).exists():
        raise RuntimeError("nobody has a second step")
    return client, PersonId(person.pk)


# ------------------------------------------------------------------ reports taken


def taken(node: Node) -> Figure:
    """Return how many reports are taken in a second, for three bodies each, by four at once."""

    def one(number: int) -> None:
        send_first_notice(node, told(), Ticket(f"{number:064x}"))

    began = time.perf_counter()
    with ThreadPoolExecutor(WRITERS) as pool:
        failed = sum(
            1 for each in [pool.submit(one, n) for n in range(REPORTS)] if each.exception()
        )
    rate = REPORTS / (time.perf_counter() - began)
    return Figure(
        name="reports taken, three bodies each, four at once",
        ours=rate,
        unit="/s",
        against=f"{failed} failed",
        aim=at_least(LEAST_REPORTS),
        reached=rate >= LEAST_REPORTS and not failed,
    )


def world_on(folder: Path) -> World:
    """Return a world whose front door keeps everything in an SQLite file."""
    world = new_world((NCA, ICO, NCSC))
    world.add(PartyId(FRONT_DOOR), open_store(folder / "front-door.sqlite3"))
    world.pin_all()
    return world


def sent_out(world: World) -> Figure:
    """Return how many of them are sealed, delivered and receipted in a second."""
    began, tries = time.perf_counter(), 0
    while world.workers[FRONT_DOOR].round():
        tries += 1
    rate = REPORTS / (time.perf_counter() - began)
    return Figure(name="reports sealed, sent and receipted", ours=rate, unit="/s")


def main() -> int:
    """Measure, print the table, and return the exit status."""
    set_up()
    with tempfile.TemporaryDirectory() as folder:
        world = world_on(Path(folder))
        node = world.nodes[FRONT_DOOR]
        rows = [
            *pages(node),
            *pages_of_accounts(node, Path(folder)),
            taken(node),
            sent_out(world),
        ]
    sys.stdout.write(f"{table(tuple(rows))}\n")
    return 0


if __name__ == "__main__":
    os.environ.setdefault("COMITY_ROLE", "front-door")
    settings.know_accounts()
    sys.exit(main())

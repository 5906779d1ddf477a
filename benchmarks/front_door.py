"""Front door: what its pages cost beside a plain Django form page, and how many reports it takes.

    python -m benchmarks.front_door

The plain page is what anybody would write first: Django with sessions, forgery tokens and the other
usual middleware, a form of Django's own with six fields, and the same GOV.UK macros. Both are asked
in one process, in turn. Reports are taken on an SQLite file with `synchronous=FULL`, for three
bodies each, by four threads at once.
"""

import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median
from typing import Any
from unittest.mock import patch

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.test import Client, override_settings
from django.urls import path

from benchmarks.figures import Figure, at_least, at_most, table
from comity import settings
from comity.core.intake import Report
from comity.core.terms import PartyId
from comity.faces import ACCOUNTS, PEOPLES_FACE
from comity.node.first_notice import send_first_notice
from comity.node.node import Node
from comity.node.return_codes import Ticket
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


def our_pages(code: str) -> dict[str, Callable[[Client], Any]]:
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


def costs(code: str) -> Iterator[tuple[str, float]]:
    """Yield what each page takes, ours and the plain one in turn; templates are read before."""
    for _ in range(ROUNDS):
        with override_settings(**face()):
            client = Client()
            for name, ask in our_pages(code).items():
                ask(client)
                yield name, processor_ms(ask, client)
        with override_settings(**PLAIN):
            client = Client()
            ask_plain(client)
            yield "plain", processor_ms(ask_plain, client)


def pages(node: Node) -> tuple[Figure, ...]:
    """Return what the pages cost beside the plain one."""
    found: dict[str, list[float]] = {}
    with patch("comity.web.front_door.visiting.node_here", return_value=node):
        for name, took in costs(begun(node)):
            found.setdefault(name, []).append(took)
    plain = median(found.pop("plain"))
    each = {name: median(took) for name, took in found.items()}
    middle = median(each.values())
    return (
        Figure(
            name="a page of a report, median of six",
            ours=middle,
            unit="ms",
            against=f"plain page {plain:.2f} ms",
            ratio=middle / plain,
            aim=f"ratio {at_most(MOST_RATIO)}",
            reached=middle / plain <= MOST_RATIO,
        ),
        *(
            Figure(name=f"  {name}", ours=took, unit="ms", ratio=took / plain)
            for name, took in each.items()
        ),
    )


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
        rows = [*pages(node), taken(node), sent_out(world)]
    sys.stdout.write(f"{table(tuple(rows))}\n")
    return 0


if __name__ == "__main__":
    settings.know_accounts()
    sys.exit(main())

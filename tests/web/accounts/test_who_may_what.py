"""Who may what: every page and step, for everybody, on one's own, others' and mixed objects.

The list of pages is the front door's own map of addresses, and that of steps its views' own tables.
A page or a step without a line here fails, and so does a line without one.
"""

import re
from collections.abc import Callable, Iterator
from itertools import count
from typing import NamedTuple

import pytest

from comity.words.catalogue import Language
from tests.web.accounts.door import Door
from tests.web.accounts.organisation import BY_ACCOUNT, SPARE, Organisation, Who, founded
from tests.web.accounts.visitor import CODES, HOME, Answer, Fields, Visitor

MAY, SIGN_IN, REFUSED = "+", "s", "-"

# Nobody, Half, Stranger, Reader, Delegate, Writer, Manager: one letter each, in this order.
ANYBODY = "+++++++"
SIGNED_IN = "s++++++"
"""What belongs to an account itself: whoever signed in sees their own."""
WITH_SECOND = "ss+++++"
MEMBERS = "ss-++++"
WRITERS = "ss--+++"
SENDERS = "ss---++"
MANAGERS = "ss----+"
NOBODY = "ss-----"
CLOSED = "-------"
"""What is there only at a front door that knows a directory; this one knows none."""
STRANGER = "ss+----"
"""Who owns the foreign organisation and its report."""
ALL_REPORTS = "ss-+-++"
"""Members who may read the other report: not the delegate, who is there for one."""


class Line(NamedTuple):
    """One request: to which page, which step with which fields, and who may."""

    may: str
    fields: Callable[[Organisation], Fields] | None = None
    path: Callable[[Organisation], str] = lambda _: ""
    step: str = ""


def form(
    step: str, **fields: str | Callable[[Organisation], str]
) -> tuple[str, Callable[..., Fields]]:
    """Return a step and what makes its fields."""

    def made(place: Organisation) -> Fields:
        return {
            "step": step,
            **{
                name: value if isinstance(value, str) else value(place)
                for name, value in fields.items()
            },
        }

    return step, made


def own(place: Organisation) -> str:
    return f"{BY_ACCOUNT}{place.report}"


def own_alone(place: Organisation) -> str:
    """Return the report as an address for programs names it; no cookie opens anything there."""
    return place.report


def other(place: Organisation) -> str:
    return f"{BY_ACCOUNT}{place.other_report}"


def foreign(place: Organisation) -> str:
    return f"{BY_ACCOUNT}{place.foreign_report}"


def sent(may: str, step: str, **fields: str | Callable[[Organisation], str]) -> Line:
    """Return a line about a form."""
    name, made = form(step, **fields)
    return Line(may, made, step=name.partition(":")[0])


def at(path: Callable[[Organisation], str], line: Line) -> Line:
    """Return a line about an address that names something."""
    return line._replace(path=path)


def of_report(may: str, step: str, **fields: str | Callable[[Organisation], str]) -> list[Line]:
    """Return lines about a step with one's own, another, a foreign and no report."""
    not_in_all = may[:4] + REFUSED + may[5:]
    theirs = STRANGER
    return [
        sent(may, step, code=own, **fields),
        sent(not_in_all, step, code=other, **fields),
        sent(theirs, step, code=foreign, **fields),
        sent(NOBODY, step, code=f"{BY_ACCOUNT}report-{'0' * 32}", **fields),
        sent(NOBODY, step, code=BY_ACCOUNT, **fields),
    ]


TICKET = "f" * 64
"""With which somebody else began a report."""
NUMBERS = count()


def fresh(_: Organisation) -> str:
    """Return a ticket that nobody has used."""
    return f"{next(NUMBERS):064x}"


REPORT_STEPS = {
    "": MEMBERS,
    "tasks": MEMBERS,
    "section:incident": MEMBERS,
    "ask:incident.summary": MEMBERS,
    "choose": MEMBERS,
    "check": MEMBERS,
    "ask:attachments.files": MEMBERS,
    "attach": MEMBERS,
    f"detach:{'0' * 64}": WRITERS,
    "save:incident.actions_taken": WRITERS,
    "save_choices": WRITERS,
    "send": SENDERS,
}
BACK_STEPS = {
    "": MEMBERS,
    "show": MEMBERS,
    "proof:release-1": MEMBERS,
    "file:nothing/like-that": MEMBERS,
    "all": MEMBERS,
    "receipt": MEMBERS,
    "engagement": MEMBERS,
    "engagement_file": MEMBERS,
}
OWN_STEPS = {f"{each}:nothing": MEMBERS for each in ("list", "text", "file", "pdf")}


def person(who: Who) -> Callable[[Organisation], str]:
    return lambda place: place.persons[who]


PLACE_LINES = [
    Line(MEMBERS),
    sent(MEMBERS, "nothing-like-that"),
    sent(MANAGERS, "invite", called="X", role="reader", ticket=fresh),
    sent(NOBODY, "invite", called="X", role="reader", ticket=fresh,
         only=lambda place: place.foreign_report),
    sent(MANAGERS, "leave", person=SPARE),
    sent(NOBODY, "leave", person=person(Who.STRANGER)),
    sent(NOBODY, "leave", person="person-nobody"),
    sent(NOBODY, "leave", person="<b>"),
    sent(MANAGERS, "vouch", person=person(Who.WRITER)),
    sent(NOBODY, "vouch", person=person(Who.STRANGER)),
]  # fmt: skip

TABLE: dict[str, list[Line]] = {
    **{
        name: [Line(ANYBODY)]
        for name in (
            "first_aid", "contain", "ask", "result", "tell", "deadlines", "data",
            "accessibility", "privacy", "cookies", "health",
        )
    },
    "notice": [
        Line(ANYBODY),
        *(sent(ANYBODY, each) for each in ("check", "change")),
        *(sent(WITH_SECOND, each, code=own) for each in ("check", "change", "send")),
        sent(ANYBODY, "send"),
    ],
    "report": [
        Line(ANYBODY),
        sent(ANYBODY, "begin", ticket=TICKET),
        *(line for step, may in REPORT_STEPS.items() for line in of_report(may, step)),
    ],
    "come_back": [
        Line(ANYBODY),
        *(line for step, may in BACK_STEPS.items() for line in of_report(may, step, to="NCA")),
        sent(NOBODY, "no", code=own, consent="consent-1"),
        sent(NOBODY, "no", code=foreign, consent="consent-1"),
        *of_report(SENDERS, "new_code", ticket=fresh),
        sent(NOBODY, "new_code", code=own, ticket=TICKET),
    ],
    "others_engaged": [
        Line(ANYBODY),
        *(line for step in ("", "check", "change", "send") for line in of_report(SENDERS, step)),
    ],
    "letters": [
        Line(ANYBODY),
        *(
            line
            for step in ("", "write", "attach", f"detach:{'0' * 64}", "check", "send")
            for line in of_report(SENDERS, step, ticket=fresh)
        ),
        sent(NOBODY, "write", code=own, ticket="no ticket"),
    ],
    "own_forms": [
        Line(ANYBODY),
        sent(ANYBODY, "change"),
        *(line for step, may in OWN_STEPS.items() for line in of_report(may, step)),
    ],
    "account_home": [
        Line(WITH_SECOND),
        sent(WITH_SECOND, "nothing-like-that"),
        sent(NOBODY, "take_up", called="X", code="7K2M-9QXD-C4TR-0ZHB-M1WN"),
        sent(NOBODY, "take_up", called="X", code=own),
        sent(NOBODY, "take_up", called="X", code=foreign),
        sent(NOBODY, "join", invitation="7K2M-9QXD-C4TR-0ZHB-M1WN"),
        sent(WITH_SECOND, "register", own_called="X"),
        sent(ALL_REPORTS.replace("-+-", "---"), "begin", organisation=lambda place: place.place),
        sent(STRANGER, "begin", organisation=lambda place: place.foreign_place),
        sent(NOBODY, "begin", organisation="<b>"),
    ],
    "account_organisation": [
        *(at(lambda place: place.place, each) for each in PLACE_LINES),
        at(lambda place: place.foreign_place, Line(STRANGER)),
        at(lambda place: place.foreign_place,
           sent(STRANGER, "invite", called="X", role="reader", ticket=fresh)),
        at(lambda place: place.foreign_place,
           sent(NOBODY, "invite", called="X", role="reader", ticket=fresh,
                only=lambda place: place.report)),
        at(lambda place: place.foreign_place, sent(NOBODY, "leave", person=person(Who.READER))),
        at(lambda place: place.foreign_place, sent(NOBODY, "vouch", person=person(Who.READER))),
        at(lambda _: "org-nothing", Line(NOBODY)),
    ],
    **{
        name: [Line(ANYBODY)]
        for name in (
            "account_signup", "account_login", "account_logout", "mfa_login_webauthn",
            "account_inactive",
        )
    },
    "mfa_authenticate": [Line(SIGNED_IN)],
    **{
        name: [Line(SIGNED_IN)]
        for name in (
            "account_reauthenticate", "mfa_reauthenticate_webauthn",
            "account_change_password", "mfa_index", "mfa_activate_totp", "mfa_list_webauthn",
            "mfa_add_webauthn", "usersessions_list", "mfa_reauthenticate",
        )
    },
    "mfa_deactivate_totp": [Line("s-+++++")],
    "mfa_view_recovery_codes": [Line("s-+++++")],
    "mfa_generate_recovery_codes": [Line(SIGNED_IN)],
    "mfa_remove_webauthn": [
        at(lambda place: str(place.passkeys[Who.READER]), Line("s--+---")),
        at(lambda place: str(place.passkeys[Who.STRANGER]), Line("s-+----")),
        at(lambda place: str(place.passkeys[Who.STRANGER]), sent("s-+----", "remove")),
    ],
    "account_identity": [
        *(at(lambda place: place.place, each) for each in (
            Line(MEMBERS),
            sent(MANAGERS, "state", register="oscr", number="SC012345"),
            sent(NOBODY, "state", register="oscr", number="<b>"),
            sent(MANAGERS, "domain", domain="harbour.example.org"),
            sent(NOBODY, "check", domain="never-asked-for.example.org"),
        )),
        *(at(lambda place: place.foreign_place, each) for each in (
            Line(STRANGER),
            sent(STRANGER, "state", register="oscr", number="SC012346"),
            sent(STRANGER, "domain", domain="stranger.example.org"),
            sent(NOBODY, "check", domain="never-asked-for.example.org"),
        )),
    ],
    "account_mail": [
        *(at(lambda place: place.place, each) for each in (
            Line(MEMBERS),
            sent(MEMBERS, "nothing-like-that"),
            sent(MEMBERS, "tell", address="a@outside.example", outside="yes"),
            sent(NOBODY, "tell", address="a@outside.example"),
            sent(NOBODY, "tell", address="<b>", outside="yes"),
            sent(MEMBERS, "stop"),
        )),
        *(at(lambda place: place.foreign_place, each) for each in (
            Line(STRANGER),
            sent(STRANGER, "tell", address="a@outside.example", outside="yes"),
            sent(STRANGER, "stop"),
        )),
        at(lambda _: "org-nothing", Line(NOBODY)),
    ],
    "account_question": [
        at(lambda _: "consent-that-nobody-asked", each) for each in (
            Line(NOBODY),
            *(sent(NOBODY, step, section="incident")
              for step in ("yes", "touch", "code", "no", "withdraw", "looked")),
        )
    ],
    "api_form": [Line(ANYBODY)],
    **{
        name: [Line(CLOSED), sent(CLOSED, "", code=own)]
        for name in ("api_join", "api_reports", "api_by_code", "api_by_code_files")
    },
    "api_by_code_messages": [Line(CLOSED), sent(CLOSED, "", code=own, to="NCA", text="X")],
    **{
        name: [at(own_alone, Line(CLOSED)), at(own_alone, sent(CLOSED, "", code=own))]
        for name in ("api_report", "api_report_files", "api_report_messages")
    },
    **{
        name: [at(lambda _: "nothing", Line(CLOSED))]
        for name in ("api_by_code_file", "api_report_file")
    },
    "account_directory": [Line(CLOSED)],
    "account_directory_unknown": [Line(CLOSED)],
    "account_directory_failed": [Line(CLOSED)],
    "openid_connect_login": [at(lambda _: "directory", each) for each in (
        Line(ANYBODY), sent(CLOSED, "login"))],
    "openid_connect_callback": [at(lambda _: "directory", Line(CLOSED))],
}  # fmt: skip

MAP = """
import json
from django.urls import URLPattern
from django.utils import translation
from comity.web.front_door.urls import urlpatterns
from comity.web.accounts import answering
from comity.web.front_door import coming_back, drafting, identity, letters, mail, others_engaged
from comity.web.front_door import own_forms, people, reporting
def found(patterns, before=""):
    for each in patterns:
        if isinstance(each, URLPattern):
            yield each.name or str(each.pattern), before + str(each.pattern)
        else:
            yield from found(each.url_patterns, before + str(each.pattern))
pages = []
for language in ("en", "cy"):
    with translation.override(language):
        pages += [(name, path) for name, path in found(urlpatterns)]
steps = {
    "notice": list(reporting.STEPS), "report": list(drafting.STEPS),
    "others_engaged": list(others_engaged.STEPS), "letters": list(letters.STEPS),
    "come_back": list(coming_back.STEPS), "own_forms": list(own_forms.STEPS),
    "account_home": list(people.STEPS), "account_organisation": list(people.STEPS_AT_PLACE),
    "account_identity": list(identity.STEPS), "account_mail": list(mail.STEPS),
    "account_question": list(answering.STEPS),
}
print(json.dumps([sorted({tuple(each) for each in pages}), steps]))
"""
Map = dict[tuple[str, Language], str]
FOR_ALL = frozenset({"health", "openid_connect_login", "openid_connect_callback"})
"""Addresses that are the same in each language, like those for programs."""
NAMED = re.compile(r"<\w+:\w+>")
"""A part of an address that names something."""


@pytest.fixture(scope="module")
def told(quick_door: Door) -> tuple[Map, dict[str, list[str]]]:
    """Return each page's address by its name and language, and the steps of those that have any."""
    pages, steps = quick_door.told(MAP)
    found: Map = {}
    for name, path in pages:
        language = Language.WELSH if path.startswith("cy/") else Language.ENGLISH
        found[name.removesuffix(f".{language}"), language] = path
    return found, steps


@pytest.fixture(
    scope="module",
    params=[Language.ENGLISH, pytest.param(Language.WELSH, marks=pytest.mark.slow)],
)
def place(request: pytest.FixtureRequest, quick_door: Door) -> Organisation:
    """Return the organisation, its people, and a foreign one; for each language others."""
    Visitor(quick_door.place).post("report", {"step": "begin", "ticket": TICKET})
    return founded(quick_door, request.param)


# ------------------------------------------------------------------ the table is whole


def test_every_page_of_the_front_door_has_a_line_and_every_line_a_page(
    told: tuple[Map, dict[str, list[str]]],
) -> None:
    assert {name for name, _ in told[0]} == set(TABLE)
    languages = {name: {each for one, each in told[0] if one == name} for name in TABLE}
    for name in [each for each in languages if each in FOR_ALL or each.startswith("api_")]:
        languages.pop(name)
    assert {name for name, each in languages.items() if each != set(Language)} == set()


def test_every_step_of_a_page_has_a_line(told: tuple[Map, dict[str, list[str]]]) -> None:
    for name, steps in told[1].items():
        assert set(steps) - {line.step for line in TABLE[name]} == set(), name


# ------------------------------------------------------------------ who may


def requests(told: Map, place: Organisation) -> Iterator[tuple[str, str, Line]]:
    """Yield each line with its page and the address to ask."""
    for name, lines in TABLE.items():
        path = told.get((name, place.language))
        for line in lines if path is not None else ():
            yield name, NAMED.sub(line.path(place), path or ""), line


def outcome(answer: Answer) -> str:
    """Return what somebody was let do, by what the page answered."""
    leads_to = answer.leads_to.removeprefix("cy/")
    if answer.status == 500:
        return f"defect {answer.status}"
    if leads_to in {"account/sign-in", "account/safety"} or "signed out" in answer.words:
        return SIGN_IN
    if "allgofnodi. Mae" in answer.words:
        return SIGN_IN
    return MAY if answer.status in {200, 302} else REFUSED


class Asking(NamedTuple):
    """Somebody who asks, in a language, with a token that all of their forms have."""

    who: Who
    visitor: Visitor
    token: str
    place: Organisation

    def said(self, path: str, line: Line) -> str:
        """Return what is wrong with how one request is answered; nothing if it is as it must be."""
        expected = line.may[list(Who).index(self.who)]
        if line.fields is None:
            got, fields = outcome(self.visitor.get(path)), {}
        else:
            fields = line.fields(self.place)
            got = outcome(self.visitor.post(path, {**fields, "csrfmiddlewaretoken": self.token}))
        return "" if got == expected else f"{path} {fields}: expected {expected}, got {got}"


def token_of(visitor: Visitor) -> str:
    """Return the token that somebody's forms have."""
    pages = (visitor.get(each) for each in (HOME, CODES, "account/sign-in"))
    return next(each.token for each in pages if each.token)


@pytest.mark.parametrize("who", Who)
def test_everybody_may_what_their_part_says_and_a_refusal_changes_nothing(
    quick_door: Door,
    told: tuple[Map, dict[str, list[str]]],
    place: Organisation,
    who: Who,
) -> None:
    visitor, number = place.people[who], list(Who).index(who)
    asking = Asking(who, visitor, token_of(visitor), place)
    lines = [(path, line) for _, path, line in requests(told[0], place)]
    refused = [each for each in lines if each[1].may[number] != MAY]
    before = quick_door.digest()
    wrong = [asking.said(*each) for each in refused]
    assert "\n".join(filter(None, wrong)) == ""
    assert quick_door.digest() == before
    wrong = [asking.said(*each) for each in lines if each not in refused]
    assert "\n".join(filter(None, wrong)) == ""

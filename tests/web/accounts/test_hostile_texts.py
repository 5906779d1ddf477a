"""Hostile texts in a real browser: whatever somebody writes stays text on every page that shows it.

The browser runs scripts, and is told to pass over the pages' own policy, so that nothing but the
escaping of the templates is in the way.
"""

import html
import json
import re
from collections.abc import Iterator
from typing import NamedTuple

import pytest
from playwright.sync_api import Browser, Dialog, Page, Route

from comity.cli.scenario.nodes import introduce
from comity.cli.scenario.people import served_pages
from comity.cli.scenario.stage import on_stage
from tests.web.accounts.door import Door
from tests.web.accounts.organisation import (
    BY_ACCOUNT,
    PLACE,
    invited,
    join,
    number_of,
    places_of,
    reports_of,
    write,
)
from tests.web.accounts.visitor import HOME, Visitor
from tests.web.front_door.test_reporting import HOSTILE

pytestmark = pytest.mark.slow

TEXTS = (
    *HOSTILE,
    "<img src=x onerror=hit(1)>",
    "<svg><script>hit(1)</script></svg>",
    "<svg/onload=hit(1)>",
    "<body onload=hit(1)>",
    "<iframe srcdoc='<script>parent.hit(1)</script>'>",
    "<details open ontoggle=hit(1)>",
    "<input autofocus onfocus=hit(1)>",
    "<video><source onerror=hit(1)>",
    "<math><mtext></mtext><script>hit(1)</script></math>",
    "</title><script>hit(1)</script>",
    "</script><script>hit(1)</script>",
    "</option></select><img src=x onerror=hit(1)>",
    "--><script>hit(1)</script><!--",
    "]]><script>hit(1)</script>",
    '" autofocus onfocus="hit(1)" x="',
    "x' onerror='hit(1)' src='x",
    "<a href=javascript:hit(1) id=x autofocus>x</a>",
    "<form action=javascript:hit(1)><button>x</button></form>",
    "<base href=//evil.example/><meta http-equiv=refresh content='0;url=javascript:hit(1)'>",
    "\\u003cscript\\u003ehit(1)\\u003c/script\\u003e",
    "&#60;script&#62;hit(1)&#60;/script&#62;",
    "{{ ''.__class__ }}{{ cycler.__init__.__globals__ }}",
)
LET_IN = """
import json
from comity.bootstrap import this_node
from comity.core.intake import MemberRole
from comity.core.terms import OrganisationId, PersonId
from comity.node.members import Offer, let_in
texts, place = %r, OrganisationId(%r)
for number, text in enumerate(texts):
    guest = PersonId(f"person-guest{number}")
    let_in(this_node(), place, guest, Offer(MemberRole.READER, text))
print(json.dumps(number + 1))
"""
ATTACHED = """
import json
from comity.bootstrap import this_node
from comity.core.terms import PersonId
from comity.node.attach_file import attach_file
from comity.node.return_codes import ByAccount
names, person, report = %r, %r, %r
key = ByAccount(PersonId(person), report)
for number, name in enumerate(names):
    attach_file(this_node(), key, name, name.encode() + bytes([number]))
print(json.dumps(number + 1))
"""
STRUCTURE = """() => [...document.querySelectorAll("*")].filter(each =>
    [...each.attributes].some(a => a.name.startsWith("on") || a.name === "srcdoc" ||
        a.name === "autofocus" || /^\\s*javascript:/i.test(a.value) && a.name !== "value") ||
    ["IFRAME", "VIDEO", "DETAILS", "BASE", "MATH"].includes(each.tagName) ||
    each.tagName === "SCRIPT" && each.type !== "application/json" && !each.src
).map(each => each.outerHTML.slice(0, 200))"""
SUBMIT = """([path, fields]) => {
    const form = document.createElement("form");
    form.method = "post"; form.action = path;
    for (const [name, value] of fields) {
        const field = document.createElement("input");
        field.type = "hidden"; field.name = name; field.value = value;
        form.append(field);
    }
    document.body.append(form); form.submit();
}"""


class Watched(NamedTuple):
    """A page in a browser, and what ran on it that nobody meant to run."""

    page: Page
    hits: list[str]

    def sees(self, *texts: str) -> None:
        """See that nothing ran, nothing could, and these texts stand there as they were written."""
        assert self.page.evaluate(STRUCTURE) == []
        assert self.hits == []
        source = html.unescape(self.page.content())
        for each in texts:
            assert each in source or each in html.unescape(html.unescape(source))

    def sends(self, path: str, **fields: str) -> None:
        """Send a form from the page that is there."""
        with self.page.expect_navigation():
            self.page.evaluate(SUBMIT, [f"/{path}", list(fields.items())])


@pytest.fixture(scope="module")
def full_door() -> Iterator[Door]:
    """Return a front door that knows three bodies, so that reports can be sent."""
    with on_stage("sqlite", None) as stage:
        stage.set_up()
        introduce(stage.nodes, stage.folder)
        with served_pages(stage.nodes["FRONT_DOOR"]) as place:
            yield Door(stage.nodes["FRONT_DOOR"], place)


@pytest.fixture(scope="module")
def anna(full_door: Door) -> Visitor:
    """Return a manager whose organisation is full of hostile texts."""
    anna = Visitor(full_door.place, "anna").with_account()
    anna.fill(HOME, step="register", own_called=TEXTS[0])
    return anna


def watched(browser: Browser, visitor: Visitor, *, bypass_csp: bool = True) -> Watched:
    """Return a page with a visitor's session that notices whatever runs."""
    context = browser.new_context(bypass_csp=bypass_csp)
    context.add_cookies(
        [
            {"name": name, "value": value, "url": visitor.origin}
            for name, value in visitor.cookies.items()
        ]
    )
    page, hits = context.new_page(), list[str]()

    def stop(dialog: Dialog) -> None:
        hits.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", stop)
    page.on("console", lambda said: hits.append(said.text) if "Security" in said.text else None)
    page.expose_function("hit", lambda *_: hits.append("hit"))
    return Watched(page, hits)


@pytest.fixture
def seen(browser: Browser, anna: Visitor) -> Iterator[Watched]:
    """Return a page at which Anna is signed in."""
    found = watched(browser, anna)
    yield found
    found.page.context.close()


# ------------------------------------------------------------------ where texts are kept


def test_names_of_colleagues_stay_text(full_door: Door, anna: Visitor, seen: Watched) -> None:
    [place] = places_of(anna)
    fields = {"csrfmiddlewaretoken": anna.get(HOME).token, "step": "invite", "ticket": "a" * 64}
    seen.page.goto(full_door.place + HOME)
    for one, other in zip(TEXTS[::2], TEXTS[1::2], strict=True):
        seen.sends(f"{PLACE}{place}", **fields, called=one, until=other, role=one, only=other)
        seen.sees(one, other)
    assert full_door.told(LET_IN % (TEXTS, place)) == len(TEXTS)
    seen.page.goto(f"{full_door.place}{PLACE}{place}")
    seen.sees(*TEXTS)


def test_an_invited_person_sees_their_own_name_as_text(
    full_door: Door, anna: Visitor, browser: Browser
) -> None:
    [place] = places_of(anna)
    for number, text in enumerate(TEXTS[8:11]):
        ben = Visitor(full_door.place, f"ben-{number}").with_account()
        join(ben, invited(anna, place, called=text, role="reader"))
        seen = watched(browser, ben)
        seen.page.goto(f"{full_door.place}{PLACE}{place}")
        seen.sees(text)
        seen.page.context.close()


def test_what_was_written_wrongly_on_ones_own_page_stays_text(
    full_door: Door, anna: Visitor, seen: Watched
) -> None:
    token = anna.get(HOME).token
    seen.page.goto(full_door.place + HOME)
    for text in TEXTS:
        fields = {"csrfmiddlewaretoken": token, "code": text, "invitation": text}
        seen.sends(HOME, **fields, step="take_up", called="", own_called=text)
        seen.sees(text)
    for text in TEXTS:
        seen.page.goto(f"{full_door.place}account/organisations/x?{text}")
        seen.sees()


def test_names_of_passkeys_stay_text(full_door: Door, anna: Visitor, seen: Watched) -> None:
    for text in TEXTS:
        full_door.rows(
            "INSERT INTO mfa_authenticator (type, data, created_at, user_id)"
            " VALUES ('webauthn', ?, CURRENT_TIMESTAMP, ?)",
            json.dumps({"name": text, "credential": {}}),
            number_of(anna),
        )
    seen.page.goto(f"{full_door.place}account/safety/passkeys")
    seen.sees(*TEXTS)


def test_sign_in_names_and_passwords_that_are_refused_stay_text(
    full_door: Door, browser: Browser
) -> None:
    seen = watched(browser, Visitor(full_door.place))
    for text in TEXTS:
        seen.page.goto(f"{full_door.place}account/sign-up?next={text}")
        seen.page.fill("[name=username]", text)
        seen.page.fill("[name=password1]", text)
        with seen.page.expect_navigation():
            seen.page.locator("main form button").click()
        seen.sees(text[:40])
    seen.page.context.close()


def test_answers_of_a_report_stay_text_on_every_page_that_shows_them(
    full_door: Door, anna: Visitor, seen: Watched
) -> None:
    [place] = places_of(anna)
    for texts in zip(TEXTS[::3], TEXTS[1::3], TEXTS[2::3], strict=True):
        before, text = set(reports_of(anna)), texts[0]
        anna.fill(HOME, step="begin", organisation=place)
        [report] = set(reports_of(anna)) - before
        _written(anna, report, texts)
        code = f"{BY_ACCOUNT}{report}"
        seen.page.goto(full_door.place + HOME)
        seen.sees(texts[1])
        for step, shown in (("section:incident", 0), ("ask:incident.summary", 0),
                            ("section:contact", 1), ("ask:contact.name", 2)):  # fmt: skip
            seen.sends("report", code=code, step=step)
            seen.sees(texts[shown])
        seen.sends("report", code=code, step="check")
        seen.sees(*texts)
        seen.sends("report", code=code, step="save:incident.summary", over="0" * 64,
                   **{"incident-summary": text + "!"})  # fmt: skip
        seen.sees(text, text + "!")
        seen.sends("report", code=code, step="send")
        seen.sees(*texts)
        for each in texts:
            seen.sends("come-back", code=code, step="engagement", to="NCA", advice=each)
            seen.sees(each)
        seen.sends("own-forms", code=code, step="text:ncsc")
        seen.sees()


def test_letters_and_names_of_files_stay_text(
    full_door: Door, anna: Visitor, seen: Watched
) -> None:
    [place] = places_of(anna)
    before = set(reports_of(anna))
    anna.fill(HOME, step="begin", organisation=place)
    [report] = set(reports_of(anna)) - before
    _written(anna, report, TEXTS[:3])
    code = f"{BY_ACCOUNT}{report}"
    names = [re.sub(r"[/\\]", "", each) for each in TEXTS]
    full_door.told(ATTACHED % (names, number_of(anna), report))
    seen.page.goto(full_door.place + HOME)
    seen.sends("report", code=code, step="ask:attachments.files")
    seen.sees(*names)
    seen.sends("report", code=code, step="section:attachments")
    seen.sees(*names)
    seen.sends("report", code=code, step="send")
    for number, text in enumerate(TEXTS):
        fields = {"code": code, "ticket": f"{number:064x}", "to": "NCA", "text": text}
        for step in ("write", "check", "send"):
            seen.sends("messages", **fields, step=step)
            seen.sees(text)
    seen.sees(*TEXTS)


def _written(anna: Visitor, report: str, texts: tuple[str, str, str]) -> None:
    """Write three texts into a report that can be sent, and choose a body for it."""
    write(anna, report, texts[0])
    code = f"{BY_ACCOUNT}{report}"
    for at, fields in (
        ("contact.organisation_name", {"contact-organisation_name": texts[1]}),
        ("contact.name", {"contact-name": texts[2]}),
        ("incident.discovered_at", {"incident-discovered_at": "now"}),
    ):
        assert anna.post("report", {"code": code, "step": f"save:{at}", **fields}).status == 200
    page = anna.post("report", {"code": code, "step": "choose"})
    chosen = {"to-incident": "NCA", "to-contact": "NCA", "over": page.hidden("over")}
    anna.post("report", {"code": code, "step": "save_choices", **chosen})


def test_a_first_notice_stays_text(full_door: Door, browser: Browser) -> None:
    seen = watched(browser, Visitor(full_door.place))
    seen.page.goto(full_door.place)
    for text in TEXTS:
        names = ("contact-organisation_name", "contact-name", "incident-summary",
                 "contact-safe_telephone", "contact-safe_mail")  # fmt: skip
        fields = dict.fromkeys(names, text) | {"incident-discovered_at": "now", "to": "NCA"}
        for step in ("change", "check"):
            seen.sends("first-notice", **fields, step=step)
            seen.sees(text)
        seen.sends("come-back", code=text, step="show")
        seen.sees(text)
        seen.sends("report", code=f"{BY_ACCOUNT}{text}", step="ask:x", **{"x-y": text})
        seen.sees(text)
    seen.page.context.close()


# ------------------------------------------------------------------ it would be noticed


def marked_safe(route: Route) -> None:
    """Answer as if a template marked what it shows as safe."""
    answer = route.fetch()
    body = re.sub(r"<(dt|h2)([^>]*)>(.*?)</\1>", _raw, answer.text(), flags=re.DOTALL)
    route.fulfill(response=answer, body=body)


def _raw(found: re.Match[str]) -> str:
    return f"<{found[1]}{found[2]}>{html.unescape(found[3])}</{found[1]}>"


@pytest.mark.parametrize("bypass_csp", [True, False])
def test_a_template_that_marks_a_text_as_safe_is_noticed(
    full_door: Door, anna: Visitor, browser: Browser, *, bypass_csp: bool
) -> None:
    [place] = places_of(anna)
    seen = watched(browser, anna, bypass_csp=bypass_csp)
    seen.page.goto(f"{full_door.place}{PLACE}{place}")
    seen.sees()
    seen.page.route("**/account/organisations/*", marked_safe)
    seen.page.goto(f"{full_door.place}{PLACE}{place}")
    assert seen.hits
    assert seen.page.evaluate(STRUCTURE)
    seen.page.context.close()

"""The pages of a front door: help first, questions one by one, an outcome, and nothing kept."""

import html
import json
import logging
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest
from click.testing import CliRunner
from django.test import Client, override_settings
from icalendar import Calendar

from comity.api.urls import urlpatterns as node_face
from comity.cli.main import main
from comity.core.signposting import Answer
from comity.faces import PEOPLES_FACE, WEB
from comity.logs import PlaceFormatter
from comity.signposts import rules
from comity.web.front_door import views
from comity.web.front_door.pages import FOOT, PREFIX
from comity.web.front_door.urls import PAGES
from comity.web.front_door.visiting import BACK, FIRST, MESSAGES, OTHERS, OWN, REPORT
from comity.web.front_door.words import catalogue, said
from comity.words.catalogue import Language, say
from comity.words.questions import question
from tests.store.django import set_up
from tests.structure.source import python_files
from tests.words.test_catalogue import values_of

set_up()

SATURDAY = datetime(2026, 11, 28, 2, 10, tzinfo=UTC)
FACTS = rules().vocabulary.facts
CHARITY = {
    "nations": "wales", "roles": "charity", "personal_data": "yes", "for_another": "no",
    "risk_to_people": "likely", "serious_for_charity": "yes", "aware_at": "2026-11-28T02:10Z",
}  # fmt: skip


SENT_TO = (FIRST, BACK, REPORT, OWN, OTHERS, MESSAGES)
FORMS = {f"{prefix}{each}" for prefix in PREFIX.values() for each in SENT_TO}
"""Pages to which a form is sent; where there is no node, they say so."""


@pytest.fixture
def browser(monkeypatch: pytest.MonkeyPatch) -> Iterator[Client]:
    """Return a client of the pages, on a Saturday at ten past two at night."""
    monkeypatch.setattr(views, "now", lambda: SATURDAY)
    with override_settings(**PEOPLES_FACE):
        yield Client()


def text_of(answer: Any) -> str:  # noqa: ANN401 - Django's answer of a test
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())


def addresses() -> list[str]:
    """Return where every page is; whether the server is well is no page."""
    return [f"/{each.pattern}" for each in PAGES if each.default_args]


def test_whether_the_pages_are_served_is_all_that_health_says(browser: Client) -> None:
    assert browser.get("/health").content == b"ok\n"
    assert len(addresses()) == len(PAGES) - 1


# ------------------------------------------------------------------ help


def test_the_first_page_says_whom_to_call_at_this_hour_before_anything_else(
    browser: Client,
) -> None:
    said = text_of(browser.get("/"))
    assert said.index("999") < said.index("The attack is going on now") < said.index("Start")
    assert "It is Saturday 28 November 2026, 02:10 GMT." in said
    assert "03000 200 973 answers at this hour." in said
    assert "0300 123 2040 whether anybody answers at this hour is not known: try." in said
    assert said.count("No named person has checked how to reach it.") == len(views.LIVE)


def test_the_first_page_names_who_runs_it(browser: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "Nobody has said who runs this front door." in text_of(browser.get("/"))
    monkeypatch.setenv("COMITY_OPERATOR", "  Harbour   <b>Law</b> ")
    page = browser.get("/").content.decode()
    assert "This front door is run by Harbour &lt;b&gt;Law&lt;/b&gt;." in page


def test_the_checklist_needs_no_network_and_says_where_it_comes_from(browser: Client) -> None:
    answer = browser.get("/contain")
    said = text_of(answer)
    assert "Disconnect the affected computers from every network" in said
    assert "National Cyber Security Centre" in said
    assert not re.search(r"<(script|img|iframe)", answer.content.decode())


# ------------------------------------------------------------------ questions


def story(browser: Client, truth: dict[str, str], prefix: str = "/") -> tuple[list[str], str]:
    """Answer every question by its form, and return what was asked, and where it ended."""
    asked: list[str] = []
    address = f"{prefix}whom-to-tell"
    while True:
        answer = browser.get(address)
        if answer.status_code == 302:
            address = answer["Location"]
            if "/result" in address:
                return asked, address
            continue
        page = answer.content.decode()
        [name] = re.findall(r'name="question" value="(\w+)"', page)
        kept = re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page)
        asked.append(name)
        pairs = [(key, html.unescape(value)) for key, value in kept]
        said = (name, truth.get(name, "no" if FACTS[name].kind == "yes or no" else "unknown"))
        address = f"{prefix}whom-to-tell?{urlencode([*pairs, said])}"


TRUTH = {key: value for key, value in CHARITY.items() if key != "aware_at"} | {"aware_at": "now"}


@pytest.mark.parametrize("prefix", ["/", "/cy/"])
def test_a_charity_at_night_finds_out_whom_it_must_tell_in_nine_questions(
    browser: Client, prefix: str
) -> None:
    asked, end = story(browser, TRUTH, prefix)
    assert len(asked) <= 9
    assert asked[0] == "danger_to_life"
    assert asked[-1] == "aware_at"
    said = text_of(browser.get(end))
    language = Language.ENGLISH if prefix == "/" else Language.WELSH
    must = said.partition(say("answer.must", language))[2]
    assert "(ICO)" in must
    assert ("Charity Commission" if prefix == "/" else "Comisiwn Elusennau Cymru") in must
    assert ("72 hours left" if prefix == "/" else "72 awr ar ôl").lower() in said.lower()


def test_an_answer_is_not_asked_for_twice_and_can_be_changed(browser: Client) -> None:
    address = f"/whom-to-tell/result?{urlencode(CHARITY)}"
    page = browser.get(address).content.decode()
    change = html.unescape(re.findall(r'href="([^"]+change=roles)"', page)[0])
    again = browser.get(change).content.decode()
    assert re.search(r'value="charity"[^>]*checked', again)
    kept = re.findall(r'type="hidden" name="(\w+)"', again)
    assert set(kept) == (CHARITY.keys() - {"roles"}) | {"question"}


def test_an_answer_that_is_missing_is_asked_for_again_with_what_to_do(browser: Client) -> None:
    answer = browser.get("/whom-to-tell?personal_data=yes&question=roles")
    page, said = answer.content.decode(), text_of(answer)
    assert page.index("govuk-error-summary") < page.index("<h1")
    assert said.startswith("Error: What is your organisation?")
    assert said.count("Choose an answer. If you do not know, choose “I do not know”") == 2
    assert 'name="personal_data" value="yes"' in page, "nothing that was answered is lost"


def test_the_way_back_takes_the_last_answer_back(browser: Client) -> None:
    page = browser.get("/whom-to-tell?danger_to_life=no&unknown=roles&question=personal_data")
    [back] = re.findall(r'href="([^"]+)" class="govuk-back-link"', page.content.decode())
    assert html.unescape(back) == "/whom-to-tell?danger_to_life=no"
    first = browser.get("/whom-to-tell").content.decode()
    assert re.findall(r'href="([^"]+)" class="govuk-back-link"', first) == ["/"]


@pytest.mark.parametrize("name", FACTS)
@pytest.mark.parametrize("language", Language)
def test_every_question_is_a_form_with_each_answer_and_i_do_not_know(
    browser: Client, name: str, language: Language
) -> None:
    answer = browser.get(f"{PREFIX[language]}whom-to-tell?change={name}")
    page = answer.content.decode()
    asked = question(FACTS[name], language)
    assert page.count("<h1") == 1
    assert asked.text in text_of(answer)
    for value, _ in asked.options or (("now", ""), ("then", "")):
        assert f'name="{name}"' in page
        assert f'value="{value}"' in page
    assert 'value="unknown"' in page


# ------------------------------------------------------------------ the outcome


def test_the_outcome_tells_duties_from_what_is_done_of_ones_own_accord(browser: Client) -> None:
    answer = browser.get(f"/whom-to-tell/result?{urlencode({**CHARITY, 'crime_suspected': 'yes'})}")
    page, said = answer.content.decode(), text_of(answer)
    assert said.index("You must tell") < said.index("You can tell, of your own accord")
    assert "comity-card--must" in page
    assert "comity-card--can" in page
    assert "Guidance, not legal advice." in said
    assert (
        "Telling it does not tell the National Cyber Security Centre (NCSC) or Report Fraud."
        in said
    )
    assert "By Tuesday 1 December 2026, 02:10 GMT" in said


def test_with_nothing_known_nothing_is_a_duty_and_everything_is_to_be_checked(
    browser: Client,
) -> None:
    said = text_of(browser.get("/whom-to-tell/result"))
    assert "Nothing that you stated makes it a duty to tell anybody." in said
    assert say("answer.must", Language.ENGLISH) not in said.replace("Whom must I tell", "")


def test_the_deadlines_and_the_data_can_be_taken_away(browser: Client) -> None:
    query = urlencode(CHARITY)
    events = Calendar.from_ical(browser.get(f"/cy/whom-to-tell/result.ics?{query}").content)
    [event] = events.walk("VEVENT")
    assert str(event["summary"]).startswith("Rhaid i chi ddweud wrth: y Comisiynydd Gwybodaeth")
    data = json.loads(browser.get(f"/whom-to-tell/result.json?{query}").content)
    found = {each["rule"]: each["answer"] for each in data["signposts"]}
    assert (found["gdpr_33"], found["charity_scotland"]) == ("must", "no")
    assert set(found.values()) <= {each.name.lower() for each in Answer}


# ------------------------------------------------------------------ who was told already


def told(browser: Client, address: str, prefix: str = "/", **written: str) -> Any:  # noqa: ANN401 - Django's answer of a test
    """Say on the page of a duty that one has told whom it names."""
    query = dict(parse_qsl(address.partition("?")[2]))
    fields = {**query, "about": "gdpr_33", "told-at-sent": "yes", **written}
    return browser.get(f"{prefix}whom-to-tell/told", fields)


@pytest.mark.parametrize("language", Language)
def test_what_was_told_stands_beside_its_duty_with_its_reference_and_whether_it_was_in_time(
    browser: Client, language: Language
) -> None:
    prefix = PREFIX[language]
    start = f"{prefix}whom-to-tell/result?{urlencode(CHARITY)}"
    link = html.unescape(
        re.findall(r'href="([^"]+/told[^"]+about=gdpr_33)"', browser.get(start).content.decode())[0]
    )
    assert said("told.title", language) in text_of(browser.get(link))
    answer = told(browser, link, prefix, **{"told-at": "now", "reference": "ICO/42 & more"})
    assert answer.status_code == 302
    words = text_of(browser.get(answer["Location"]))
    assert said("told.reference", language, reference="ICO/42 & more") in words
    assert said("told.in_time", language) in words
    back = re.findall(
        r'href="([^"]+)">' + said("told.back", language),
        browser.get(answer["Location"]).content.decode(),
    )
    assert said("told.done", language) not in text_of(browser.get(html.unescape(back[0])))


def test_what_was_told_too_late_says_so_and_goes_into_the_data(browser: Client) -> None:
    query = {**CHARITY, "aware_at": "2026-11-01T10:00Z"}
    answer = told(browser, f"?{urlencode(query)}", **{"told-at": "now", "reference": ""})
    assert "after the time allowed" in text_of(browser.get(answer["Location"]))
    data = answer["Location"].replace("/result?", "/result.json?")
    assert json.loads(browser.get(data).content)["told"] == {
        "gdpr_33": {"at": SATURDAY.isoformat(), "reference": ""}
    }
    again = browser.get(answer["Location"].replace("/result?", "?")).content.decode()
    assert 'name="told" value="gdpr_33~2026-11-28T02:10Z~"' in again, (
        "it goes on with the questions"
    )


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ({}, "Choose when you told them"),
        ({"told-at": "then"}, "Give a day and a time that there are"),
        ({"told-at": "now", "reference": "x" * 81}, "at most 80 letters"),
        ({"told-at": "now", "reference": "a\x07"}, "at most 80 letters"),
    ],
)
def test_a_wrong_time_or_reference_is_asked_for_again(
    browser: Client, written: dict[str, str], words: str
) -> None:
    page = told(browser, f"?{urlencode(CHARITY)}", **written)
    assert page.status_code == 200
    assert words in text_of(page)
    assert 'name="roles" value="charity"' in page.content.decode()


@pytest.mark.parametrize(
    "value",
    ["", "gdpr_33", "gdpr_33~yesterday~", "gdpr_33~1999-01-01T00:00Z~",
     "nothing~2026-11-28T02:10Z~", "gdpr_33~2026-11-28T02:10Z~" + "x" * 81,
     "gdpr_33~2026-11-28T02:10Z~a\nb"],
)  # fmt: skip
def test_what_cannot_have_been_told_is_one_clear_error(browser: Client, value: str) -> None:
    answer = browser.get("/whom-to-tell/result", {"told": value})
    assert answer.status_code == 400
    assert "This address cannot be read" in text_of(answer)


def test_a_duty_that_there_is_not_leads_back_to_the_outcome(browser: Client) -> None:
    assert browser.get("/whom-to-tell/told?about=nothing").status_code == 302
    assert browser.get("/whom-to-tell/told").status_code == 302


# ------------------------------------------------------------------ what they never do


@pytest.mark.parametrize("address", addresses())
def test_every_page_sets_no_cookie_runs_no_script_and_tells_nobody_where_you_came_from(
    browser: Client, address: str
) -> None:
    answer = browser.get(address)
    assert answer.status_code in {200, 302}
    assert not answer.cookies
    assert "<script" not in answer.content.decode()
    assert "style=" not in answer.content.decode()
    assert answer["Referrer-Policy"] == "same-origin"
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert "unsafe" not in answer["Content-Security-Policy"]
    if answer.status_code == 200:
        assert answer["Cache-Control"] == "no-store"
    assert browser.post(address).status_code == (200 if address in FORMS else 405)


@pytest.mark.parametrize("address", addresses())
def test_an_address_that_cannot_be_read_is_one_clear_error_and_no_defect(
    browser: Client, address: str
) -> None:
    answer = browser.get(f"{address}?bogus=<script>alert(1)</script>&personal_data=yes")
    assert answer.status_code in {200, 400}
    assert "<script" not in answer.content.decode()
    assert (answer.status_code == 400) is ("whom-to-tell" in address)


def test_what_was_answered_stands_in_no_log(
    browser: Client, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def defect(*_: object) -> None:
        raise ValueError("pirate-9371")

    browser.raise_request_exception = False
    with caplog.at_level(logging.DEBUG):
        assert browser.get("/whom-to-tell?roles=pirate-9371").status_code == 400
        assert browser.get("/pirate-9371").status_code == 404
        monkeypatch.setattr(views, "signposts", defect)
        failed = browser.get("/whom-to-tell/result?roles=charity")
    assert failed.status_code == 500
    assert "This page cannot be shown" in text_of(failed)
    written = "\n".join(PlaceFormatter().format(each) for each in caplog.records)
    assert "ERROR" in written
    for told in ("pirate", "charity", "roles"):
        assert told not in written


def test_the_same_page_is_one_step_away_in_the_other_language(browser: Client) -> None:
    page = browser.get("/whom-to-tell/result?personal_data=yes").content.decode()
    assert 'href="/cy/whom-to-tell/result?personal_data=yes" hreflang="cy"' in page
    welsh = browser.get("/cy/whom-to-tell/result?personal_data=yes")
    assert '<html lang="cy"' in welsh.content.decode()
    assert "Nid yw'r testunau Cymraeg am ddyletswyddau wedi'u hadolygu" in text_of(welsh)


# ------------------------------------------------------------------ a body's node never does it


@pytest.mark.parametrize("body", ["NCA", "ICO", "NCSC"])
def test_a_body_has_no_such_pages(body: str) -> None:
    env = {"COMITY_ROLE": "body", "COMITY_BODY": body}
    result = CliRunner().invoke(main, ["pages"], env=env)
    assert result.exit_code == 2
    assert "a body's node does not say whom an organisation must tell" in result.output


def test_the_ways_into_a_node_are_four_and_none_is_a_page_of_a_front_door() -> None:
    ways = {str(each.pattern) for each in node_face}
    assert ways == {"", "health", "node/envelopes", "node/controls"}


@pytest.mark.parametrize("address", addresses())
def test_no_way_into_a_node_says_whom_to_tell(address: str) -> None:
    with override_settings(ROOT_URLCONF="comity.api.urls"):
        answer = Client(raise_request_exception=False).get(address)
    assert answer.status_code in ({200, 503} if address == "/" else {404})
    said = text_of(answer)
    for word in ("must tell", "Rhaid i chi", "72 hours", "Charity Commission", "whom-to-tell"):
        assert word not in said


# ------------------------------------------------------------------ words


SENTENCES = catalogue()


@pytest.mark.parametrize("key", sorted(SENTENCES))
def test_a_sentence_stands_in_both_languages_and_puts_the_same_things_in(key: str) -> None:
    english, welsh = (SENTENCES[key][each] for each in Language)
    assert english
    assert welsh
    assert values_of(english) == values_of(welsh)
    assert english != welsh or english in {"Help", "Online"}


def test_no_sentence_stands_there_for_nothing_and_none_is_missing() -> None:
    texts = [text for path, text in python_files("src").items() if "web" in path.parts]
    for name in ("front_door", "ui", "accounts"):
        place = WEB / name / "templates"
        texts += [each.read_text(encoding="utf-8") for each in place.rglob("*.html")]
    source = "\n".join(texts)
    whole = set(re.findall(r"[\"']([a-z_]+(?:\.[a-z_0-9]+)*)[\"']", source))
    stems = set(re.findall(r"[\"'](?:f\")?([a-z_.]+[._])[\"'{]", source))
    stems |= {f"{each}." for each in FOOT}
    stems |= {"missing.", "failed.", "error.", "place.", "too_large.", "alone."}
    stems |= {"not_yours.", "not_allowed."}
    unused = [key for key in SENTENCES if key not in whole and not key.startswith(tuple(stems))]
    assert unused == []

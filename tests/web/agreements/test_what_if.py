"""The form puts exactly what was entered to the gate, and says what is wrong beside the field."""

import re
from datetime import UTC, datetime

import pytest

from comity.cli.acting import NotPossible
from comity.cli.agreement.evidence import evidence_of
from comity.cli.agreement.serving import MOST_FIELDS, MOST_QUERY, Application, bound
from comity.shipped import shipped_agreement
from tests.web.agreements.test_page import complaints

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
NAME = "ico-nca-2024"
MEMORANDUM = shipped_agreement(NAME)
PAGE = Application(MEMORANDUM, NAME, evidence_of(NAME, MEMORANDUM), lambda: NOW)
TOLD_NCA = (
    "ask=1&discloser=NCA&recipient=ICO&kind=organisation_specific&purpose=regulation"
    "&tlp=TLP:AMBER&identifies_people=no&gateway=cca_2013_s7_4&within_functions=yes"
    "&officer_named=yes&necessity_recorded=yes"
    "&origin1=acme&given_to1=NCA&in_confidence1=yes&chose1=no"
)


def answered(query: str) -> str:
    status, text = PAGE.answer("GET", "/", query)
    assert status == "200 OK"
    assert list(complaints(text)) == []
    return text


def answer(query: str) -> str:
    """Return the box with the gate's answer as plain words."""
    found = re.search('<div class="answer .*?</div>', answered(query), re.DOTALL)
    assert found is not None
    return " ".join(re.sub("<[^>]+>", " ", found[0]).split())


def test_before_anything_is_asked_there_is_a_form_and_no_answer() -> None:
    text = answered("")
    assert '<form method="get"' in text
    assert 'class="answer' not in text
    assert 'class="summary' not in text


def test_what_was_told_in_confidence_is_refused_until_the_organisation_says_yes() -> None:
    refused = answer(f"{TOLD_NCA}&consent1=none")
    assert "Refused" in refused
    assert "Clause I-1" in refused
    assert "ask acme for consent" in refused
    assert "There is nothing to share." in refused
    assert "Permitted" in answer(f"{TOLD_NCA}&consent1=given")


@pytest.mark.parametrize("said", ["sought", "refused", "withdrawn"])
def test_no_other_answer_of_the_organisation_permits(said: str) -> None:
    assert "Refused" in answer(f"{TOLD_NCA}&consent1={said}")


def test_a_second_source_that_forbids_refuses_the_whole() -> None:
    with_another = "&origin2=birch&given_to2=NCA&in_confidence2=yes&consent2=none"
    assert "Refused" in answer(f"{TOLD_NCA}&consent1=given{with_another}")
    both = with_another.replace("none", "given")
    assert "Permitted" in answer(f"{TOLD_NCA}&consent1=given{both}")


def test_the_choice_of_a_recipient_counts_under_the_terms_of_a_front_door() -> None:
    terms = shipped_agreement("front-door-terms")
    page = Application(terms, "front-door-terms", evidence_of("front-door-terms", terms), PAGE.now)
    asked = "ask=1&discloser=FRONT_DOOR&recipient=ICO&kind=report&purpose=regulation&origin1=acme"
    assert "answer permitted" in page.answer("GET", "/", f"{asked}&chose1=yes")[1]
    assert "answer refused" in page.answer("GET", "/", f"{asked}&chose1=no")[1]
    to_organisation = asked.replace("FRONT_DOOR", "x").replace("=ICO", "=FRONT_DOOR")
    about_itself = to_organisation.replace("=x", "=NCA").replace("=report", "=message")
    assert "answer permitted" in page.answer("GET", "/", f"{about_itself}&addressee=acme")[1]
    assert "answer refused" in page.answer("GET", "/", f"{about_itself}&addressee=birch")[1]


def test_what_is_not_shown_is_named_as_not_known() -> None:
    without = TOLD_NCA.replace("&gateway=cca_2013_s7_4", "")
    assert "What was not known" in answer(f"{without}&consent1=given")


def test_a_field_that_is_wrong_says_so_beside_itself_and_at_the_top() -> None:
    text = answered("ask=1&discloser=NCA&smallest_group=many")
    assert "<title>Error: " in text
    assert 'aria-describedby="smallest_group-error" aria-invalid="true"' in text
    assert text.count("Enter a whole number, or nothing") == 2
    for name in ("recipient", "kind", "purpose", "origin1"):
        assert f'<a href="#{name}">' in text
        assert f'id="{name}-error"' in text
    assert 'id="discloser-error"' not in text
    assert 'value="many"' in text
    assert 'class="answer' not in text


@pytest.mark.parametrize("number", ["-1", "1.5", "1e3", "1234567890", "\u0663"])
def test_only_a_whole_number_is_one(number: str) -> None:
    assert "smallest_group-error" in answered(f"ask=1&smallest_group={number}")


def test_what_cannot_be_asked_is_said() -> None:
    text = answered(f"{TOLD_NCA}&consent1=none".replace("given_to1=NCA", "given_to1=XYZ"))
    assert "The gate could not be asked: unknown value XYZ" in text


def test_the_form_keeps_what_was_entered_and_speaks_welsh() -> None:
    text = answered(f"{TOLD_NCA}&consent1=none&language=cy")
    assert '<html lang="cy">' in text
    assert "Gwrthodir" in text
    assert '<option value="NCA" selected lang="en">' in text
    assert re.search('name="given_to1" value="NCA" checked', text)
    assert '<html lang="en">' in answered("language=fr")


@pytest.mark.parametrize(
    ("method", "path", "query", "status"),
    [
        ("POST", "/", "", "405"),
        ("GET", "/other", "", "404"),
        ("GET", "/", "x=" + "1" * MOST_QUERY, "414"),
        ("GET", "/", "&".join(["x=1"] * (MOST_FIELDS + 1)), "400"),
        ("GET", "/", "x=%ff", "400"),
        ("HEAD", "/", "", "200"),
    ],
)
def test_only_a_short_request_for_the_page_is_answered(
    method: str, path: str, query: str, status: str
) -> None:
    assert PAGE.answer(method, path, query)[0][:3] == status


@pytest.mark.parametrize(
    "address", ["0.0.0.0:8010", "192.0.2.1:8010", "[::]:8010", "example.org:8010", "127.0.0.1",
                "127.0.0.1:x", "127.0.0.1:99999", ""]
)  # fmt: skip
def test_the_form_is_served_on_this_machine_only(address: str) -> None:
    with pytest.raises(NotPossible, match="is no address of this machine"):
        bound(address, PAGE)


def test_a_taken_port_is_said() -> None:
    with (
        bound("127.0.0.1:0", PAGE) as server,
        pytest.raises(NotPossible, match="already in use"),
    ):
        bound(f"127.0.0.1:{server.server_port}", PAGE)

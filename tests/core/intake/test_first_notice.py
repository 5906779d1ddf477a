"""A first notice asks only what the report asks; what a body would get is shown byte by byte."""

from copy import deepcopy
from typing import Any

import pytest

from comity.core.intake import (
    contents_for,
    items_for,
    offered,
    read_first_notice,
    read_recipients,
)
from comity.core.terms import Code, InputError, PartyId, read_toml, salted_digest
from comity.shipped import FORMS, bodies, first_notice, recipients, shipped_agreement
from tests.core.intake.test_form import shipped
from tests.core.intake.test_report import AGREEMENTS, BODIES, DOCUMENT, FORM, ICO, IDS, NCA, SALTS
from tests.core.intake.test_report import read as read_report

NOTICE = read_toml((FORMS / "first-notice.toml").read_bytes(), "first-notice.toml")
TOLD = read_toml((FORMS / "bodies.toml").read_bytes(), "bodies.toml")


def changed(document: dict[str, Any], *path: Any, to: object) -> dict[str, Any]:  # noqa: ANN401 - keys and places
    """Return a document with one value changed."""
    found = deepcopy(document)
    place: Any = found
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = to
    return found


def test_what_is_asked_at_once_is_enough_for_a_report() -> None:
    asked = {
        (each.section, each.question.name) for part in first_notice().parts for each in part.asks
    }
    sections = {section for section, _ in asked}
    for section in sections:
        for question in shipped().sections[section].questions.values():
            assert not question.required or (section, question.name) in asked
    assert len(first_notice().parts) == 5


@pytest.mark.parametrize(
    ("path", "to", "code"),
    [
        (("form",), "9", Code.UNKNOWN_VALUE),
        (("parts", 0, "answers", 0, "question"), "contact.nmae", Code.UNKNOWN_QUESTION),
        (("parts", 0, "answers", 0, "question"), "contact", Code.UNKNOWN_QUESTION),
        (("parts", 0, "answers", 0, "label_cy"), 7, Code.WRONG_TYPE),
        (("parts", 0, "colour"), "red", Code.UNKNOWN_KEY),
        (("parts", 0, "at_least_one"), "yes", Code.WRONG_TYPE),
        (("parts",), "none", Code.WRONG_TYPE),
    ],
)
def test_a_wrong_file_is_one_clear_error(path: Any, to: object, code: Code) -> None:  # noqa: ANN401 - keys and places
    with pytest.raises(InputError) as found:
        read_first_notice(changed(NOTICE, *path, to=to), "a file", FORM)
    assert found.value.code is code
    assert found.value.advice


def test_what_is_said_of_a_body_rests_on_a_clause_that_there_is() -> None:
    assert {each.body for each in recipients()} == bodies()
    for each in recipients():
        assert each.rests_on
        for agreement, clause in each.rests_on:
            found = {one.id for one in shipped_agreement(agreement).clauses}
            assert clause in found


def test_what_is_said_of_a_wish_rests_on_a_clause_that_there_is() -> None:
    for each in shipped().sections["sharing"].questions.values():
        assert each.rests_on
        for agreement, clause in each.rests_on:
            assert clause in {one.id for one in shipped_agreement(agreement).clauses}


def test_the_bodies_that_can_be_said_to_be_engaged_are_those_that_can_be_told() -> None:
    named = [
        each
        for section in shipped().sections.values()
        for each in section.questions.values()
        if each.names_bodies
    ]
    assert [each.name for each in named] == ["engaged"]
    assert named[0].meanings == {each.body: each.name for each in recipients()}
    assert list(named[0].values) == [each.body for each in recipients()]


def test_whoever_promises_nothing_to_the_ico_has_a_rule_that_keeps_it() -> None:
    """The plain words on the page are those of a clause with a rule, never of one without."""
    for each in recipients():
        if "will not pass" in each.promise.en:
            agreement, clause = each.rests_on[0]
            rules = shipped_agreement(agreement).rules
            assert any(rule.id.startswith(f"{clause}.") for rule in rules)


@pytest.mark.parametrize(
    ("path", "to", "code"),
    [
        (("body", "ICO", "promise"), 7, Code.WRONG_TYPE),
        (("body", "ICO", "colour"), "red", Code.UNKNOWN_KEY),
        (("body", "ico"), {}, Code.MISSING_KEY),
    ],
)
def test_wrong_words_about_a_body_are_one_clear_error(
    path: Any,  # noqa: ANN401 - keys and places
    to: object,
    code: Code,
) -> None:
    with pytest.raises(InputError) as found:
        read_recipients(changed(TOLD, *path, to=to), "a file")
    assert found.value.code in {code, Code.BAD_ID}


def test_every_wording_stands_in_both_languages_and_they_differ() -> None:
    wordings = [
        each
        for part in first_notice().parts
        for each in (part.title, part.hint, *(w for a in part.asks for w in (a.label, a.hint)))
    ]
    wordings += [
        w
        for each in recipients()
        for w in (each.name, each.does, each.promise, each.limit, each.others)
    ]
    for each in wordings:
        assert bool(each.en) is bool(each.cy)
        assert not each.en or each.en != each.cy


def test_what_a_body_would_get_is_shown_as_the_very_bytes_that_are_sealed() -> None:
    report = read_report(DOCUMENT)
    for body in sorted(BODIES):
        shown = contents_for(report, body)
        parts = items_for(report, body, SALTS, IDS, AGREEMENTS)
        assert list(shown.values()) == [each.content for each in parts]
        for part in parts:
            assert part.item.digest == salted_digest(part.salt, shown[part.item.section])
    assert set(contents_for(report, ICO)) < set(contents_for(report, NCA))


def test_a_new_part_is_offered_to_bodies_that_got_another_and_keep_everything() -> None:
    keeps = {each.body for each in recipients() if each.everything}
    assert keeps == {NCA, PartyId("NCSC")}
    assert offered(recipients(), {}) == ()
    assert offered(recipients(), {"incident": [], "contact": [ICO]}) == ()
    assert offered(recipients(), {"incident": [ICO, NCA], "contact": [NCA]}) == (NCA,)

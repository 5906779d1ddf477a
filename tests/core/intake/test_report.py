"""A report reaches the bodies that were chosen, section by section, in confidence by default."""

from contextlib import suppress
from copy import deepcopy
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.core.intake import Report, contents_for, items_for, read_report, read_unfinished
from comity.core.markings import Source, Tlp
from comity.core.terms import (
    Code,
    Digest,
    InputError,
    ItemId,
    OrganisationId,
    PartyId,
    Section,
    read_json,
    salted_digest,
)
from tests.core.intake.test_form import shipped

FORM = shipped()
ICO, NCA, NCSC = map(PartyId, ("ICO", "NCA", "NCSC"))
BODIES = frozenset({ICO, NCA, NCSC})
INCIDENT, CONTACT, RANSOM = map(Section, ("incident", "contact", "ransom"))
ENGAGEMENT, SHARING = map(Section, ("engagement", "sharing"))
DOCUMENT: dict[str, Any] = {
    "organisation": "acme",
    "contact": {"name": "Jo Smith", "organisation_name": "Acme", "nations": ["wales"]},
    "incident": {
        "summary": "Files were encrypted.",
        "discovered_at": datetime(2026, 11, 20, 7, tzinfo=UTC),
        "type": "ransomware",
        "still_going_on": True,
    },
    "ransom": {"demanded": True},
    "choices": {"incident": ["NCA", "ICO"], "contact": ["NCA"]},
    "in_confidence": {"contact": False},
    "tlp": {"ransom": "TLP:RED"},
}
SALTS = {section: bytes([n]) * 32 for n, section in enumerate(map(Section, FORM.sections))}
IDS = {section: ItemId(f"item-{section}") for section in SALTS}
AGREEMENTS = frozenset({Digest("0f" * 32)})


def changed(*path: str, to: object) -> dict[str, Any]:
    document = deepcopy(DOCUMENT)
    inner = document
    for key in path[:-1]:
        inner = inner.setdefault(key, {})
    if to is None:
        del inner[path[-1]]
    else:
        inner[path[-1]] = to
    return document


def read(document: dict[str, Any]) -> Report:
    return read_report(document, "report.toml", FORM, BODIES)


def test_a_report_says_what_and_to_whom() -> None:
    report = read(DOCUMENT)
    assert report.organisation == OrganisationId("acme")
    assert list(report.answers) == ["contact", "incident", "ransom"]
    assert report.answers[INCIDENT]["type"] == "ransomware"
    assert report.choices == {INCIDENT: {NCA, ICO}, CONTACT: {NCA}, RANSOM: frozenset()}
    assert report.chosen_bodies() == {NCA, ICO}


def test_what_is_told_is_in_confidence_unless_said_otherwise() -> None:
    report = read(DOCUMENT)
    assert report.in_confidence == {CONTACT: False, INCIDENT: True, RANSOM: True}
    assert report.tlp == {
        CONTACT: Tlp.AMBER_STRICT,
        INCIDENT: Tlp.AMBER_STRICT,
        RANSOM: Tlp.RED,
    }


def test_a_section_for_which_no_body_was_chosen_reaches_nobody() -> None:
    report = read(DOCUMENT)
    for body in BODIES:
        parts = items_for(report, body, SALTS, IDS, AGREEMENTS)
        assert RANSOM not in {part.item.section for part in parts}
    assert items_for(report, NCSC, SALTS, IDS, AGREEMENTS) == ()
    silent = read(changed("choices", to=None))
    assert silent.chosen_bodies() == frozenset()


def test_an_item_names_only_the_body_that_gets_it() -> None:
    for body in (NCA, ICO):
        for part in items_for(read(DOCUMENT), body, SALTS, IDS, AGREEMENTS):
            assert part.item.label.sources == {
                Source(
                    origin=OrganisationId("acme"),
                    given_to=frozenset({body}),
                    in_confidence=part.item.section != "contact",
                )
            }


def test_an_item_is_labelled_by_its_section() -> None:
    parts = {
        part.item.section: part for part in items_for(read(DOCUMENT), NCA, SALTS, IDS, AGREEMENTS)
    }
    label = parts[CONTACT].item.label
    assert label.tlp is Tlp.AMBER_STRICT
    assert label.identifies_people is True
    assert label.identifies_organisation is True
    assert label.agreements == AGREEMENTS
    assert parts[INCIDENT].item.label.identifies_people is False
    files = {"files": [{"name": "a", "bytes": 1, "sha256": "0f" * 32}]}
    attached = changed("attachments", to=files)
    attached["choices"]["attachments"] = ["ICO"]
    found = {p.item.section: p for p in items_for(read(attached), ICO, SALTS, IDS, AGREEMENTS)}
    assert found[Section("attachments")].item.label.identifies_people is None


def test_the_digest_of_an_item_commits_to_its_content_and_salt() -> None:
    first, *_ = items_for(read(DOCUMENT), ICO, SALTS, IDS, AGREEMENTS)
    assert first.item.digest == salted_digest(SALTS[INCIDENT], first.content)
    assert first.salt == SALTS[INCIDENT]
    assert first.item.id == IDS[INCIDENT]
    assert read_json(first.content, "content") == {
        "section": "incident",
        "answers": {
            "summary": "Files were encrypted.",
            "type": "ransomware",
            "discovered_at": "2026-11-20T07:00:00Z",
            "still_going_on": True,
        },
    }


def test_an_item_without_a_salt_or_an_id_is_not_made() -> None:
    with pytest.raises(KeyError):
        items_for(read(DOCUMENT), NCA, {}, IDS, AGREEMENTS)
    with pytest.raises(KeyError):
        items_for(read(DOCUMENT), NCA, SALTS, {}, AGREEMENTS)


@pytest.mark.parametrize(
    ("path", "to", "code", "message"),
    [
        (
            ("incidnt",),
            {},
            Code.UNKNOWN_SECTION,
            ": unknown section incidnt; did you mean incident",
        ),
        (("organisation",), None, Code.MISSING_KEY, ": key organisation is missing"),
        (("organisation",), "Acme", Code.BAD_ID, ": organisation: 'Acme' is not an organisation"),
        (("organisation",), "NCA", Code.BAD_ID, ": organisation: 'NCA' is not an organisation"),
        (("form",), "0", Code.UNKNOWN_VALUE, ": form: form 0 is not known"),
        (("form",), 1, Code.WRONG_TYPE, ": form: form must be a text in quotes"),
        (("incident",), "text", Code.WRONG_TYPE, ": incident: incident must be a table"),
        (
            ("incident", "sumary"),
            "x",
            Code.UNKNOWN_QUESTION,
            ": incident: unknown question sumary; d",
        ),
        (("incident", "summary"), None, Code.MISSING_KEY, ": incident: summary is not answered"),
        (("incident", "type"), "ransom", Code.UNKNOWN_VALUE, ": incident.type: ransom is no type"),
        (
            ("choices", "incident"),
            ["NAC"],
            Code.UNKNOWN_CHOICE,
            ": choices.incident: unknown body NAC",
        ),
        (
            ("choices", "incident"),
            ["acme"],
            Code.UNKNOWN_CHOICE,
            ": choices.incident: unknown body",
        ),
        (
            ("choices", "incident"),
            "NCA",
            Code.WRONG_TYPE,
            ": choices.incident: incident must be a l",
        ),
        (
            ("choices", "people"),
            ["NCA"],
            Code.UNKNOWN_CHOICE,
            ": choices: people is no section of th",
        ),
        (
            ("choices", "all"),
            ["NCA"],
            Code.UNKNOWN_CHOICE,
            ": choices: all is no section of this rep",
        ),
        (
            ("in_confidence", "people"),
            True,
            Code.UNKNOWN_CHOICE,
            ": in_confidence: people is no sec",
        ),
        (
            ("in_confidence", "incident"),
            "no",
            Code.WRONG_TYPE,
            ": in_confidence.incident: incident m",
        ),
        (
            ("in_confidence",),
            False,
            Code.WRONG_TYPE,
            ": in_confidence: in_confidence must be a table",
        ),
        (("tlp", "people"), "TLP:RED", Code.UNKNOWN_CHOICE, ": tlp: people is no section of this"),
        (("tlp", "incident"), "RED", Code.UNKNOWN_VALUE, ": tlp.incident: RED is no incident"),
    ],
)
def test_what_is_no_report_is_refused(
    path: tuple[str, ...], to: object, code: Code, message: str
) -> None:
    with pytest.raises(InputError) as caught:
        read(changed(*path, to=to))
    assert caught.value.code is code
    assert str(caught.value).startswith(f"report.toml{message}")
    assert caught.value.advice


def test_a_report_of_nothing_is_refused() -> None:
    with pytest.raises(InputError, match="the report has no section") as caught:
        read({"organisation": "acme", "choices": {}, "scenario": {"anything": 1}})
    assert caught.value.code is Code.EMPTY_REPORT


@given(
    st.dictionaries(
        st.sampled_from([INCIDENT, CONTACT, RANSOM]), st.frozensets(st.sampled_from(sorted(BODIES)))
    )
)
def test_a_body_gets_what_was_chosen_for_it_and_nothing_else(
    choices: dict[Section, frozenset[PartyId]],
) -> None:
    report = read(changed("choices", to={key: sorted(value) for key, value in choices.items()}))
    for body in BODIES:
        parts = items_for(report, body, SALTS, IDS, AGREEMENTS)
        got = {part.item.section for part in parts}
        assert got == {section for section, bodies in choices.items() if body in bodies}
        given_to = [source.given_to for part in parts for source in part.item.label.sources]
        assert given_to == [{body}] * len(parts)


junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(st.sampled_from(["incident", "summary", "type", "x"]), inner)
    ),
    max_leaves=5,
)


@given(st.sampled_from(sorted({*DOCUMENT, "people", "form"})), junk)
def test_any_document_is_a_report_or_an_input_error(key: str, value: object) -> None:
    with suppress(InputError):
        read({**DOCUMENT, key: value})


def test_a_report_is_known_to_a_body_by_the_name_that_this_body_knows() -> None:
    report = read_report(DOCUMENT, "it", FORM, BODIES)
    theirs = report.known_as(OrganisationId("org-of-the-nca"))
    (part, *_) = items_for(theirs, NCA, SALTS, IDS, AGREEMENTS)
    assert {source.origin for source in part.item.label.sources} == {"org-of-the-nca"}
    assert theirs.known_as(report.organisation) == report


def test_a_report_of_some_sections_gives_each_body_those_and_no_others() -> None:
    report = read_report(DOCUMENT, "it", FORM, BODIES)
    some = report.only({CONTACT, RANSOM})
    assert set(some.answers) == set(some.choices) == {CONTACT, RANSOM}
    assert some.chosen_bodies() == {NCA}
    parts = items_for(some, NCA, SALTS, IDS, AGREEMENTS)
    assert [part.item.section for part in parts] == [CONTACT]
    assert items_for(some, ICO, SALTS, IDS, AGREEMENTS) == ()


@pytest.mark.parametrize(
    ("path", "to"),
    [
        (("incident", "summary"), "Files were copied."),
        (("choices", "incident"), ["NCA"]),
        (("in_confidence", "incident"), False),
        (("tlp", "incident"), "TLP:RED"),
    ],
)
def test_whatever_changes_in_a_section_shows_and_in_no_other(
    path: tuple[str, ...], to: object
) -> None:
    before = read_report(DOCUMENT, "it", FORM, BODIES)
    after = read_report(changed(*path, to=to), "it", FORM, BODIES)
    assert before.section(INCIDENT) != after.section(INCIDENT)
    for other in (CONTACT, RANSOM):
        assert before.section(other) == after.section(other)
    assert before.section(INCIDENT) == before.known_as(OrganisationId("bolt")).section(INCIDENT)


def test_the_sections_of_another_report_take_the_place_of_its_own_and_no_other_changes() -> None:
    report = read_report(DOCUMENT, "it", FORM, BODIES)
    other = read_report(
        {
            "organisation": "bolt",
            "contact": {"name": "Sam", "organisation_name": "Acme"},
            "sharing": {},
            "choices": {"sharing": ["NCSC"]},
            "tlp": {"contact": "TLP:RED"},
        },
        "it",
        FORM,
        BODIES,
    )
    whole = report.with_sections_of(other)
    assert whole.organisation == report.organisation
    for section in (CONTACT, SHARING):
        assert whole.section(section) == other.section(section)
    for section in (INCIDENT, RANSOM):
        assert whole.section(section) == report.section(section)
    assert whole.choices[CONTACT] == frozenset(), "who got the old one is not told the new one"


# ------------------------------------------------------------------ wishes, and who is engaged


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({}, (False, False)),
        ({"warnings_may_use": True}, (False, True)),
        ({"engagement_may_be_known": True, "warnings_may_use": False}, (True, False)),
    ],
)
def test_a_wish_on_which_nobody_said_yes_is_told_as_a_no(
    said: dict[str, bool], told: tuple[bool, bool]
) -> None:
    document = {**changed("sharing", to=said)}
    document["choices"] = {"sharing": ["NCA"]}
    content = contents_for(read(document), NCA)[SHARING]
    wishes = ("engagement_may_be_known", "warnings_may_use")
    assert read_json(content, "it")["answers"] == dict(zip(wishes, told, strict=True))


def test_wishes_reach_nobody_unless_somebody_is_ticked_for_them() -> None:
    report = read(changed("sharing", to={"warnings_may_use": True}))
    assert report.choices[SHARING] == frozenset()
    assert all(SHARING not in contents_for(report, body) for body in BODIES)
    assert SHARING not in read(DOCUMENT).answers, "what nobody mentions is no section"


@given(
    st.frozensets(st.sampled_from(sorted(BODIES))), st.frozensets(st.sampled_from(sorted(BODIES)))
)
def test_a_body_is_told_of_the_others_that_were_named_and_never_of_itself(
    named: frozenset[PartyId], to: frozenset[PartyId]
) -> None:
    document = changed("engagement", to={"engaged": sorted(named), "quiet_hours": "22 to 6"})
    document["choices"] = {"engagement": sorted(to)}
    report = read(document)
    for body in BODIES:
        shown = contents_for(report, body)
        assert set(shown) == ({ENGAGEMENT} if body in to else set())
        for content in shown.values():
            answers = read_json(content, "it")["answers"]
            assert answers == {"engaged": sorted(named - {body}), "quiet_hours": "22 to 6"}
        parts = items_for(report, body, SALTS, IDS, AGREEMENTS)
        assert [each.content for each in parts] == list(shown.values())


def test_an_answer_that_is_no_list_names_no_body() -> None:
    report = read(changed("engagement", to={"engaged": ["NCA"]}))
    odd = replace(
        report, answers={ENGAGEMENT: {"engaged": "NCA"}}, choices={ENGAGEMENT: frozenset({ICO})}
    )
    assert read_json(contents_for(odd, ICO)[ENGAGEMENT], "it")["answers"] == {"engaged": []}


# ------------------------------------------------------------------ as far as it goes


def unfinished(**sections: Any) -> Report:  # noqa: ANN401 - answers of any kind
    return read_unfinished({"organisation": "acme", **sections}, "answers", FORM)


def test_a_report_as_far_as_it_goes_needs_nothing_and_reaches_nobody() -> None:
    report = unfinished(incident={"found_by": "an officer"})
    assert report.answers == {"incident": {"found_by": "an officer"}}
    assert report.chosen_bodies() == frozenset()
    assert report.in_confidence == {INCIDENT: True}
    assert report.tlp == {INCIDENT: Tlp.AMBER_STRICT}
    assert unfinished().answers == {}


@pytest.mark.parametrize(
    ("sections", "code"),
    [
        ({"incident": {"nothing": "x"}}, Code.UNKNOWN_QUESTION),
        ({"nothing": {}}, Code.UNKNOWN_SECTION),
        ({"incident": {"found_by": "x" * 501}}, Code.TOO_LARGE),
    ],
)
def test_a_report_as_far_as_it_goes_holds_only_answers(
    sections: dict[str, Any], code: Code
) -> None:
    with pytest.raises(InputError) as found:
        unfinished(**sections)
    assert found.value.code is code

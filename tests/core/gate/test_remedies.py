"""A remedy that is named works, none of its steps is idle, and what nobody can cure has none."""

from dataclasses import replace

import pytest
from hypothesis import given

from comity.core.agreement import Agreements
from comity.core.consent import NOTHING, Answer, Consents, Statement
from comity.core.gate import DisclosureRequest, Evidenced, Refusal, decide, remedies
from comity.core.gate.remedies import MOST_STEPS, _needed, _steps, _would_permit
from comity.core.markings import Tlp, made_by
from comity.core.terms import Digest, EvidenceId, ItemId, PartyId, Purpose, Section
from tests.core.strategies import consents, likely_requests
from tests.core.world import (
    ACME,
    BOLT,
    CHOSE_NCA,
    EDITED,
    FRESH,
    FRONT_DOOR,
    GIVEN,
    ICO,
    ITEM,
    NCA,
    NCSC,
    NOW,
    REQUEST,
    SAID_YES,
    WITHDRAWN,
    about,
    agreement,
    agreements,
    known,
    labelled,
    told,
)

UNTIL = f"until {NOW.day + 1} November 2026 or later"
ASK_ACME = f"ask acme for consent to pass its incident section to ICO for regulation, {UNTIL}"


def cures(request: DisclosureRequest = REQUEST, history: Consents = NOTHING) -> list[list[str]]:
    decision = decide(agreements(), request, history, NOW)
    assert isinstance(decision, Refusal)
    return [list(remedy.steps) for remedy in remedies(decision)]


def test_who_was_not_asked_can_be_asked() -> None:
    assert cures() == [[ASK_ACME]]


@pytest.mark.parametrize(
    ("last", "words"),
    [
        (replace(GIVEN, answer=Answer.REFUSED), "it has refused"),
        (WITHDRAWN, "it has withdrawn its consent"),
    ],
)
def test_who_has_said_no_is_said_to_have_said_no(last: Statement, words: str) -> None:
    history = replace(SAID_YES, statements=(GIVEN, replace(last, counter=8)))
    (steps,) = cures(history=history)
    assert steps == [f"{ASK_ACME} ({words}: only a new yes counts)"]


def test_every_missing_fact_is_named_and_nothing_else() -> None:
    (steps,) = cures(replace(REQUEST, facts={}))
    assert sorted(steps) == sorted(
        [
            ASK_ACME,
            "note why the disclosure is relevant to ICO's functions",
            "write down why the disclosure is necessary, and sign it",
            "name the officer who answers for the disclosure",
            "record the legal gateway under which ICO may get this: cca_2013_s7_4",
        ]
    )


def test_alternatives_are_named_each_with_what_it_needs() -> None:
    bolt = labelled(sources=frozenset({told(BOLT, ICO, in_confidence=False)}))
    request = replace(
        about(bolt),
        discloser=ICO,
        recipient=NCA,
        purpose=Purpose("serious_organised_crime"),
        facts=known(necessity_recorded=True, officer_named=True),
    )
    found = cures(request)
    gateway = "record the legal gateway under which NCA may get this"
    assert [f"{gateway}: dpa_2018_s132_2f"] in found
    assert [
        "ask bolt for consent to pass its incident section to NCA for serious organised crime, "
        + UNTIL,
        f"{gateway}: dpa_2018_s132_2a",
    ] in found
    assert [len(steps) for steps in found] == sorted(len(steps) for steps in found)


def test_where_a_forbid_asks_for_the_gateway_its_values_are_named() -> None:
    """The memorandum with the NCSC permits widely and forbids what no gateway covers."""
    both = Agreements([agreement("ico-ncsc-2023"), agreement("front-door-terms")])
    own = replace(ITEM, label=made_by(NCSC))
    facts = known(within_functions=True, necessity_recorded=True, officer_named=True)
    request = replace(about(own), discloser=NCSC, recipient=ICO, facts=facts)
    refusal = decide(both, request, NOTHING, NOW)
    assert isinstance(refusal, Refusal)
    found = [list(remedy.steps) for remedy in remedies(refusal)]
    gateway = "record the legal gateway under which ICO may get this"
    assert any(f"{gateway}: isa_1994_s4_2" in steps for steps in found)


def test_every_organisation_behind_an_item_is_named() -> None:
    both = labelled(sources=ITEM.label.sources | {told(BOLT, NCA, in_confidence=True)})
    (steps,) = cures(about(both))
    assert [step.split()[1] for step in steps] == ["acme", "bolt"]


def test_the_authority_behind_a_restriction_is_named() -> None:
    restricted = labelled(restrictions=frozenset({"hmrc", "social_security"}))
    assert cures(about(restricted), SAID_YES) == [
        ["ask the authority for each restriction (hmrc, social_security) to agree"]
    ]


def test_a_front_door_cannot_choose_for_the_organisation() -> None:
    report = replace(REQUEST, discloser=FRONT_DOOR, recipient=NCA, kind="report", facts={})
    assert cures(report) == [["acme would have to choose NCA for its incident section"]]
    assert cures(replace(report, items=(replace(ITEM, digest=EDITED),)), Consents(
        choices=(CHOSE_NCA,)
    )) == [["acme would have to choose NCA for its incident section"]]  # fmt: skip


@pytest.mark.parametrize(
    ("why", "request_"),
    [
        ("marked red", about(labelled(tlp=Tlp.RED))),
        ("an opinion on a duty", replace(REQUEST, kind="duty_opinion")),
        ("no agreement", replace(REQUEST, recipient=NCSC)),
        ("no item", replace(REQUEST, items=())),
        ("no such kind", replace(REQUEST, kind="gossip")),
        ("an unheard-of fact", replace(REQUEST, facts=known(unheard_of=True))),
    ],
)
def test_what_nobody_can_cure_has_no_remedy(why: str, request_: DisclosureRequest) -> None:
    assert cures(request_) == [], why


def test_a_fact_that_is_known_to_be_otherwise_can_be_changed_and_unevidenced_ones_shown() -> None:
    facts = {
        **REQUEST.facts,
        "necessity_recorded": Evidenced(False, EvidenceId("e")),  # noqa: FBT003 - a value
        "officer_named": Evidenced(True),  # noqa: FBT003 - a value
    }
    (steps,) = cures(replace(REQUEST, facts=facts), SAID_YES)
    assert sorted(steps) == [
        "name the officer who answers for the disclosure",
        "write down why the disclosure is necessary, and sign it",
    ]


def test_names_that_look_like_blanks_in_a_template_are_left_alone() -> None:
    item = replace(ITEM, section=Section("note"), label=made_by(PartyId("NCA")))
    request = replace(about(item), recipient=FRONT_DOOR, kind="message", facts={})
    assert isinstance(decide(agreements(), request, NOTHING, NOW), object)
    assert "{" not in str(cures(replace(REQUEST, facts={})))


def test_an_agreement_that_only_watches_offers_no_gateways() -> None:
    held = Agreements([agreement()])
    decision = decide(held, replace(REQUEST, discloser=NCSC), NOTHING, NOW)
    assert isinstance(decision, Refusal)
    assert remedies(decision) == ()


@given(likely_requests, consents)
def test_every_remedy_works_and_none_of_its_steps_is_idle(
    request: DisclosureRequest, history: Consents
) -> None:
    decision = decide(agreements(), request, history, NOW)
    if not isinstance(decision, Refusal):
        return
    steps, alternatives = _steps(decision.question)
    by_text = {step.text: step for step in (*steps, *alternatives)}
    for remedy in remedies(decision):
        chosen = [by_text[text] for text in remedy.steps]
        assert _would_permit(chosen, decision.question)
        for left_out in chosen:
            rest = [step for step in chosen if step is not left_out]
            assert not _would_permit(rest, decision.question)


def test_the_search_is_bounded() -> None:
    many = tuple(
        replace(ITEM, id=ItemId(f"item-{n}"), digest=Digest(f"{n:064x}"))
        for n in range(MOST_STEPS + 1)
    )
    decision = decide(agreements(), replace(REQUEST, items=many), NOTHING, NOW)
    assert isinstance(decision, Refusal)
    assert remedies(decision) == ()
    assert _needed([], decision.question) == ()


def test_remedies_change_nothing() -> None:
    decision = decide(agreements(), REQUEST, NOTHING, NOW)
    assert isinstance(decision, Refusal)
    before = decision.question
    remedies(decision)
    assert decision.question is before
    assert before.consents is NOTHING
    assert FRESH.newest_answer == GIVEN.counter
    assert ACME in {source.origin for source in ITEM.label.sources}

"""The gate permits what a clause permits and nothing forbids; everything else it refuses."""

import copy
import pickle
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.core.agreement import Agreements
from comity.core.consent import NOTHING, Answer, Assurance, Consents, Entitlement, Identified
from comity.core.gate import (
    NOTHING_TO_SHARE,
    DisclosureRequest,
    Evidenced,
    Ground,
    Permit,
    Refusal,
    decide,
    external,
    owed,
)
from comity.core.gate.decision import _TOKEN
from comity.core.gate.lines import assured, crossed
from comity.core.markings import Item, Label, Tlp, join
from comity.core.terms import ConsentId, PartyId, Purpose, Section
from tests.core.strategies import (
    consents,
    items,
    labels,
    likely_requests,
    requests,
    restrictions,
)
from tests.core.world import (
    ACME,
    ACME_TOLD_NCA,
    BOLT,
    CHOSE_NCA,
    DAY,
    EDITED,
    FRESH,
    FRONT_DOOR,
    GIVEN,
    ICO,
    ITEM,
    LABEL,
    NCA,
    NCSC,
    NOW,
    REQUEST,
    SAID_YES,
    WITHDRAWN,
    about,
    agreement,
    agreements,
    digest,
    known,
    labelled,
    told,
)


def ask(
    request: DisclosureRequest = REQUEST,
    history: Consents = SAID_YES,
    held: Agreements | None = None,
    now: datetime = NOW,
) -> Permit | Refusal:
    return decide(held or agreements(), request, history, now)


def is_permitted(decision: Permit | Refusal) -> bool:
    return isinstance(decision, Permit)


def refused_by(decision: Permit | Refusal) -> tuple[str, ...]:
    """Return the clauses of a refusal; a permit is no refusal, whatever clause it rests on."""
    assert isinstance(decision, Refusal)
    return decision.clauses


def grounds(decision: Permit | Refusal) -> set[Ground]:
    return {reason.ground for reason in decision.reasons}


# ------------------------------------------------------------------ the promise, by example


def test_what_was_told_in_confidence_is_refused_citing_the_clause() -> None:
    decision = ask(history=NOTHING)
    assert isinstance(decision, Refusal)
    assert decision.clauses == ("I-1",)
    (reason,) = decision.reasons
    assert reason.ground is Ground.FORBIDDEN
    assert reason.source == ACME_TOLD_NCA
    assert reason.unknown == ()


def test_with_a_covering_yes_it_is_permitted_with_its_obligations() -> None:
    decision = ask()
    assert isinstance(decision, Permit)
    assert decision.clauses == ("I-2",)
    before, after = owed(decision)
    assert (before.party, before.due) == (NCA, None)
    assert before.obligation.what == "record the gateway and the necessity"
    assert (after.party, after.due) == (NCA, NOW + timedelta(days=5))
    assert after.obligation.what == "show the disclosure to the organisation"
    assert {before.rule.id, after.rule.id} == {"I-2.a"}
    assert decision.unknown == ()


def test_a_withdrawn_yes_refuses() -> None:
    withdrawn = Consents(statements=(GIVEN, WITHDRAWN), statuses=(FRESH,))
    assert refused_by(ask(history=withdrawn)) == ("I-1",)


def test_an_edited_content_is_refused() -> None:
    assert refused_by(ask(about(replace(ITEM, digest=EDITED)))) == ("I-1",)


def test_a_relay_through_a_third_body_is_refused_though_no_party_to_the_agreement_sends_it() -> (
    None
):
    assert refused_by(ask(replace(REQUEST, discloser=NCSC))) == ("I-1",)


def test_a_third_agreement_that_permits_does_not_lift_the_promise() -> None:
    from tests.core.small import loose_agreement  # noqa: PLC0415 - only this test needs it

    held = Agreements([agreement(), loose_agreement()])
    relay = replace(REQUEST, discloser=NCSC)
    assert refused_by(ask(relay, NOTHING, held)) == ("I-1",)
    free = about(labelled(sources=frozenset({told(ACME, NCSC, in_confidence=True)})), relay)
    assert is_permitted(ask(free, NOTHING, held))


def test_all_sources_need_consent_not_one() -> None:
    both = labelled(sources=frozenset({ACME_TOLD_NCA, told(BOLT, NCA, in_confidence=True)}))
    decision = ask(about(both))
    assert [reason.source and reason.source.origin for reason in decision.reasons] == [BOLT]


def test_one_item_that_fails_refuses_the_whole_request() -> None:
    other = replace(ITEM, digest=EDITED)
    decision = ask(replace(REQUEST, items=(ITEM, other)))
    assert isinstance(decision, Refusal)
    assert [reason.item for reason in decision.reasons] == [other]
    assert is_permitted(ask(replace(REQUEST, items=(ITEM, ITEM))))


def test_an_item_from_nowhere_is_refused_even_if_its_label_was_forged() -> None:
    forged = labelled()
    object.__setattr__(forged.label, "sources", frozenset())
    assert grounds(ask(about(forged))) == {Ground.NO_SOURCE}
    assert LABEL.sources


def test_a_request_for_nothing_is_refused() -> None:
    assert grounds(ask(replace(REQUEST, items=()))) == {Ground.NOTHING_ASKED}


@pytest.mark.parametrize(
    ("why", "changes", "clauses"),
    [
        ("red", {"tlp": Tlp.RED}, ("X-2",)),
        ("restricted", {"restrictions": frozenset({"hmrc"})}, ("G-9",)),
        ("people", {"identifies_people": True}, ("X-1",)),
    ],
)
def test_a_marking_refuses_although_consent_covers(
    why: str, changes: dict[str, Any], clauses: tuple[str, ...]
) -> None:
    assert refused_by(ask(about(labelled(**changes)))) == clauses, why


@pytest.mark.parametrize(
    ("why", "history"),
    [
        ("no status", replace(SAID_YES, statuses=())),
        ("ended", replace(SAID_YES, statements=(replace(GIVEN, end=NOW),))),
        ("not begun", replace(SAID_YES, statements=(replace(GIVEN, start=NOW + DAY),))),
        ("weak", replace(SAID_YES, statements=(replace(GIVEN, assurance=Assurance.OPERATOR),))),
        ("nobody", replace(SAID_YES, statements=(replace(GIVEN, entitlement=Entitlement.NONE),))),
        ("to another", replace(SAID_YES, statements=(replace(GIVEN, recipient=NCSC),))),
        ("by another", replace(SAID_YES, statements=(replace(GIVEN, discloser=NCSC),))),
        ("for else", replace(SAID_YES, statements=(replace(GIVEN, purpose=Purpose("review")),))),
        ("of another", replace(SAID_YES, statements=(replace(GIVEN, organisation=BOLT),))),
    ],
)
def test_a_yes_that_does_not_cover_refuses(why: str, history: Consents) -> None:
    assert refused_by(ask(history=history)) == ("I-1",), why


def test_a_newer_answer_about_something_else_does_not_disturb_a_yes() -> None:
    elsewhere = replace(GIVEN, consent=ConsentId("consent-2"), counter=8, recipient=NCSC)
    history = replace(SAID_YES, statements=(GIVEN, elsewhere))
    assert is_permitted(ask(history=history))


# ------------------------------------------------------------------ unknown facts


@pytest.mark.parametrize("name", sorted(REQUEST.facts))
def test_a_missing_fact_is_named_with_who_supplies_it(name: str) -> None:
    facts = {key: value for key, value in REQUEST.facts.items() if key != name}
    decision = ask(replace(REQUEST, facts=facts))
    assert isinstance(decision, Refusal)
    assert [fact.name for fact in decision.unknown] == [name]
    assert decision.unknown[0].supplied_by == "the discloser's officer"


def test_a_fact_without_its_evidence_is_unknown() -> None:
    facts = {**REQUEST.facts, "officer_named": Evidenced(True)}  # noqa: FBT003 - the fact's value
    decision = ask(replace(REQUEST, facts=facts))
    assert [fact.name for fact in decision.unknown] == ["officer_named"]


def test_what_is_not_known_of_people_counts_against_disclosing() -> None:
    decision = ask(about(labelled(identifies_people=None)))
    assert refused_by(decision) == ("X-1",)
    assert grounds(decision) == {Ground.MAY_BE_FORBIDDEN}
    assert {fact.name for fact in decision.unknown} == {
        "identifies_people",
        "personal_data_basis_recorded",
    }


def test_confidence_that_nobody_denied_is_confidence() -> None:
    unsaid = labelled(sources=frozenset({told(ACME, NCA, in_confidence=None)}))
    decision = ask(about(unsaid), NOTHING)
    assert refused_by(decision) == ("I-1",)
    assert grounds(decision) == {Ground.MAY_BE_FORBIDDEN}
    assert [fact.name for fact in decision.unknown] == ["in_confidence"]


def test_contradictory_answers_refuse_as_unknown() -> None:
    twin = replace(GIVEN, recipient=NCSC)
    decision = ask(history=Consents(statements=(GIVEN, twin), statuses=(FRESH,)))
    assert "consent" in {fact.name for fact in decision.unknown}


def test_to_whom_it_was_told_if_nobody_has_said_may_be_the_body_that_promised() -> None:
    unsaid = labelled(sources=frozenset({told(ACME, in_confidence=True)}))
    decision = ask(about(unsaid), NOTHING)
    assert refused_by(decision) == ("I-1",)
    assert [fact.name for fact in decision.unknown] == ["given_to"]
    relayed = ask(replace(about(unsaid), discloser=NCSC), NOTHING, Agreements([agreement()]))
    assert refused_by(relayed) == ("I-1",)


@pytest.mark.parametrize(
    "item",
    [
        labelled(sources=frozenset({told(ACME, PartyId("NCAA"), in_confidence=True)})),
        labelled(sources=frozenset({told(PartyId("ACME"), in_confidence=True)})),
        replace(ITEM, section=Section("incidents")),
    ],
)
def test_a_misspelt_label_is_refused_and_not_read_as_harmless(item: Item) -> None:
    assert grounds(ask(about(item), NOTHING)) == {Ground.MALFORMED}


# ------------------------------------------------------------------ requests that make no sense


@pytest.mark.parametrize(
    "request_",
    [
        replace(REQUEST, kind="gossip"),
        replace(REQUEST, purpose=Purpose("curiosity")),
        replace(REQUEST, recipient=PartyId("POLICE")),
        replace(REQUEST, discloser=PartyId("POLICE")),
        replace(REQUEST, facts={**REQUEST.facts, **known(unheard_of=True)}),
        replace(REQUEST, facts={**REQUEST.facts, **known(smallest_group="ten")}),
        replace(REQUEST, facts={**REQUEST.facts, **known(gateway="a_hunch")}),
    ],
)
def test_a_request_in_unknown_words_is_refused(request_: DisclosureRequest) -> None:
    assert grounds(ask(request_)) == {Ground.MALFORMED}


FORGED = {
    "consent": "given",
    "consent_fresh": True,
    "consent_entitlement": "registered",
    "in_confidence": False,
    "origin": "NCA",
    "tlp": "TLP:CLEAR",
    "identifies_people": False,
    "restrictions": frozenset(),
    "now": NOW - DAY,
    "discloser": "ICO",
    "sources": frozenset(),
}


@pytest.mark.parametrize("name", FORGED)
def test_nobody_can_state_what_the_gate_derives(name: str) -> None:
    stated = {**REQUEST.facts, **known(**{name: FORGED[name]})}
    assert grounds(ask(replace(REQUEST, facts=stated))) == {Ground.MALFORMED}


def test_nobody_can_state_a_parameter_of_the_agreement() -> None:
    request = replace(REQUEST, facts={**REQUEST.facts, **known(k=1)})
    for held in (agreements(), Agreements([agreement()])):
        assert grounds(ask(request, held=held)) == {Ground.MALFORMED}


def test_a_fact_of_a_source_cannot_be_stated_of_the_request() -> None:
    from tests.core.small import agreement_with_a_source_fact  # noqa: PLC0415 - only this test

    held = Agreements([agreement_with_a_source_fact()])
    request = replace(REQUEST, facts=known(lawfully_obtained=True))
    assert grounds(ask(request, NOTHING, held)) == {Ground.MALFORMED}


def test_a_time_without_a_zone_refuses() -> None:
    naive = datetime(2026, 11, 23, 9)  # noqa: DTZ001 - that is the attack
    assert grounds(ask(now=naive)) == {Ground.ERROR}


def test_the_zone_in_which_a_time_is_written_does_not_matter() -> None:
    elsewhere = NOW.astimezone(timezone(timedelta(hours=-11)))
    assert is_permitted(ask(now=elsewhere))
    first_day = datetime(2024, 9, 5, 0, 30, tzinfo=timezone(timedelta(hours=1)))  # still the 4th
    history = replace(
        SAID_YES,
        statements=(replace(GIVEN, start=first_day - DAY),),
        statuses=(replace(FRESH, start=first_day, end=first_day + DAY),),
    )
    assert grounds(ask(history=history, now=first_day)) == {Ground.NO_AGREEMENT}
    later = first_day + timedelta(hours=1)
    history = replace(history, statuses=(replace(FRESH, start=later, end=later + DAY),))
    assert is_permitted(ask(history=history, now=later))


@given(st.data())
def test_the_gate_always_answers_and_garbage_is_refused(data: st.DataObject) -> None:
    garbage = st.one_of(st.none(), st.integers(), st.text(), st.binary(), st.lists(st.none()))
    field = data.draw(
        st.sampled_from(["items", "discloser", "recipient", "purpose", "kind", "facts"])
    )
    drawn: Any = data.draw(garbage)
    changes: dict[str, Any] = {field: drawn}
    assert not is_permitted(ask(replace(REQUEST, **changes)))
    assert not is_permitted(decide(agreements(), REQUEST, drawn, NOW))
    assert not is_permitted(decide(agreements(), REQUEST, SAID_YES, drawn))


# ------------------------------------------------------------------ agreements


def test_an_item_told_under_a_version_that_is_not_at_hand_is_refused() -> None:
    missing = labelled(agreements=frozenset({digest("another version"), agreement().digest}))
    decision = ask(about(missing))
    assert grounds(decision) == {Ground.AGREEMENT_MISSING}
    assert decision.reasons[0].detail == digest("another version")
    assert is_permitted(ask(about(labelled(agreements=frozenset({agreement().digest})))))


def test_without_an_agreement_between_the_two_nothing_passes() -> None:
    assert grounds(ask(held=Agreements([]))) <= {Ground.MALFORMED, Ground.NO_AGREEMENT}
    to_ncsc = about(labelled(sources=frozenset({told(ACME, in_confidence=False)})))
    decision = ask(replace(to_ncsc, recipient=NCSC), held=Agreements([agreement()]))
    assert grounds(decision) == {Ground.NO_AGREEMENT}


def test_an_agreement_that_only_watches_never_permits() -> None:
    from tests.core.small import two_vocabularies  # noqa: PLC0415 - only these tests need it

    watched = labelled(sources=frozenset({told(ACME, NCSC, in_confidence=False)}))
    _, strict = two_vocabularies()
    request = replace(about(watched), facts=known(ready=True))
    assert grounds(ask(request, NOTHING, Agreements([strict]))) == {Ground.NO_AGREEMENT}
    assert is_permitted(ask(replace(request, discloser=NCSC), NOTHING, Agreements([strict])))


def test_each_agreement_asks_for_the_evidence_that_its_own_vocabulary_wants() -> None:
    from tests.core.small import two_vocabularies  # noqa: PLC0415 - only this test needs it

    request = replace(REQUEST, discloser=NCSC, facts={"ready": Evidenced(True)})  # noqa: FBT003 - a value
    free = about(labelled(sources=frozenset({told(ACME, in_confidence=False)})), request)
    easy, strict = two_vocabularies()
    assert is_permitted(ask(free, NOTHING, Agreements([easy])))
    for held in (Agreements([easy, strict]), Agreements([strict, easy])):
        assert grounds(ask(free, NOTHING, held)) == {Ground.MAY_BE_FORBIDDEN}
    assert is_permitted(ask(free, NOTHING, Agreements([agreement(), easy])))


def test_a_dated_parameter_has_the_value_of_the_day() -> None:
    from tests.core.small import agreement_with_a_dated_parameter  # noqa: PLC0415 - only this test

    held = Agreements([agreement_with_a_dated_parameter()])
    free = labelled(sources=frozenset({told(ACME, in_confidence=False)}))
    request = replace(about(free), discloser=NCSC, facts=known(smallest_group=7))
    last_day = datetime(2024, 12, 31, 23, 59, tzinfo=UTC)
    assert is_permitted(ask(request, NOTHING, held, last_day))
    assert not is_permitted(ask(request, NOTHING, held, last_day + timedelta(minutes=1)))


def test_where_an_agreement_governs_but_no_clause_permits_that_is_said() -> None:
    assert grounds(ask(replace(REQUEST, kind="report"))) == {Ground.NO_CLAUSE}


def test_an_agreement_forbids_before_it_is_in_force_but_does_not_permit() -> None:
    before = datetime(2024, 9, 4, tzinfo=UTC)
    assert refused_by(ask(history=NOTHING, now=before)) == ("I-1",)
    history = replace(
        SAID_YES,
        statements=(replace(GIVEN, start=before - DAY),),
        statuses=(replace(FRESH, start=before, end=before + DAY),),
    )
    assert grounds(ask(history=history, now=before)) == {Ground.NO_AGREEMENT}


def test_the_front_door_delivers_what_was_chosen_even_to_the_regulator() -> None:
    report = replace(REQUEST, discloser=FRONT_DOOR, kind="report", facts={})
    chose_both = replace(CHOSE_NCA, bodies=frozenset({NCA, ICO}))
    assert is_permitted(ask(report, Consents(choices=(chose_both,))))
    assert refused_by(ask(report, Consents(choices=(CHOSE_NCA,)))) == ("I-1", "F-1")


def test_a_body_writes_to_an_organisation_about_itself_only() -> None:
    letter = replace(REQUEST, recipient=FRONT_DOOR, kind="message", facts={}, addressee=ACME)
    assert is_permitted(ask(letter, NOTHING))
    assert refused_by(ask(replace(letter, addressee=BOLT), NOTHING)) == ("F-2",)
    assert refused_by(ask(replace(letter, addressee=None), NOTHING)) == ("F-2",)


# ------------------------------------------------------------------ the decision itself


def test_a_decision_is_no_truth_value() -> None:
    for decision in (ask(), ask(history=NOTHING)):
        with pytest.raises(TypeError, match="no truth value"):
            bool(decision)


def test_only_the_gate_makes_a_permit() -> None:
    made = ask()
    for token in (None, object(), "token"):
        with pytest.raises(TypeError, match="only the gate"):
            Permit(made.question, made.reasons, token)
    assert isinstance(Permit(made.question, made.reasons, _TOKEN), Permit)


def test_a_permit_can_be_neither_copied_nor_stored_nor_changed_nor_subclassed() -> None:
    made = ask()
    for attempt in (copy.copy, copy.deepcopy, pickle.dumps):
        with pytest.raises(TypeError, match="neither copied nor stored"):
            attempt(made)
    with pytest.raises((TypeError, ValueError)):
        replace(made, reasons=())  # type: ignore[call-arg]  # that is the attack
    with pytest.raises(AttributeError):
        made.reasons = ()  # type: ignore[misc]  # that is the attack
    with pytest.raises(TypeError, match="no subclasses"):
        type("Forged", (Permit,), {})


def test_all_that_others_see_of_a_decision_is_one_sentence() -> None:
    seen = {external(ask(history=history)) for history in (NOTHING, SAID_YES)}
    seen |= {external(ask(replace(REQUEST, items=()))), external(ask(now=None))}  # type: ignore[arg-type]  # that is garbage
    assert seen == {NOTHING_TO_SHARE}


def test_sure_reasons_come_before_unsure_ones() -> None:
    facts = {name: value for name, value in REQUEST.facts.items() if name != "gateway"}
    decision = ask(replace(REQUEST, facts=facts), NOTHING)
    assert [reason.ground for reason in decision.reasons] == [
        Ground.FORBIDDEN,
        Ground.MAY_BE_FORBIDDEN,
        Ground.MAY_BE_FORBIDDEN,
    ]
    assert decision.clauses == ("I-1", "P-2")


@given(requests, consents)
def test_the_same_question_has_the_same_answer(request_: Any, history: Consents) -> None:  # noqa: ANN401 - a drawn value
    first, second = ask(request_, history), ask(request_, history)
    assert type(first) is type(second)
    assert first.reasons == second.reasons


@given(st.one_of(likely_requests, requests), consents, st.sampled_from(Identified))
def test_how_an_organisation_was_identified_changes_no_decision(
    request_: DisclosureRequest, history: Consents, identified: Identified
) -> None:
    other = tuple(replace(each, identified=identified) for each in history.choices)
    first, second = ask(request_, history), ask(request_, replace(history, choices=other))
    assert type(first) is type(second)
    assert first.reasons == second.reasons


@given(requests, consents)
def test_the_order_of_agreements_does_not_matter(request_: Any, history: Consents) -> None:  # noqa: ANN401 - a drawn value
    turned = Agreements(reversed(agreements().all))
    assert type(ask(request_, history)) is type(ask(request_, history, turned))


@given(requests, consents)
def test_the_gate_never_ends_in_an_error_on_a_typed_request(
    request_: DisclosureRequest, history: Consents
) -> None:
    assert Ground.ERROR not in grounds(ask(request_, history))


# ------------------------------------------------------------------ tightening never loosens

TRIED = st.one_of(likely_requests, requests)


@given(TRIED, consents, labels)
def test_joining_a_label_never_turns_a_refusal_into_a_permit(
    request_: DisclosureRequest, history: Consents, more: Label
) -> None:
    stricter = tuple(replace(item, label=join([item.label, more])) for item in request_.items)
    if is_permitted(ask(replace(request_, items=stricter), history)):
        assert is_permitted(ask(request_, history))


@given(TRIED, consents, st.sampled_from(Tlp))
def test_a_stricter_tlp_never_turns_a_refusal_into_a_permit(
    request_: DisclosureRequest, history: Consents, tlp: Tlp
) -> None:
    only = Label(sources=request_.items[0].label.sources, tlp=tlp, identifies_people=False,
                 identifies_organisation=False)  # fmt: skip
    stricter = tuple(replace(item, label=join([item.label, only])) for item in request_.items)
    if is_permitted(ask(replace(request_, items=stricter), history)):
        assert is_permitted(ask(request_, history))


@given(TRIED, consents, st.frozensets(restrictions, min_size=1))
def test_a_restriction_never_turns_a_refusal_into_a_permit(
    request_: DisclosureRequest, history: Consents, more: frozenset[str]
) -> None:
    stricter = tuple(
        labelled(item, restrictions=item.label.restrictions | more) for item in request_.items
    )
    if is_permitted(ask(replace(request_, items=stricter), history)):
        assert is_permitted(ask(request_, history))


@given(TRIED, consents, st.data())
def test_knowing_less_never_turns_a_refusal_into_a_permit(
    request_: DisclosureRequest, history: Consents, data: st.DataObject
) -> None:
    kept = data.draw(st.sets(st.sampled_from([*request_.facts, ""])))
    fewer = {name: value for name, value in request_.facts.items() if name in kept}
    if is_permitted(ask(replace(request_, facts=fewer), history)):
        assert is_permitted(ask(request_, history))


@given(TRIED, consents, st.integers(0, 3))
def test_losing_an_answer_or_a_status_never_helps(
    request_: DisclosureRequest, history: Consents, lost: int
) -> None:
    held = history.statuses[:lost] + history.statuses[lost + 1 :]
    newest_lost = max((s.counter for s in history.statuses), default=0)
    poorer = replace(history, statuses=held, status_seen={
        **history.status_seen,
        **{s.consent: max(newest_lost, history.status_seen.get(s.consent, 0))
           for s in history.statuses},
    })  # fmt: skip
    if is_permitted(ask(request_, poorer)):
        assert is_permitted(ask(request_, history))


@given(TRIED, consents, items)
def test_asking_for_more_never_turns_a_refusal_into_a_permit(
    request_: DisclosureRequest,
    history: Consents,
    more: Any,  # noqa: ANN401 - a drawn value
) -> None:
    both = replace(request_, items=(*request_.items, more))
    if is_permitted(ask(both, history)):
        assert is_permitted(ask(request_, history))


# ------------------------------------------------------------------ red lines and assurances


@given(TRIED, consents)
def test_no_permitted_request_crosses_a_red_line(
    request_: DisclosureRequest, history: Consents
) -> None:
    decision = ask(request_, history)
    if is_permitted(decision):
        assert crossed(decision.question) == ()


@given(TRIED, consents)
def test_every_request_that_an_assurance_names_gets_through(
    request_: DisclosureRequest, history: Consents
) -> None:
    decision = ask(request_, history)
    if assured(decision.question):
        assert is_permitted(decision), decision.reasons


def test_red_lines_and_assurances_see_what_they_are_about() -> None:
    silent, covered = ask(history=NOTHING).question, ask().question
    assert "N-10" in {line.id for line in crossed(silent)}
    assert crossed(covered) == ()
    assert {each.id for each in assured(covered)} == {"A-2"}
    assert assured(silent) == ()
    assert {line.id for line in crossed(ask(replace(REQUEST, recipient=NCA)).question)} == {"N-1"}
    before = datetime(2024, 9, 4, tzinfo=UTC)
    assert assured(covered._replace(now=before)) == ()
    missing = about(labelled(agreements=frozenset({digest("another version")})))
    assert assured(ask(missing).question) == ()
    assert assured(ask(replace(REQUEST, items=())).question) == ()


@given(consents, labels)
def test_nothing_that_is_not_plainly_given_reaches_the_regulator(
    history: Consents, label: Label
) -> None:
    item = labelled(sources=label.sources | {ACME_TOLD_NCA}, identifies_people=False)
    if is_permitted(ask(about(item), history)):
        newest = max(
            (each for each in history.statements if ITEM.digest in each.items),
            key=lambda each: each.counter,
        )
        assert newest.answer is Answer.GIVEN
        assert newest.assurance in (Assurance.PASSKEY, Assurance.TOTP)
        assert newest.entitlement is not Entitlement.NONE


def test_labels_that_say_nothing_bad_do_not_stop_what_is_in_order() -> None:
    assert is_permitted(ask(about(labelled(tlp=Tlp.CLEAR, identifies_organisation=None))))
    assert LABEL.tlp is Tlp.AMBER_STRICT

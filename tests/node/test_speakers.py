"""Who may consent: a person verified as entitled to speak, and nobody who only reads the mail."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.core.consent import Answer, Assurance, Entitlement, Said, Status, sign_said, sign_status
from comity.core.gate import Permit, Refusal
from comity.core.ledger import Entry, EntryType
from comity.core.terms import (
    ConsentId,
    EvidenceId,
    OfficerId,
    OrganisationId,
    PartyId,
    PersonId,
    decode,
)
from comity.node.answer_consent import answer_consent
from comity.node.end_mandate import end_mandate
from comity.node.mandates import LONGEST, Speaker, entitlement_of, in_force
from comity.node.node import Node, NotPossibleError
from comity.node.record_call_back import record_call_back
from comity.node.register_speaker import register_speaker
from comity.node.show_case import show_case
from comity.node.show_speakers import show_speakers
from comity.node.take_control import take_control
from comity.node.vouch_for import vouch_for
from comity.node.withdraw_consent import withdraw_consent
from comity.store.records import CallBack
from tests.board import record
from tests.node import watched as w
from tests.node.test_trust import control, forged_yes, newest
from tests.node.world import ACME, FRONT_DOOR, ICO, NCA, SPEAKER, World, new_world, sections

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
MALLORY = PersonId("mallory")
ANNA, BEN, CAROL = map(PersonId, ("anna", "ben", "carol"))
BOLT = OrganisationId("bolt")
CHECK = EvidenceId("check-7")
CALL = CallBack(
    body=NCA, officer=OfficerId("officer-1"), number_from=EvidenceId("companies-house/01234567")
)
TOTP, MAIL = Assurance.TOTP, Assurance.MAIL


def door(world: World) -> Node:
    return world.nodes[FRONT_DOOR]


def speaker(world: World, person: PersonId, time: timedelta = DAY) -> Speaker:
    return Speaker(ACME, person, world.clock.now() + time)


def vouched(world: World, person: PersonId, voucher: PersonId, by: Assurance = TOTP) -> None:
    vouch_for(door(world), speaker(world, person), voucher, by)


def yes(world: World, consent: str, person: PersonId | None, by: Assurance = TOTP) -> None:
    answer_consent(door(world), ConsentId(consent), sections("incident"), by, person)
    world.settle()


def impossible(act: Callable[[], object]) -> str:
    """See that an act is refused; return why."""
    with pytest.raises(NotPossibleError) as caught:
        act()
    return f"{caught.value}; {caught.value.advice}"


def entitled(world: World, person: PersonId, organisation: OrganisationId = ACME) -> Entitlement:
    with door(world).store.reading() as records:
        return entitlement_of(records, door(world), organisation, person)


def nothing_passes(world: World) -> None:
    """See that no yes was signed or arrived, and that the ICO gets nothing of what Acme told."""
    world.settle()
    with door(world).store.reading() as records:
        signed = [decode(Said, each.document.payload, "it") for each in records.answers.find()]
    with world.nodes[NCA].store.reading() as records:
        rows = records.statements.find()
    held = [decode(Said, each.document.payload, "it") for each in rows]
    assert Answer.GIVEN not in {each.answer for each in (*signed, *held)}
    assert isinstance(world.ask("incident")[1], Refusal)
    world.settle()
    assert w.at(world, ICO) == []


def attack(world: World, acts: list[Callable[[], object]]) -> None:
    """See that each of these is refused, that nothing passes, and that it would with a speaker."""
    for act in acts:
        impossible(act)
    nothing_passes(world)
    record("P3", what="consents by people who may not speak", tried=len(acts), broken=0)


# ------------------------------------------------------------------ who can give


def test_only_somebody_entitled_to_speak_says_yes() -> None:
    world, _ = w.watched()
    consent = world.seek("incident")
    assert "mallory is not entitled" in impossible(lambda: yes(world, consent, MALLORY))
    assert "nobody who was named" in impossible(lambda: yes(world, consent, None))
    nothing_passes(world)
    yes(world, consent, SPEAKER)
    assert newest(world, consent).entitlement is Entitlement.REGISTERED
    assert isinstance(world.ask("incident")[1], Permit)


def test_a_yes_that_is_refused_changes_nothing() -> None:
    world, _ = w.watched()
    consent = world.seek("incident")

    def kept() -> tuple[int, ...]:
        with door(world).store.reading() as records:
            counts = [records.ledgers.size("node"), len(records.answers.find())]
            return (*counts, len(records.messages.find()), len(records.counters.find()))

    before = kept()
    impossible(lambda: yes(world, consent, MALLORY))
    assert kept() == before


def test_anybody_can_say_no_and_take_a_yes_back() -> None:
    world, _ = w.watched()
    consent = world.seek("incident")
    answer_consent(door(world), consent, frozenset(), MAIL)
    world.settle()
    assert newest(world, consent).answer is Answer.REFUSED
    again = world.seek("incident")
    yes(world, again, SPEAKER)
    withdraw_consent(door(world), again, MAIL)
    world.settle()
    assert newest(world, again).entitlement is Entitlement.NONE
    assert isinstance(world.ask("incident")[1], Refusal)


def test_a_no_by_somebody_unverified_gives_nothing_of_an_older_yes_again() -> None:
    world, _ = w.watched()
    first = world.seek("incident", "technical")
    answer_consent(door(world), first, sections("incident", "technical"), TOTP, SPEAKER)
    second = world.seek("incident")
    said, taken = answer_consent(door(world), second, frozenset(), TOTP)
    assert (said.answer, taken) == (Answer.REFUSED, (first,))
    world.settle()
    assert newest(world, first).answer is Answer.WITHDRAWN
    assert isinstance(world.ask("technical")[1], Refusal)


def test_a_body_sees_how_whoever_chose_and_answered_was_verified() -> None:
    world, _ = w.watched()
    consent = world.seek("incident")
    record_call_back(door(world), speaker(world, BEN), CALL)
    yes(world, consent, BEN)
    with world.nodes[NCA].store.reading() as records:
        case = records.cases.find()[0].id
    (shown,) = [
        each for each in show_case(world.nodes[NCA], case) if each.item.section == "incident"
    ]
    assert shown.chosen_by is Entitlement.REGISTERED
    assert [each.entitlement for each in shown.answers] == [Entitlement.CALLED_BACK]


def test_the_recipient_sees_how_whoever_answered_was_verified_until_it_is_recalled() -> None:
    world, _ = w.watched()
    consent = world.seek("incident")
    yes(world, consent, SPEAKER)
    world.ask("incident")
    world.settle()
    ico = world.nodes[ICO]
    with ico.store.reading() as records:
        case = records.cases.find()[0].id
    (shown,) = show_case(ico, case)
    assert [(each.consent, each.entitlement) for each in shown.answers] == [
        (consent, Entitlement.REGISTERED)
    ]
    assert shown.chosen_by is None
    withdraw_consent(door(world), consent, MAIL)
    world.settle()
    assert show_case(ico, case)[0].recalled


# ------------------------------------------------------------------ how mandates come and go


def test_each_way_to_be_verified_is_recorded_without_anything_that_somebody_wrote() -> None:
    world, _ = w.watched()
    vouched(world, ANNA, SPEAKER)
    record_call_back(door(world), speaker(world, BEN), CALL)
    assert [each.mandate.how for each in show_speakers(door(world), ACME)] == [
        Entitlement.REGISTERED, Entitlement.COLLEAGUE, Entitlement.CALLED_BACK,
    ]  # fmt: skip  # in the order in which they came
    end_mandate(door(world), ACME, SPEAKER)
    with door(world).store.reading() as records:
        found = [decode(Entry, each, "an entry") for each in records.ledgers.entries("node")]
    given_ = [each.ids for each in found if each.type is EntryType.MANDATE_GIVEN]
    ended = [each.ids for each in found if each.type is EntryType.MANDATE_ENDED]
    assert [each["how"] for each in given_] == ["registered", "colleague", "called_back"]
    assert given_[0]["shown_by"] == "check-1"
    assert given_[1]["voucher"] == given_[0]["mandate"]
    assert (given_[2]["body"], given_[2]["number_from"]) == (NCA, CALL.number_from)
    assert [each["person"] for each in ended] == [SPEAKER, ANNA]


def test_nobody_is_registered_once_the_organisation_has_reported() -> None:
    world, _ = w.watched()
    new = speaker(world, MALLORY)
    assert "has reported" in impossible(lambda: register_speaker(door(world), new, CHECK))
    assert entitled(world, MALLORY) is Entitlement.NONE


def test_a_mandate_is_for_one_organisation() -> None:
    world, _ = w.watched()
    register_speaker(door(world), speaker(world, MALLORY)._replace(organisation=BOLT), CHECK)
    assert entitled(world, MALLORY, BOLT) is Entitlement.REGISTERED
    assert entitled(world, MALLORY) is Entitlement.NONE


def test_a_mandate_lasts_a_year_at_most_and_ends_at_its_instant() -> None:
    world = new_world([FRONT_DOOR])
    for time in (timedelta(0), -DAY, LONGEST + MINUTE):
        new = speaker(world, ANNA, time)
        impossible(lambda new=new: register_speaker(door(world), new, CHECK))  # type: ignore[misc]  # the same function each time
    register_speaker(door(world), speaker(world, ANNA, LONGEST), CHECK)
    world.clock.pass_(LONGEST - MINUTE)
    assert entitled(world, ANNA) is Entitlement.REGISTERED
    world.clock.pass_(MINUTE)
    assert entitled(world, ANNA) is Entitlement.NONE
    assert [each.state for each in show_speakers(door(world), ACME)] == ["over"]


def test_nobody_outlasts_whoever_vouched_for_them() -> None:
    world = new_world([FRONT_DOOR])
    register_speaker(door(world), speaker(world, ANNA, 10 * DAY), CHECK)
    longer = speaker(world, BEN, 11 * DAY)
    assert "no longer" in impossible(lambda: vouch_for(door(world), longer, ANNA, TOTP))
    vouch_for(door(world), speaker(world, BEN, 10 * DAY), ANNA, TOTP)
    assert entitled(world, BEN) is Entitlement.COLLEAGUE


def test_the_mandate_that_ends_last_counts() -> None:
    world = new_world([FRONT_DOOR, NCA])
    register_speaker(door(world), speaker(world, ANNA, 2 * DAY), CHECK)
    record_call_back(door(world), speaker(world, ANNA, 9 * DAY), CALL)
    with door(world).store.reading() as records:
        held = in_force(records, door(world), ACME, ANNA)
    assert held is not None
    assert held.how is Entitlement.CALLED_BACK


def test_a_mandate_that_ends_names_what_was_agreed_to_and_takes_nothing_back() -> None:
    world, _ = w.watched()
    vouched(world, ANNA, SPEAKER)
    consent = world.seek("incident")
    yes(world, consent, ANNA)
    assert end_mandate(door(world), ACME, SPEAKER).consents == (consent,)
    world.settle()
    assert isinstance(world.ask("incident")[1], Permit)
    withdraw_consent(door(world), consent, MAIL)
    again = end_mandate(door(world), ACME, SPEAKER)
    assert (again.mandates, again.consents) == ((), ())


def test_only_a_front_door_keeps_mandates_and_only_of_people_it_knows() -> None:
    world, _ = w.watched()
    new = speaker(world, ANNA)._replace(organisation=BOLT)
    assert "front door" in impossible(lambda: register_speaker(world.nodes[NCA], new, CHECK))
    assert "never spoke" in impossible(lambda: end_mandate(door(world), ACME, MALLORY))


# ------------------------------------------------------------------ attacks


def test_whoever_took_over_the_mailbox_consents_to_nothing() -> None:
    """They read and write the organisation's mail, and can open accounts with passkeys."""
    world, _ = w.watched()
    consent = world.seek("incident")
    new = speaker(world, MALLORY)
    made_up = replace(CALL, body=PartyId("HMRC"))
    himself = replace(CALL, body=FRONT_DOOR)
    attack(
        world,
        [
            lambda: yes(world, consent, SPEAKER, MAIL),
            lambda: yes(world, consent, SPEAKER, Assurance.RETURN_CODE),
            lambda: yes(world, consent, None),
            lambda: register_speaker(door(world), new, EvidenceId("mail-1")),
            lambda: vouch_for(door(world), new, SPEAKER, MAIL),
            lambda: record_call_back(door(world), new, made_up),
            lambda: record_call_back(door(world), new, himself),
            lambda: yes(world, consent, MALLORY),
            lambda: yes(world, consent, MALLORY, Assurance.TOTP),
        ],
    )


def test_a_forged_colleague_consents_to_nothing() -> None:
    world, _ = w.watched()
    consent = world.seek("incident")
    elsewhere = PersonId("speaker-of-bolt")
    of_bolt = Speaker(BOLT, elsewhere, world.clock.now() + 9 * DAY)
    register_speaker(door(world), of_bolt, CHECK)
    acts: list[Callable[[], object]] = [
        lambda voucher=voucher: vouched(world, MALLORY, voucher)  # type: ignore[misc]  # the same function for each
        for voucher in (MALLORY, PersonId("nobody"), elsewhere)
    ]
    attack(world, [*acts, lambda: yes(world, consent, MALLORY)])


def test_nobody_consents_or_vouches_on_a_mandate_that_is_over() -> None:
    world = new_world()
    register_speaker(door(world), speaker(world, SPEAKER, 2 * DAY), CHECK)
    w.watched(world)
    vouched(world, ANNA, SPEAKER)
    world.clock.pass_(2 * DAY)
    world.settle()
    consent = world.seek("incident")
    attack(
        world,
        [
            lambda: yes(world, consent, SPEAKER),
            lambda: yes(world, consent, ANNA),
            lambda: vouched(world, MALLORY, SPEAKER),
            lambda: yes(world, consent, MALLORY),
        ],
    )


def test_whoever_was_let_in_by_somebody_compromised_goes_out_with_them() -> None:
    world, _ = w.watched()
    consent = world.seek("incident")
    for person, voucher in ((ANNA, SPEAKER), (BEN, ANNA), (CAROL, BEN)):
        vouched(world, person, voucher)
    record_call_back(door(world), speaker(world, MALLORY), CALL)
    ended = end_mandate(door(world), ACME, SPEAKER)
    assert [each.person for each in ended.mandates] == [SPEAKER, ANNA, BEN, CAROL]
    people = (SPEAKER, ANNA, BEN, CAROL)
    acts: list[Callable[[], object]] = [
        lambda person=person: yes(world, consent, person)  # type: ignore[misc]  # the same function for each
        for person in people
    ]
    attack(world, [*acts, lambda: vouched(world, PersonId("dora"), CAROL)])
    assert entitled(world, MALLORY) is Entitlement.CALLED_BACK


def test_the_gate_of_the_body_refuses_what_nobody_entitled_has_said() -> None:
    """A front door that lets anybody say yes: everything else stands, its own signature too."""
    for entitlement, passes in ((Entitlement.NONE, False), (Entitlement.COLLEAGUE, True)):
        world, _ = w.watched()
        consent = world.seek("incident")
        said = replace(forged_yes(world, consent), entitlement=entitlement)
        nca, key = world.nodes[NCA], door(world).keys.consent
        assert key is not None
        now = world.clock.now()
        status = Status(
            consent=said.consent, counter=100, newest_answer=99, start=now, end=now + 9 * MINUTE
        )
        take_control(nca, control(door(world), NCA, statement=sign_said(said, key)))
        take_control(nca, control(door(world), NCA, status=sign_status(status, key)))
        _, decision = world.ask("incident")
        assert isinstance(decision, Permit) is passes
        assert passes or decision.clauses == ("I-1",)
        world.settle()
        assert bool(w.at(world, ICO)) is passes


# ------------------------------------------------------------------ for all histories

PEOPLE = (SPEAKER, ANNA, BEN, MALLORY)
people = st.sampled_from(PEOPLE)
days = st.integers(1, 6)
acts_on_mandates = st.lists(
    st.one_of(
        st.tuples(st.just("register"), people, people, days),
        st.tuples(st.just("vouch"), people, people, days),
        st.tuples(st.just("call back"), people, people, days),
        st.tuples(st.just("end"), people, people, days),
        st.tuples(st.just("wait"), people, people, days),
    ),
    max_size=14,
)
Given = tuple[PersonId, datetime, frozenset[int]]


class Literal:
    """Who may speak, read literally: each mandate with all that it rests on."""

    def __init__(self) -> None:
        """Nobody."""
        self.given: list[Given] = []
        self.ended: set[int] = set()

    def standing(self, person: PersonId, now: datetime) -> Iterator[int]:
        """Yield the mandates by which a person speaks: it and all it rests on have to stand."""
        for number, (who, _, rests_on) in enumerate(self.given):
            chain = rests_on | {number}
            is_over = any(self.given[each][1] <= now for each in chain)
            if who == person and not is_over and self.ended.isdisjoint(chain):
                yield number

    def gives(self, person: PersonId, end: datetime, rests_on: frozenset[int]) -> None:
        """Note a mandate."""
        self.given.append((person, end, rests_on))

    def ends(self, person: PersonId) -> None:
        """Note that a person speaks no longer."""
        self.ended |= {number for number, each in enumerate(self.given) if each[0] == person}


def done(world: World, literal: Literal, act: tuple[str, PersonId, PersonId, int]) -> None:
    """Do one act, and note it if it was done."""
    what, person, voucher, number = act
    new, now = speaker(world, person, number * DAY), world.clock.now()
    if what == "wait":
        world.clock.pass_(number * DAY)
    elif what == "end":
        literal.ends(person)
        end_mandate(door(world), ACME, person)
    elif what == "register":
        register_speaker(door(world), new, CHECK)
        literal.gives(person, new.until, frozenset())
    elif what == "call back":
        record_call_back(door(world), new, CALL)
        literal.gives(person, new.until, frozenset())
    else:
        standing = list(literal.standing(voucher, now))
        vouch_for(door(world), new, voucher, TOTP)
        assert standing, "somebody vouched who may not speak"
        on = max(standing, key=lambda each: literal.given[each][1])
        literal.gives(person, new.until, literal.given[on][2] | {on})


@settings(max_examples=60, deadline=None)
@given(acts_on_mandates)
def test_after_any_history_exactly_they_speak_whose_whole_chain_stands(
    acts: list[tuple[str, PersonId, PersonId, int]],
) -> None:
    world, literal = new_world([FRONT_DOOR, NCA]), Literal()
    for act in acts:
        try:
            done(world, literal, act)
        except NotPossibleError:
            continue
        for person in PEOPLE:
            speaks = any(True for _ in literal.standing(person, world.clock.now()))
            assert (entitled(world, person) is not Entitlement.NONE) is speaks

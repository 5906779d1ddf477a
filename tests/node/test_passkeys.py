"""A yes by passkey is said once, as it was prepared, and only with what the passkey signed."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.core.consent import (
    Answer,
    Assertion,
    Assurance,
    Entitlement,
    challenge_of,
    read_said,
    with_assertion,
)
from comity.core.gate import Permit
from comity.core.terms import ConsentId, PartyId, PersonId, Section
from comity.node.answer_consent import answer_consent, say
from comity.node.confirm_answer import confirm_answer
from comity.node.end_mandate import end_mandate
from comity.node.node import Node, NotPossibleError
from comity.node.passkeys import SeenPasskey
from comity.node.prepare_answer import LIFETIME, prepare_answer
from comity.node.record_call_back import record_call_back
from comity.node.show_case import show_case
from comity.node.vouch_for import vouch_for
from comity.node.withdraw_consent import withdraw_consent
from comity.store.records import Prepared
from tests.node import watched as w
from tests.node.test_speakers import CALL, MALLORY, door, impossible, speaker
from tests.node.test_trust import newest
from tests.node.world import ACME, ICO, NCA, SPEAKER, World, sections
from tests.passkeys import KINDS, Authenticator, eddsa

ANNA = PersonId("anna")
PHONE, KEYRING, STOLEN = eddsa(1), eddsa(2), eddsa(3)
MINUTE, MOMENT = timedelta(minutes=1), timedelta(microseconds=1)
PASSKEY, TOTP, MAIL = Assurance.PASSKEY, Assurance.TOTP, Assurance.MAIL


def prepared(world: World, consent: str, *names: str, by: PersonId = SPEAKER) -> Prepared:
    return prepare_answer(door(world), ConsentId(consent), sections(*names), by)


def confirmed(
    world: World, waiting: Prepared, with_: Authenticator = PHONE, by: PersonId = SPEAKER
) -> tuple[ConsentId, ...]:
    """Confirm what was prepared; return which older answers are taken back."""
    touched = with_.touched(waiting.challenge)
    spoken = confirm_answer(door(world), waiting.id, touched, by)
    world.settle()
    return spoken.taken_back


def touched(world: World, *names: str, with_: Authenticator = PHONE) -> ConsentId:
    """Let the NCA ask, and the speaker say yes to all of it by passkey; return the consent."""
    consent = world.seek(*names)
    confirmed(world, prepared(world, consent, *names), with_)
    return consent


def permitted(world: World, *names: str) -> bool:
    return isinstance(world.ask(*names)[1], Permit)


def kept(world: World) -> list[object]:
    """Return all that a front door keeps of answers, and how long its ledger is."""
    with door(world).store.reading() as records:
        shelves = records.answers, records.messages, records.counters, records.prepared
        return [records.ledgers.size("node"), *(shelf.find() for shelf in shelves)]


def not_confirmed(
    world: World, waiting: Prepared, assertion: Assertion | None = None, by: PersonId = SPEAKER
) -> str:
    """See that what was prepared is not said, and that nothing is changed; return why."""
    before = kept(world)
    touch = assertion or PHONE.touched(waiting.challenge)
    why = impossible(lambda: confirm_answer(door(world), waiting.id, touch, by))
    assert kept(world) == before
    return why


# ------------------------------------------------------------------ what is said


@pytest.mark.parametrize("kind", KINDS)
def test_a_yes_by_passkey_travels_with_what_the_passkey_signed(
    kind: Callable[[], Authenticator],
) -> None:
    world, wire = w.watched()
    consent = touched(world, "incident", with_=kind())
    assert permitted(world, "incident")
    world.settle()
    (item,) = w.at(world, ICO)
    assert item.content
    (envelope,) = wire.envelopes()
    documents = [each for each in w.header_of(envelope).consent if b"stated_at" in each.payload]
    key = door(world).keys.consent
    assert key
    (said,) = [read_said(each, key.public, door(world).verifier) for each in documents]
    assert said.consent == consent
    assert said.assertion
    assert said.assertion.passkey == kind().passkey


def test_what_is_said_is_exactly_what_was_prepared() -> None:
    world, _ = w.watched()
    consent = world.seek("incident", "technical")
    waiting = prepared(world, consent, "incident")
    world.wait(9 * MINUTE)
    confirmed(world, waiting)
    assert with_assertion(newest(world, consent), None) == waiting.answer
    assert waiting.challenge == challenge_of(newest(world, consent))
    assert not permitted(world, "technical")


def test_preparing_says_nothing_and_takes_nothing_back() -> None:
    world, _ = w.watched()
    first = w.consented(world, "incident")
    second = world.seek("incident", "technical")
    before = kept(world)
    prepared(world, second, "technical")
    ledger, answers, messages, *_ = kept(world)
    assert [ledger, answers, messages] == before[:3]
    assert newest(world, first).answer is Answer.GIVEN
    assert permitted(world, "incident")


def test_an_older_yes_that_a_new_one_narrows_is_taken_back_whole_and_named() -> None:
    """A passkey signs one answer at a touch, so nothing of the older one is given again."""
    world, _ = w.watched()
    first = touched(world, "incident", "technical")
    second = world.seek("incident", "contact")
    assert confirmed(world, prepared(world, second, "contact")) == (first,)
    assert newest(world, first).answer is Answer.WITHDRAWN
    assert newest(world, second).answer is Answer.GIVEN
    assert not permitted(world, "incident")
    assert not permitted(world, "technical")


def test_a_content_of_an_older_yes_that_is_given_again_stays_given() -> None:
    world, _ = w.watched()
    first = touched(world, "incident", "technical")
    second = world.seek("incident", "technical")
    assert confirmed(world, prepared(world, second, "technical")) == (first,)
    assert not permitted(world, "incident")
    assert permitted(world, "technical")


def test_a_narrower_yes_to_the_same_question_takes_the_rest_back() -> None:
    world, _ = w.watched()
    consent = touched(world, "incident", "technical")
    assert permitted(world, "incident", "technical")
    world.settle()
    assert confirmed(world, prepared(world, consent, "technical"), KEYRING) == ()
    assert [each.content for each in w.at(world, ICO)] == [b"", b""]
    assert not permitted(world, "incident")
    assert permitted(world, "technical")


def test_a_no_by_passkey_needs_no_touch_and_leaves_nothing_of_an_older_yes() -> None:
    world, _ = w.watched()
    first = touched(world, "incident", "technical")
    second = world.seek("incident")
    said, taken = answer_consent(door(world), second, frozenset(), PASSKEY, SPEAKER)
    assert (said.answer, taken) == (Answer.REFUSED, (first,))
    world.settle()
    assert not permitted(world, "technical")
    withdraw_consent(door(world), first, PASSKEY, SPEAKER)


def test_a_no_by_one_time_code_gives_the_rest_of_a_yes_by_passkey_again() -> None:
    world, _ = w.watched()
    first = touched(world, "incident", "technical")
    answer_consent(door(world), world.seek("incident"), frozenset(), TOTP, SPEAKER)
    world.settle()
    assert newest(world, first).assurance is TOTP
    assert permitted(world, "technical")


def test_a_yes_by_passkey_cannot_be_given_without_a_touch() -> None:
    world, _ = w.watched()
    consent = world.seek("incident")
    yes = lambda: answer_consent(door(world), consent, sections("incident"), PASSKEY, SPEAKER)  # noqa: E731 - one call, named
    assert "pages" in impossible(yes)


def test_a_yes_signed_before_passkeys_were_asked_for_can_still_be_taken_back() -> None:
    world, _ = w.watched()
    consent = world.seek("incident")
    older = prepared(world, consent, "incident").answer
    with door(world).store.writing() as records:
        say(records, door(world), older, SPEAKER)
    world.settle()
    assert "statement-not-verified" in w.alarms(world, NCA)
    withdraw_consent(door(world), consent, MAIL)
    world.settle()
    assert newest(world, consent).answer is Answer.WITHDRAWN


# ------------------------------------------------------------------ what is not said


def test_an_answer_is_confirmed_once() -> None:
    world, _ = w.watched()
    waiting = prepared(world, world.seek("incident"), "incident")
    confirmed(world, waiting)
    assert "no answer is prepared" in not_confirmed(world, waiting)


def test_a_prepared_answer_is_over_after_ten_minutes() -> None:
    world, _ = w.watched()
    consent = world.seek("incident")
    waiting = prepared(world, consent, "incident")
    world.clock.pass_(LIFETIME - MOMENT)
    other = prepared(world, consent, "incident", by=vouched(world))
    world.clock.pass_(MOMENT)
    assert "ten minutes" in not_confirmed(world, waiting)
    confirmed(world, other, KEYRING, ANNA)


def vouched(world: World) -> PersonId:
    """Let the speaker vouch for Anna; return her."""
    vouch_for(door(world), speaker(world, ANNA), SPEAKER, TOTP)
    return ANNA


def test_a_prepared_answer_is_for_whoever_prepared_it() -> None:
    world, _ = w.watched()
    waiting = prepared(world, world.seek("incident"), "incident")
    for other in (MALLORY, vouched(world)):
        not_confirmed(world, waiting, by=other)
    confirmed(world, waiting)


def test_a_mandate_that_ended_meanwhile_says_nothing() -> None:
    world, _ = w.watched()
    waiting = prepared(world, world.seek("incident"), "incident")
    end_mandate(door(world), ACME, SPEAKER)
    assert "not entitled" in not_confirmed(world, waiting)
    record_call_back(door(world), speaker(world, SPEAKER), CALL)
    assert waiting.answer.entitlement is Entitlement.REGISTERED
    assert "as they were" in not_confirmed(world, waiting), "what was signed would not be so"


def test_whatever_was_answered_meanwhile_stands() -> None:
    world, _ = w.watched()
    consent, other = world.seek("incident"), world.seek("technical")
    acts: list[Callable[[], object]] = [
        lambda: answer_consent(door(world), consent, frozenset(), MAIL),
        lambda: withdraw_consent(door(world), other, MAIL),
        lambda: confirmed(world, prepared(world, other, "technical")),
    ]
    for act in acts:
        waiting = prepared(world, consent, "incident")
        act()
        assert "meanwhile" in not_confirmed(world, waiting)
    confirmed(world, prepared(world, consent, "incident"))
    assert permitted(world, "incident")


def test_what_is_answered_to_others_and_what_stands_on_is_no_obstacle() -> None:
    """Statuses take numbers in the same order; they are no answers."""
    world, _ = w.watched()
    w.consented(world, "technical")
    consent = world.seek("incident")
    waiting = prepared(world, consent, "incident")
    world.wait(9 * MINUTE)
    confirmed(world, waiting)
    assert permitted(world, "incident")
    assert permitted(world, "technical")


def test_a_question_that_is_over_is_not_answered() -> None:
    world, _ = w.watched()
    consent = world.seek("incident")
    world.clock.pass_(timedelta(days=30) - 5 * MINUTE)
    waiting = prepared(world, consent, "incident")
    world.clock.pass_(5 * MINUTE)
    assert "is over" in not_confirmed(world, waiting)
    assert "is over" in impossible(lambda: prepared(world, consent, "incident"))


def test_the_passkey_signs_this_answer_there_and_then_or_nothing_is_said() -> None:
    world, _ = w.watched()
    waiting = prepared(world, world.seek("incident"), "incident")
    good = PHONE.touched(waiting.challenge)
    wrong = [
        PHONE.touched(bytes(32)),
        PHONE.touched(waiting.challenge, flags=1),
        PHONE.touched(waiting.challenge, origin="https://evil.example"),
        PHONE.touched(waiting.challenge, signed_for="evil.example"),
        replace(good, passkey=STOLEN.passkey),
        replace(good, signature=bytes(64)),
    ]
    for each in wrong:
        assert "does not confirm" in not_confirmed(world, waiting, each)
    confirmed(world, waiting)


def test_what_may_not_be_said_is_not_prepared() -> None:
    world, _ = w.watched()
    consent = world.seek("incident")
    before = kept(world)
    wrong: list[tuple[str, Callable[[], object]]] = [
        ("not entitled", lambda: prepared(world, consent, "incident", by=MALLORY)),
        ("needs no passkey", lambda: prepared(world, consent)),
        ("not asked about", lambda: prepared(world, consent, "technical")),
        ("nobody asked", lambda: prepared(world, "consent-none", "incident")),
        ("front door", lambda: at_a_body(world.nodes[NCA], consent)),
        ("no answer is prepared", lambda: confirm_nothing(world)),
    ]
    for why, act in wrong:
        assert why in impossible(act)
    assert kept(world) == before


def at_a_body(node: Node, consent: ConsentId) -> Prepared:
    return prepare_answer(node, consent, frozenset({Section("incident")}), SPEAKER)


def confirm_nothing(world: World) -> None:
    confirm_answer(door(world), "yes-1", PHONE.touched(bytes(32)), SPEAKER)


def test_one_speaker_has_one_prepared_answer_to_a_question() -> None:
    world, _ = w.watched()
    consent, other = world.seek("incident"), world.seek("technical")
    first = prepared(world, consent, "incident")
    second = prepared(world, consent, "incident")
    with door(world).store.reading() as records:
        assert [each.id for each in records.prepared.find()] == [second.id]
    assert "no answer is prepared" in not_confirmed(world, first)
    world.clock.pass_(LIFETIME)
    third = prepared(world, other, "technical")
    with door(world).store.reading() as records:
        assert [each.id for each in records.prepared.find()] == [third.id]
        assert records.prepared.get(second.id) is None


# ------------------------------------------------------------------ for all histories

acts = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(["prepare", "confirm", "no", "take back"]), st.integers(0, 1)),
        st.tuples(st.just("wait"), st.integers(1, 11)),
        st.tuples(st.just("end"), st.just(0)),
    ),
    min_size=3,
    max_size=12,
)


@settings(max_examples=25, deadline=None)
@given(acts)
def test_after_any_history_a_yes_is_said_only_as_it_was_prepared(
    history: list[tuple[str, int]],
) -> None:
    world, _ = w.watched()
    consents = world.seek("incident", "technical"), world.seek("incident", "technical")
    waiting: dict[int, Prepared] = {}
    answered_since: set[str] = set()
    is_entitled = True
    for what, number in history:
        if what == "wait":
            world.clock.pass_(number * MINUTE)
        elif what == "end":
            end_mandate(door(world), ACME, SPEAKER)
            is_entitled = False
        elif what == "prepare" and is_entitled:
            waiting[number] = prepared(world, consents[number], "incident")
        elif what == "no":
            answer_consent(door(world), consents[number], frozenset(), MAIL)
            answered_since |= {each.id for each in waiting.values()}
        elif what == "take back":
            withdraw_consent(door(world), consents[number], MAIL)
            answered_since |= {each.id for each in waiting.values()}
        elif what == "confirm" and number in waiting:
            one = waiting[number]
            is_good = is_entitled and one.id not in answered_since and world.clock.now() < one.until
            try:
                confirm_answer(door(world), one.id, PHONE.touched(one.challenge), SPEAKER)
            except NotPossibleError:
                assert not is_good
            else:
                assert is_good
                answered_since |= {each.id for each in waiting.values()}
    world.settle()
    only_verified(world)


def only_verified(world: World) -> None:
    """See that every yes that the NCA holds is by a passkey, and that none raised an alarm."""
    with world.nodes[NCA].store.reading() as records:
        rows = records.statements.find()
    key = door(world).keys.consent
    assert key
    for row in rows:
        said = read_said(row.document, key.public, door(world).verifier)
        assert (said.answer is Answer.GIVEN) == (said.assertion is not None)
    assert "statement-not-verified" not in w.alarms(world, NCA)


# ------------------------------------------------------------------ what officers see


def seen(world: World, party: PartyId = NCA) -> dict[ConsentId, SeenPasskey]:
    """Return the passkeys that a body shows, by consent."""
    node = world.nodes[party]
    with node.store.reading() as records:
        case = records.cases.find()[0].id
    return {
        consent: each
        for content in show_case(node, case)
        for consent, each in content.passkeys.items()
    }


def test_a_body_sees_which_passkey_signed_and_since_when_it_knows_it() -> None:
    world, _ = w.watched()
    first = touched(world, "incident")
    begin = world.clock.now()
    world.wait(20 * MINUTE)
    second = touched(world, "technical")
    later = world.clock.now()
    third = touched(world, "contact", with_=STOLEN)
    shown = seen(world)
    phone, stolen = (by.touched(b"").digest for by in (PHONE, STOLEN))
    assert shown == {
        first: SeenPasskey(phone, "door.example", begin, is_new=True),
        second: SeenPasskey(phone, "door.example", begin, is_new=False),
        third: SeenPasskey(stolen, "door.example", later, is_new=True),
    }


def test_a_passkey_made_for_another_site_is_another_passkey() -> None:
    world, _ = w.watched()
    touched(world, "incident")
    other = touched(world, "technical", with_=PHONE.at("evil.example"))
    assert seen(world)[other].is_new
    assert seen(world)[other].site == "evil.example"


def test_the_recipient_sees_the_passkey_of_what_was_passed_on() -> None:
    world, _ = w.watched()
    first = touched(world, "incident")
    world.ask("incident")
    world.settle()
    begin = world.clock.now()
    world.wait(20 * MINUTE)
    second = touched(world, "technical")
    world.ask("technical")
    world.settle()
    shown = seen(world, ICO)
    assert {consent: each.is_new for consent, each in shown.items()} == {first: True, second: False}
    assert shown[second].first_seen == begin


def test_a_yes_by_other_means_shows_no_passkey() -> None:
    world, _ = w.watched()
    w.consented(world, "incident")
    assert seen(world) == {}

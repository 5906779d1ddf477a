"""A consent key that was replaced still shows what was said; only a status shows that it stands."""

from dataclasses import replace
from datetime import timedelta

import pytest

from comity.core.consent import Answer, Assurance, Status, sign_status
from comity.core.exchange import Control, Done, evidence, sign_control
from comity.core.gate import Permit, Refusal
from comity.core.terms import ConsentId, MessageId, SignatureError, Signed, decode, encode
from comity.node.deliver import CONTROLS
from comity.node.keys import OVERLAP, announce_changes, expect_change
from comity.node.node import pinned
from comity.node.show_questions import show_questions
from comity.node.take_control import take_control
from comity.node.withdraw_consent import withdraw_consent
from comity.store.records import InState, Use
from comity.wire.signing import Ed25519Signer
from tests.node import watched as w
from tests.node.world import ACME, FRONT_DOOR, ICO, NCA, World, keys


def rotated(world: World, *, revoked: bool = False) -> Ed25519Signer:
    """Let the front door replace its consent key; return the old one."""
    door = world.nodes[FRONT_DOOR]
    new = keys(FRONT_DOOR, consent=True, generation=2)
    only = replace(door.keys, consent=new.consent, former={**door.keys.former, **_former(new)})  # type: ignore[type-var] # keys of tests are a dataclass
    old = door.keys.consent
    assert isinstance(old, Ed25519Signer)
    with door.store.writing() as records:
        expect_change(records, door, Use.CONSENT, revoked=revoked)
    world.nodes[FRONT_DOOR] = world.workers[FRONT_DOOR].node = replace(door, keys=only)
    with door.store.writing() as records:
        announce_changes(records, world.nodes[FRONT_DOOR])
    world.settle()
    return old


def _former(new: object) -> dict[object, object]:
    return {
        use: signers
        for use, signers in new.former.items()  # type: ignore[attr-defined] # a node's keys
        if use == Use.CONSENT
    }


def beyond_the_overlap(world: World) -> None:
    """Let so much pass between the nodes that the old key counts for nothing new."""
    for _ in range(OVERLAP):
        with world.nodes[NCA].store.reading() as records:
            if len(pinned(records, FRONT_DOOR, Use.CONSENT)) == 1:
                return
        world.clock.pass_(timedelta(minutes=10))
        world.settle()
    raise AssertionError("the old key never ends")


def test_a_yes_holds_when_the_key_that_signed_it_is_replaced() -> None:
    world, _ = w.watched()
    w.consented(world, "incident")
    rotated(world)
    beyond_the_overlap(world)
    _, decision = world.ask("incident")
    world.settle()
    assert isinstance(decision, Permit)
    with world.nodes[ICO].store.reading() as records:
        assert [each.state for each in records.inbox.find(from_=NCA)] == [InState.OPENED]
    assert w.alarms(world, NCA) == w.alarms(world, ICO) == set()


def test_a_withdrawal_is_never_refused_whichever_key_signed_the_yes() -> None:
    world, _ = w.watched()
    consent = w.consented(world, "incident")
    rotated(world)
    said, _ = withdraw_consent(world.nodes[FRONT_DOOR], ConsentId(consent), Assurance.MAIL)
    world.settle()
    assert said.answer is Answer.WITHDRAWN
    assert said.items
    [question] = show_questions(world.nodes[FRONT_DOOR], ACME)
    assert question.answer == Answer.WITHDRAWN
    assert isinstance(world.ask("incident")[1], Refusal)


def test_a_report_that_waits_while_the_key_is_replaced_arrives() -> None:
    world, _ = w.watched()
    world.down.add(NCA)
    world.report()
    world.down.clear()
    rotated(world)
    w.requeue(world, FRONT_DOOR)
    world.wait(timedelta(minutes=2))
    with world.nodes[NCA].store.reading() as records:
        assert len(records.inbox.find(from_=FRONT_DOOR, state=InState.OPENED)) == 2


def test_no_envelope_overtakes_the_news_of_the_key_that_signed_what_is_in_it() -> None:
    world, wire = w.watched()
    wire.lose_messages.add((NCA, CONTROLS))
    rotated(world)
    world.report()
    w.requeue(world, FRONT_DOOR)
    world.settle()
    assert wire.envelopes(NCA) == []
    wire.lose_messages.clear()
    w.requeue(world, FRONT_DOOR)
    world.settle()
    with world.nodes[NCA].store.reading() as records:
        came = records.inbox.find(from_=FRONT_DOOR)
        assert [each.state for each in came] == [InState.OPENED] * 2


def test_what_a_stolen_key_signed_counts_for_nothing_once_it_is_revoked() -> None:
    world, _ = w.watched()
    w.consented(world, "incident")
    rotated(world, revoked=True)
    assert isinstance(world.ask("incident")[1], Refusal)


def test_no_status_counts_that_a_replaced_key_signed() -> None:
    world, _ = w.watched()
    consent = ConsentId(w.consented(world, "incident"))
    withheld = world.nodes[FRONT_DOOR]
    old = rotated(world)
    beyond_the_overlap(world)
    now = world.clock.now()
    status = Status(
        consent=consent,
        counter=10**15,
        newest_answer=10**14,
        start=now,
        end=now + timedelta(minutes=9),
    )
    document = sign_status(status, old)
    message = Control(id=MessageId("msg-0"), from_=FRONT_DOOR, to=NCA, created=now, status=document)
    answer = take_control(world.nodes[NCA], encode(sign_control(message, withheld.keys.identity)))
    said = decode(Control, decode(Signed, answer, "an answer").payload, "an answer")
    assert said.acknowledgement is not None
    assert said.acknowledgement.done is Done.REFUSED


def test_a_recipient_takes_an_old_answer_with_a_new_status_and_not_the_other_way_round() -> None:
    world, wire = w.watched()
    w.consented(world, "incident")
    old = rotated(world)
    new = world.nodes[FRONT_DOOR].keys.consent
    assert new is not None
    world.wait(timedelta(minutes=6))
    world.ask("incident")
    world.settle()
    header = w.header_of(wire.envelopes()[-1])
    verifier = world.nodes[ICO].verifier
    assert evidence(header, (new.public,), verifier, (old.public,)).statuses
    for now, replaced in [((old.public,), (new.public,)), ((new.public,), ())]:
        with pytest.raises(SignatureError):
            evidence(header, now, verifier, replaced)

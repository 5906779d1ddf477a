"""Trust: what is forged, stale, skewed, rolled back or from a stranger is found and refused."""

from dataclasses import replace
from datetime import timedelta

import pytest

from comity.core.consent import (
    Answer,
    Assurance,
    Choice,
    Entitlement,
    Said,
    Status,
    sign_said,
    sign_status,
)
from comity.core.exchange import (
    Control,
    Done,
    KeyChange,
    Problem,
    Recall,
    RefusedError,
    read_envelope,
    sign_control,
)
from comity.core.gate import Permit, Refusal
from comity.core.terms import ConsentId, MessageId, ReleaseId, Signed, decode, encode
from comity.node.accept_envelope import accept_envelope
from comity.node.answer_consent import answer_consent
from comity.node.deliver import ENVELOPES
from comity.node.keys import introduction, pin_peer, read_introduction, revoke_peer_key
from comity.node.node import Node, NotPossibleError
from comity.node.take_control import take_control
from comity.node.withdraw_consent import withdraw_consent
from comity.store.records import HeldStatement, InState, OutState, Use
from comity.wire.signing import Ed25519Signer
from tests.node import watched as w
from tests.node.world import (
    FRONT_DOOR,
    ICO,
    NCA,
    NCSC,
    OFFICER,
    REPORT,
    SPEAKER,
    keys,
    new_world,
    sections,
)

HOUR = timedelta(hours=1)
RECALL = Recall(release=ReleaseId("rel-1"))


def control(node: Node, to: str, signer: object = None, **body: object) -> bytes:
    """Return a control message of a node, signed by its identity or another key."""
    made = Control(
        id=node.new_id(MessageId, "msg"),
        from_=node.party,
        to=to,  # type: ignore[arg-type] # a party's name is enough here
        created=node.now(),
        **body,  # type: ignore[arg-type] # the test says which body
    )
    return encode(sign_control(made, signer or node.keys.identity))  # type: ignore[arg-type] # any signer


def refused(node: Node, data: bytes) -> Problem:
    """Return why a node does not take a control message."""
    with pytest.raises(RefusedError) as caught:
        take_control(node, data)
    return caught.value.problem


def outcome(answer: bytes) -> Done:
    """Return how a control message was dealt with."""
    said = decode(Control, decode(Signed, answer, "an answer").payload, "an answer").acknowledgement
    assert said is not None
    return said.done


def newest(world: w.World, consent: str) -> Said:
    """Return the newest answer that the NCA holds."""
    with world.nodes[NCA].store.reading() as records:
        rows = records.statements.find(consent=consent)
    found = [decode(Said, row.document.payload, "a statement") for row in rows]
    return max(found, key=lambda each: each.counter)


def test_a_stranger_and_a_forged_signature_are_refused() -> None:
    world, _ = w.watched()
    nca, ico = world.nodes[NCA], world.nodes[ICO]
    forged = control(nca, ICO, Ed25519Signer.new(), recall=RECALL)
    assert refused(ico, forged) is Problem.BAD_SIGNATURE
    stranger = new_world([FRONT_DOOR]).nodes[FRONT_DOOR]
    fields = {name: getattr(stranger, name) for name in Node.__dataclass_fields__}
    unknown = Node(**{**fields, "party": "HMRC"})
    assert refused(ico, control(unknown, ICO, recall=RECALL)) is Problem.UNKNOWN_PEER


def test_a_message_for_another_node_is_refused() -> None:
    world, _ = w.watched()
    data = control(world.nodes[NCA], NCSC, recall=RECALL)
    assert refused(world.nodes[ICO], data) is Problem.NOT_FOR_THIS_NODE


def test_clocks_that_are_too_far_apart_are_refused_and_raise_an_alarm() -> None:
    world, _ = w.watched()
    nca = world.nodes[NCA]
    ahead = replace(nca, now=lambda: world.clock.now() + timedelta(minutes=6))
    data = control(ahead, ICO, recall=RECALL)
    assert refused(world.nodes[ICO], data) is Problem.CLOCK_SKEW
    assert "clock-skew" in w.alarms(world, ICO)
    near = replace(nca, now=lambda: world.clock.now() + timedelta(minutes=4))
    assert take_control(world.nodes[ICO], control(near, ICO, recall=RECALL))


def test_an_old_message_cannot_be_played_again_and_a_repetition_is_answered_alike() -> None:
    world, _ = w.watched()
    data = control(world.nodes[NCA], ICO, recall=RECALL)
    first = take_control(world.nodes[ICO], data)
    assert take_control(world.nodes[ICO], data) == first
    world.clock.pass_(timedelta(minutes=6))
    assert refused(world.nodes[ICO], data) is Problem.CLOCK_SKEW


def test_a_forged_yes_sent_in_the_front_doors_name_is_refused() -> None:
    world, _ = w.watched()
    consent = world.seek("incident")
    nca = world.nodes[NCA]
    said = forged_yes(world, consent)
    as_door = replace(nca, party=FRONT_DOOR)
    data = control(as_door, NCA, nca.keys.identity, statement=sign_said(said, nca.keys.identity))
    assert refused(nca, data) is Problem.BAD_SIGNATURE


def forged_yes(world: w.World, consent: str) -> Said:
    """Return a yes for the incident that nobody gave."""
    nca = world.nodes[NCA]
    with nca.store.reading() as records:
        seeking = records.seekings.get(consent)
    assert seeking is not None
    return Said(
        consent=seeking.consent,
        organisation=seeking.organisation,
        answer=Answer.GIVEN,
        items=seeking.items,
        discloser=NCA,
        recipient=ICO,
        purpose=seeking.purpose,
        start=world.clock.now(),
        end=world.clock.now() + HOUR,
        counter=99,
        assurance=Assurance.TOTP,
        stated_at=world.clock.now(),
        entitlement=Entitlement.REGISTERED,
    )


def test_a_forged_yes_in_the_database_counts_for_nothing_and_raises_an_alarm() -> None:
    world, _ = w.watched()
    consent = world.seek("incident")
    nca = world.nodes[NCA]
    said = forged_yes(world, consent)
    with nca.store.writing() as records:
        records.statements.add(
            HeldStatement(
                id=f"{said.consent}/{said.counter}",
                consent=said.consent,
                document=sign_said(said, nca.keys.identity),
                received_at=nca.now(),
            )
        )
    _, decision = world.ask("incident")
    assert isinstance(decision, Refusal)
    assert "statement-not-verified" in w.alarms(world, NCA)


def test_a_body_that_forges_consent_is_found_out_by_the_recipients_own_gate() -> None:
    """The NCA pins a consent key of its own making, so its own gate is deceived."""
    world, _ = w.watched()
    consent = world.seek("incident")
    nca = world.nodes[NCA]
    mine = Ed25519Signer.new()
    with nca.store.writing() as records:
        (pin,) = records.keys.find(party=FRONT_DOOR, use=Use.CONSENT)
        records.keys.put(w.changed(pin, public=mine.public))
    said = forged_yes(world, consent)
    status = Status(
        consent=said.consent, counter=100, newest_answer=99,
        start=said.stated_at, end=said.stated_at + timedelta(minutes=10),
    )  # fmt: skip
    door = replace(world.nodes[FRONT_DOOR])
    assert (
        outcome(take_control(nca, control(door, NCA, statement=sign_said(said, mine))))
        is Done.ACCEPTED
    )
    assert (
        outcome(take_control(nca, control(door, NCA, status=sign_status(status, mine))))
        is Done.ACCEPTED
    )
    _, decision = world.ask("incident")
    assert isinstance(decision, Permit)
    world.settle()
    assert w.at(world) == []
    with world.nodes[ICO].store.reading() as records:
        assert [each.state for each in records.inbox.find()] == [InState.QUARANTINED]
    assert "quarantined" in w.alarms(world, ICO)
    assert "peer-quarantined" in w.alarms(world, NCA)


def test_a_front_door_restored_from_a_backup_is_noticed_by_its_old_counter() -> None:
    world, _ = w.watched()
    consent = w.consented(world, "incident")
    said = newest(world, consent)
    door = world.nodes[FRONT_DOOR]
    older = replace(said, counter=said.counter - 1, answer=Answer.GIVEN)
    assert door.keys.consent is not None
    data = control(door, NCA, statement=sign_said(older, door.keys.consent))
    assert outcome(take_control(world.nodes[NCA], data)) is Done.STALE
    status = Status(
        consent=said.consent, counter=1, newest_answer=said.counter,
        start=world.clock.now(), end=world.clock.now() + timedelta(minutes=10),
    )  # fmt: skip
    data = control(door, NCA, status=sign_status(status, door.keys.consent))
    assert outcome(take_control(world.nodes[NCA], data)) is Done.STALE
    assert "old-counter" in w.alarms(world, NCA)


def test_weak_assurance_can_withdraw_but_never_give() -> None:
    world, _ = w.watched()
    consent = world.seek("incident")
    door = world.nodes[FRONT_DOOR]
    for weak in (Assurance.MAIL, Assurance.OPERATOR, Assurance.RETURN_CODE):
        with pytest.raises(NotPossibleError):
            answer_consent(door, consent, sections("incident"), weak, SPEAKER)
    answer_consent(door, consent, sections("incident"), Assurance.TOTP, SPEAKER)
    world.settle()
    assert isinstance(world.ask("incident")[1], Permit)
    withdraw_consent(door, consent, Assurance.MAIL)
    world.settle()
    assert isinstance(world.ask("incident")[1], Refusal)


def test_a_no_never_says_what_was_refused() -> None:
    world, _ = w.watched()
    consent = world.seek("incident", "technical")
    door = world.nodes[FRONT_DOOR]
    answer_consent(door, consent, sections("incident"), Assurance.TOTP, SPEAKER)
    world.settle()
    said = newest(world, consent)
    with world.nodes[NCA].store.reading() as records:
        told = {each.item.digest: each.item.section for each in records.items.find()}
    assert {told[each] for each in said.items} == {"incident"}


def test_the_copy_of_a_later_report_carries_no_choice_about_an_earlier_one() -> None:
    world, wire = w.watched(new_world())
    world.report()
    world.report(REPORT.replace("encrypted", "wiped"))
    later = [w.header_of(each) for each in wire.envelopes(NCA)]
    assert len(later) == 2
    for header in later:
        (document,) = header.consent
        choice = decode(Choice, document.payload, "a choice")
        assert choice.items == {each.digest for each in header.markings.items}


def test_the_recipient_gets_its_own_name_for_the_organisation_and_new_ids() -> None:
    world, wire = w.watched()
    w.consented(world, "incident")
    world.ask("incident")
    world.settle()
    header = w.header_of(wire.envelopes()[0])
    with world.nodes[NCA].store.reading() as records:
        at_nca = records.items.find()
    (held,) = w.at(world)
    assert held.organisation != at_nca[0].organisation
    assert held.item.id not in {each.item.id for each in at_nca}
    assert str(at_nca[0].organisation).encode() not in encode(header)


def test_a_recall_is_obeyed_only_from_whoever_sent_the_release() -> None:
    world, wire = w.watched()
    w.consented(world, "incident")
    world.ask("incident")
    world.settle()
    release = w.header_of(wire.envelopes()[0]).id
    data = control(world.nodes[NCSC], ICO, recall=Recall(release=release))
    take_control(world.nodes[ICO], data)
    world.settle()
    assert [each.content != b"" for each in w.at(world)] == [True]
    assert "recall-for-nothing" in w.alarms(world, ICO)


def test_a_ledger_that_forks_gets_no_cosignature_but_an_alarm(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    w.unaware(monkeypatch)
    world, _ = w.watched()
    world.wait(HOUR)
    other = new_world()
    other.wait(2 * HOUR)
    world.workers[NCA].node = replace(world.nodes[NCA], store=other.nodes[NCA].store)
    world.nodes[NCA] = world.workers[NCA].node
    world.wait(2 * HOUR)
    assert "ledger-forked" in w.alarms(world, ICO)


def test_every_head_is_cosigned_by_the_peer() -> None:
    world, _ = w.watched()
    world.wait(HOUR)
    for node in world.nodes.values():
        with node.store.reading() as records:
            notes = [each.note for each in records.checkpoints.find()]
        assert len(notes) >= 3
        assert all(note.count("\u2014") == 2 for note in notes)


def test_a_new_identity_key_is_announced_by_the_old_one_and_both_count_for_a_while() -> None:
    from comity.node.keys import announce  # noqa: PLC0415 - used by the key tests alone

    world, _ = w.watched()
    nca = world.nodes[NCA]
    rotated = replace(nca, keys=keys(NCA, consent=False, generation=2))
    with nca.store.writing() as records:
        announce(records, nca, Use.IDENTITY, rotated.keys.identity, nca.keys.identity.public)
    world.nodes[NCA] = world.workers[NCA].node = replace(
        rotated,
        keys=replace(rotated.keys, opener=nca.keys.opener),  # type: ignore[type-var] # keys of tests are a dataclass
    )
    world.settle()
    w.consented(world, "incident")
    world.ask("incident")
    world.settle()
    assert len(w.at(world)) == 1
    old = control(nca, ICO, recall=RECALL)
    assert take_control(world.nodes[ICO], old)


def test_a_key_that_was_revoked_for_theft_counts_no_more() -> None:
    from comity.node.keys import announce  # noqa: PLC0415 - used by the key tests alone

    world, _ = w.watched()
    nca = world.nodes[NCA]
    rotated = replace(nca, keys=keys(NCA, consent=False, generation=2))
    with nca.store.writing() as records:
        announce(
            records, nca, Use.IDENTITY, rotated.keys.identity, nca.keys.identity.public,
            revoked=True,
        )  # fmt: skip
    world.nodes[NCA] = world.workers[NCA].node = rotated
    world.settle()
    old = control(nca, ICO, recall=RECALL)
    assert refused(world.nodes[ICO], old) is Problem.BAD_SIGNATURE


def test_a_key_change_has_to_show_that_the_new_key_is_held() -> None:
    world, _ = w.watched()
    nca, somebodys = world.nodes[NCA], keys(NCSC, consent=False).witness.public
    change = KeyChange(use="witness", public=somebodys, replaces=nca.keys.witness.public)
    answer = take_control(world.nodes[ICO], control(nca, ICO, key=change))
    assert outcome(answer) is Done.REFUSED
    assert "key-change-not-shown" in w.alarms(world, ICO)


def test_a_peer_whose_identity_was_revoked_here_is_a_stranger_until_it_is_pinned_again() -> None:
    world, _ = w.watched()
    nca, ico = world.nodes[NCA], world.nodes[ICO]
    assert revoke_peer_key(ico, NCA, Use.IDENTITY) == 1
    data = control(nca, ICO, recall=RECALL)
    assert refused(ico, data) is Problem.UNKNOWN_PEER
    again = replace(nca, keys=keys(NCA, consent=False, generation=7))
    pin_peer(ico, read_introduction(introduction(again, "http://NCA"), ico.verifier), OFFICER)
    assert take_control(ico, control(again, ICO, recall=RECALL))


def test_a_no_after_a_yes_takes_back_what_was_passed_on_and_so_does_a_withdrawal_after_it() -> None:
    for then_withdrawn in (False, True):
        world, _ = w.watched()
        consent = ConsentId(w.consented(world, "incident"))
        world.ask("incident")
        world.settle()
        door = world.nodes[FRONT_DOOR]
        if then_withdrawn:
            answer_consent(door, consent, sections("incident"), Assurance.TOTP, SPEAKER)
            withdraw_consent(door, consent, Assurance.MAIL)
        said, _ = answer_consent(door, consent, frozenset(), Assurance.MAIL)
        assert said.answer is Answer.WITHDRAWN
        world.settle()
        with world.nodes[ICO].store.reading() as records:
            assert [each.content for each in records.items.find() if each.release] == [b""]


def test_a_node_that_was_put_back_waits_between_its_attempts() -> None:
    world, wire = w.watched()
    w.consented(world, "incident")
    world.ask("incident")
    world.settle()
    with world.nodes[NCA].store.writing() as records:
        pair = w.pair_of(records, ICO)
        records.pairs.put(w.changed(pair, sent=0, sent_digest=None))
    w.consented(world, "technical")
    world.ask("technical")
    world.settle()
    assert len(wire.envelopes()) <= 3
    assert OutState.SENDING in w.states(world)


def test_a_peer_cannot_be_pinned_twice_with_different_identities() -> None:
    world, _ = w.watched()
    ico = world.nodes[ICO]
    other = replace(world.nodes[NCA], keys=keys(NCA, consent=False, generation=5))
    shown = read_introduction(introduction(other, "http://NCA"), ico.verifier)
    with pytest.raises(NotPossibleError, match="another identity key"):
        pin_peer(ico, shown, OFFICER)


def test_a_stored_envelope_stays_sealed_and_a_quarantined_one_is_never_opened() -> None:
    world, wire = w.watched()
    w.consented(world, "incident")
    world.ask("incident")
    world.settle()
    (data,) = wire.envelopes()
    with world.nodes[ICO].store.reading() as records:
        (row,) = [each for each in records.inbox.find() if each.from_ == NCA]
    assert row.envelope == data
    assert read_envelope(row.envelope).sealed not in (b"", data)


def test_an_envelope_in_another_order_is_a_fork_and_is_refused() -> None:
    world, wire = w.watched()
    w.consented(world, "incident", "technical")
    wire.lose_messages.add((ICO, ENVELOPES))
    world.ask("incident")
    world.settle()
    (lost,) = wire.envelopes()
    with world.nodes[ICO].store.writing() as records:
        records.pairs.put(w.changed(w.pair_of(records, NCA), received=0, received_digest="0" * 64))
    with pytest.raises(RefusedError) as caught:
        accept_envelope(world.nodes[ICO], lost)
    assert caught.value.problem is Problem.FORK
    assert "fork" in w.alarms(world, ICO)

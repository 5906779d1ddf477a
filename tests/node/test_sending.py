"""Sending: what was permitted arrives once; what is no longer permitted does not arrive at all."""

from datetime import timedelta

import pytest

from comity.core.exchange import Answer, Envelope, Problem, RefusedError, read_envelope
from comity.core.gate import Permit, Refusal
from comity.core.terms import encode
from comity.node.accept_envelope import accept_envelope
from comity.node.deliver import CONTROLS, ENVELOPES
from comity.node.node import pair_of
from comity.node.send_report import ReportId
from comity.node.update_report import update_report
from comity.store.records import InState, OutState, Progress
from tests.node import watched as w
from tests.node.world import CANARY, FRONT_DOOR, ICO, NCA, NCSC, REPORT, acme_report

MINUTE = timedelta(minutes=1)


def test_what_was_told_in_confidence_stays_until_the_organisation_says_yes() -> None:
    world, wire = w.watched()
    _, decision = world.ask("incident")
    world.settle()
    assert isinstance(decision, Refusal)
    assert decision.clauses[0] == "I-1"
    assert wire.envelopes() == []
    assert w.at(world) == []


def test_exactly_what_was_agreed_to_travels_once_with_a_receipt() -> None:
    world, wire = w.watched()
    w.consented(world, "incident", "technical")
    request, decision = world.ask("incident")
    assert isinstance(decision, Permit)
    world.settle()
    assert [each.item.section for each in w.at(world)] == ["incident"]
    assert len(wire.envelopes()) == 1
    assert w.wish(world, request).progress is Progress.SENT
    world.wait(timedelta(hours=1))
    assert len(wire.envelopes()) == 1


def test_a_yes_for_some_sections_opens_nothing_for_the_others() -> None:
    world, _ = w.watched()
    w.consented(world, "incident")
    _, decision = world.ask("incident", "technical")
    assert isinstance(decision, Refusal)
    world.settle()
    assert w.at(world) == []


def test_a_lost_receipt_is_healed_and_the_effect_happens_once() -> None:
    world, wire = w.watched()
    w.consented(world, "incident")
    wire.lose_answers.add(ENVELOPES)
    request, _ = world.ask("incident")
    world.settle()
    assert w.wish(world, request).progress is Progress.QUEUED
    assert len(w.at(world)) == 1
    wire.lose_answers.clear()
    w.requeue(world)
    world.settle()
    assert w.wish(world, request).progress is Progress.SENT
    first, second = wire.envelopes()
    assert first == second
    assert len(w.at(world)) == 1


def test_every_attempt_is_decided_again() -> None:
    world, wire = w.watched()
    w.consented(world, "incident")
    wire.lose_messages.add((ICO, ENVELOPES))
    request, _ = world.ask("incident")
    for _ in range(3):
        world.clock.pass_(timedelta(seconds=10))
        w.requeue(world)
        world.workers[NCA].round()
    assert len(wire.envelopes()) == 3
    with world.nodes[NCA].store.reading() as records:
        entries = [each for each in records.ledgers.entries("node") if request.encode() in each]
        assert len(records.decisions.find(request=request)) == len(entries)
    assert len(entries) == 1 + 3


def test_a_withdrawal_between_attempts_destroys_the_envelope() -> None:
    world, wire = w.watched()
    consent = w.consented(world, "incident")
    wire.lose_messages.add((ICO, ENVELOPES))
    request, _ = world.ask("incident")
    world.settle()
    assert w.states(world) == [OutState.SENDING]
    w.withdraw(world, consent)
    world.settle()
    wire.lose_messages.clear()
    world.wait(timedelta(minutes=30))
    assert w.at(world) == []
    assert w.wish(world, request).progress is Progress.WITHDRAWN
    assert w.states(world) == [OutState.DESTROYED]


def test_the_place_of_a_destroyed_envelope_goes_to_the_next() -> None:
    world, wire = w.watched()
    consent = w.consented(world, "incident")
    wire.lose_messages.add((ICO, ENVELOPES))
    world.ask("incident")
    world.settle()
    w.withdraw(world, consent)
    world.settle()
    w.consented(world, "technical")
    wire.lose_messages.clear()
    world.ask("technical")
    w.requeue(world)
    world.settle()
    assert [each.item.section for each in w.at(world)] == ["technical"]
    assert [w.header_of(each).seq for each in wire.envelopes()] == [1, 1]


def test_what_arrived_before_its_withdrawal_is_recorded_as_sent_and_recalled() -> None:
    world, wire = w.watched()
    consent = w.consented(world, "incident")
    wire.lose_answers.add(ENVELOPES)
    request, _ = world.ask("incident")
    world.settle()
    assert len(w.at(world)) == 1
    w.withdraw(world, consent)
    world.settle()
    wire.lose_answers.clear()
    w.consented(world, "technical")
    second, _ = world.ask("technical")
    w.requeue(world)
    world.settle()
    assert w.wish(world, request).progress is Progress.RECALLED
    assert [each.content for each in w.at(world) if each.item.section == "incident"] == [b""]
    world.wait(timedelta(minutes=20))
    assert w.wish(world, second).progress is Progress.SENT
    assert [each.item.section for each in w.at(world) if each.content] == ["technical"]


def test_a_receipt_that_was_lost_for_good_comes_with_the_next_poll() -> None:
    world, wire = w.watched()
    consent = w.consented(world, "incident")
    wire.lose_answers.add(ENVELOPES)
    request, _ = world.ask("incident")
    world.settle()
    w.withdraw(world, consent)
    world.settle()
    w.requeue(world)
    world.settle()
    assert w.wish(world, request).progress is Progress.WITHDRAWN
    world.wait(timedelta(minutes=5))
    assert w.wish(world, request).progress is Progress.RECALLED
    assert [each.content for each in w.at(world)] == [b""]


def test_a_withdrawal_recalls_what_was_passed_on_and_says_nothing_of_why() -> None:
    world, wire = w.watched()
    consent = w.consented(world, "incident")
    world.ask("incident")
    world.settle()
    wire.passed.clear()
    w.withdraw(world, consent)
    world.settle()
    assert [each.content for each in w.at(world)] == [b""]
    recalls = [body for to, _, body, _ in wire.passed if to == ICO]
    assert recalls
    assert all(b"withdrawn" not in body and consent.encode() not in body for body in recalls)


def test_at_most_one_envelope_without_a_receipt_is_on_its_way_to_a_peer() -> None:
    world, wire = w.watched()
    w.consented(world, "incident", "technical")
    wire.lose_messages.add((ICO, ENVELOPES))
    world.ask("incident")
    world.ask("technical")
    for _ in range(4):
        w.requeue(world)
        world.settle()
    assert w.states(world).count(OutState.SENDING) == 1
    assert len({w.header_of(each).id for each in wire.envelopes()}) == 1


def test_an_envelope_that_comes_twice_is_answered_with_the_stored_receipt() -> None:
    world, wire = w.watched()
    w.consented(world, "incident")
    world.ask("incident")
    world.settle()
    envelope, answer = next(
        (body, answer) for to, path, body, answer in wire.passed if (to, path) == (ICO, ENVELOPES)
    )
    assert answer is not None
    assert accept_envelope(world.nodes[ICO], envelope) == answer.body
    world.settle()
    assert len(w.at(world)) == 1


def test_a_status_that_has_run_out_keeps_everything_back_until_there_is_a_new_one() -> None:
    world, wire = w.watched()
    w.consented(world, "incident")
    wire.lose_messages.add((NCA, CONTROLS))
    world.down.add(FRONT_DOOR)
    world.wait(timedelta(minutes=11))
    request, decision = world.ask("incident")
    assert isinstance(decision, Refusal)
    assert [fact.name for fact in decision.unknown] == ["consent_fresh"]
    world.down.clear()
    wire.lose_messages.clear()
    assert w.wish(world, request).progress is Progress.REFUSED
    world.wait(timedelta(minutes=20))
    _, again = world.ask("incident")
    assert isinstance(again, Permit)


def test_what_waits_for_a_fresh_status_is_sent_when_it_comes() -> None:
    world, wire = w.watched()
    w.consented(world, "incident")
    world.down |= {ICO, FRONT_DOOR}
    wire.lose_messages |= {(NCA, CONTROLS)}
    request, _ = world.ask("incident")
    world.wait(timedelta(minutes=40))
    assert w.wish(world, request).progress is Progress.QUEUED
    assert w.states(world)[0] in {OutState.QUEUED, OutState.SENDING}
    world.down.remove(ICO)
    world.wait(timedelta(minutes=16))
    assert w.at(world) == []
    world.down.clear()
    wire.lose_messages.clear()
    world.wait(timedelta(minutes=40))
    assert [each.item.section for each in w.at(world)] == ["incident"]


def test_a_poll_gets_only_what_is_being_sent_and_was_decided_within_a_minute() -> None:
    world, wire = w.watched()
    w.consented(world, "incident")
    wire.lose_messages |= {(ICO, ENVELOPES), (ICO, CONTROLS)}
    world.ask("incident")
    world.settle()
    assert w.at(world) == []
    world.wait(timedelta(minutes=3))
    assert [each.item.section for each in w.at(world)] == ["incident"]
    assert w.states(world) == [OutState.RECEIPTED]


def test_a_withdrawal_takes_back_what_lies_ready_for_a_poll_the_moment_it_is_held() -> None:
    world, wire = w.watched()
    consent = w.consented(world, "incident")
    wire.lose_messages |= {(ICO, ENVELOPES), (ICO, CONTROLS)}
    world.ask("incident")
    world.settle()
    assert w.states(world) == [OutState.SENDING]
    w.withdraw(world, consent)
    world.workers[FRONT_DOOR].round()
    assert w.states(world) == [OutState.QUEUED]


def test_an_edited_section_is_a_new_content_without_consent() -> None:
    world, _ = w.watched()
    w.consented(world, "incident")
    door = world.nodes[FRONT_DOOR]
    with door.store.reading() as records:
        report = ReportId(records.reports.find()[0].id)
    update_report(door, report, acme_report(REPORT.replace("encrypted", "wiped")))
    world.settle()
    with world.nodes[NCA].store.reading() as records:
        newest = [each for each in records.items.find() if each.item.section == "incident"][-1]
    _, decision = world.ask("incident")
    assert isinstance(decision, Refusal)
    assert newest.item.digest not in w.digests(world)


def test_an_envelope_that_comes_too_early_waits_for_the_one_before_it() -> None:
    world, wire = w.watched()
    w.consented(world, "incident", "technical")
    world.ask("incident")
    world.settle()
    world.ask("technical")
    world.settle()
    first, second = wire.envelopes()
    restored = w.restored(world, ICO)
    assert accept_envelope(restored, second) == b""
    with restored.store.reading() as records:
        assert [each.state for each in records.inbox.find()] == [InState.PARKED]
    assert accept_envelope(restored, first)
    world.workers[ICO].round()
    world.workers[ICO].round()
    with restored.store.reading() as records:
        assert [each.state for each in records.inbox.find()] == [InState.OPENED, InState.OPENED]


def test_a_peer_that_keeps_an_envelope_for_one_it_had_before_raises_an_alarm_of_its_own() -> None:
    world, _ = w.watched()
    w.consented(world, "incident", "technical")
    world.ask("incident")
    world.settle()
    w.restored(world, ICO)
    request, _ = world.ask("technical")
    world.workers[NCA].round()
    assert w.wish(world, request).progress is Progress.QUEUED
    with world.nodes[NCA].store.reading() as records:
        found = {(each.kind, each.about) for each in records.alarms.find()}
    assert ("parked-at-peer", "ICO/2") in found
    assert not any(kind == "peer-refuses" for kind, _ in found)


def test_nothing_told_stands_in_the_clear_in_what_travels() -> None:
    world, wire = w.watched()
    w.consented(world, "incident")
    world.ask("incident")
    world.settle()
    assert len(wire.passed) >= 5
    for _, _, body, answer in wire.passed:
        assert CANARY.encode() not in body
        assert answer is None or CANARY.encode() not in answer.body


def test_a_failure_is_waited_out_longer_each_time_and_never_longer_than_a_quarter_hour() -> None:
    world, _wire = w.watched()
    w.consented(world, "incident")
    world.ask("incident")
    world.down.add(ICO)
    waits = []
    for _ in range(80):
        before = world.clock.now()
        world.workers[NCA].round()
        with world.nodes[NCA].store.reading() as records:
            pair = pair_of(records, ICO)
        ahead = [each - before for each in (pair.next_attempt, pair.next_envelope) if each]
        waits += [each for each in ahead if each > timedelta()]
        world.clock.pass_(min((each for each in ahead if each > timedelta()), default=MINUTE))
    assert all(timedelta(seconds=1) <= each <= timedelta(minutes=15) for each in waits[:1])
    assert all(each <= timedelta(minutes=15) for each in waits)
    assert max(waits[:3]) < timedelta(seconds=9)
    assert max(waits) > timedelta(minutes=5)


def test_what_a_peer_will_never_take_is_laid_aside_with_an_alarm() -> None:
    world, wire = w.watched()
    w.consented(world, "incident")
    wire.answer_instead[(ICO, ENVELOPES)] = Answer(400, Problem.UNSUPPORTED.encode())
    request, _ = world.ask("incident")
    world.settle()
    assert w.states(world) == [OutState.DEAD]
    assert w.wish(world, request).progress is Progress.DEAD
    assert "dead-letter" in w.alarms(world, NCA)


def test_what_was_laid_aside_and_had_arrived_after_all_is_recorded_as_sent() -> None:
    world, wire = w.watched()
    w.consented(world, "incident")
    wire.lose_answers.add(ENVELOPES)
    request, _ = world.ask("incident")
    world.workers[NCA].round()
    assert len(wire.envelopes()) == 1
    wire.lose_answers.clear()
    wire.answer_instead[(ICO, ENVELOPES)] = Answer(400, Problem.UNSUPPORTED.encode())
    w.requeue(world)
    world.workers[NCA].round()
    assert w.wish(world, request).progress is Progress.DEAD
    wire.answer_instead.clear()
    world.wait(timedelta(minutes=3))
    assert w.wish(world, request).progress is Progress.SENT
    assert w.states(world) == [OutState.RECEIPTED]


def test_a_third_body_cannot_pass_on_what_came_to_it_by_consent() -> None:
    world, _ = w.watched()
    consent = world.seek("incident", recipient=NCSC)
    assert consent
    _, decision = world.ask("incident", recipient=NCSC)
    assert isinstance(decision, Refusal)


def test_a_header_on_another_content_is_refused_before_a_receipt() -> None:
    world, wire = w.watched()
    w.consented(world, "incident", "technical")
    wire.lose_messages.add((ICO, ENVELOPES))
    world.ask("incident")
    world.settle()
    (envelope, *_) = wire.envelopes()
    good = read_envelope(envelope)
    swapped = Envelope(header=good.header, sealed=good.sealed[:-1] + bytes([good.sealed[-1] ^ 1]))
    with pytest.raises(RefusedError) as refused:
        accept_envelope(world.nodes[ICO], encode(swapped))
    assert refused.value.problem is Problem.MALFORMED
    with world.nodes[ICO].store.reading() as records:
        assert records.inbox.find() == []

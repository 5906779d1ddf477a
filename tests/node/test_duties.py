"""What is owed for a disclosure begins with it, is done once, and is not forgotten."""

from datetime import timedelta

import pytest

from comity.core.duties import Duty, State
from comity.core.gate import DisclosureRequest, Evidenced, Permit
from comity.core.intake import SealedPart
from comity.core.ledger import Entry, EntryType
from comity.core.markings import Item, Label, Source, Tlp
from comity.core.terms import (
    EvidenceId,
    ItemId,
    OfficerId,
    PartyId,
    Purpose,
    Section,
    decode,
    salted_digest,
)
from comity.node.contents import hold
from comity.node.deliver import ENVELOPES
from comity.node.duties import do_duty, owed
from comity.node.node import NotPossibleError
from comity.node.queueing import new_wish, put_to_gate
from tests.node import watched as w
from tests.node.world import ICO, NCA, OFFICER, World

DAY = timedelta(days=1)
NOTICE = EvidenceId("notice-1")


def sent() -> World:
    """Return a world in which the NCA has passed a section on to the ICO."""
    world, _ = w.watched()
    w.consented(world, "incident")
    world.ask("incident")
    world.settle()
    assert len(w.at(world)) == 1
    return world


def only(world: World, party: PartyId = NCA) -> Duty:
    (duty,) = owed(world.nodes[party])
    return duty


def state(world: World, duty: Duty) -> State:
    return duty.state_at(world.clock.moment)


def entries(world: World, kind: EntryType, party: PartyId = NCA) -> list[Entry]:
    with world.nodes[party].store.reading() as records:
        found = [decode(Entry, each, "an entry") for each in records.ledgers.entries("node")]
    return [each for each in found if each.type is kind]


def test_a_disclosure_that_was_made_leaves_its_duty_with_the_instant_it_is_due() -> None:
    world = sent()
    duty = only(world)
    assert duty.what == "show the disclosure to the organisation"
    assert duty.due == world.clock.moment + 5 * DAY
    assert state(world, duty) is State.OPEN
    (entry,) = entries(world, EntryType.OWED)
    assert entry.ids == {"duty": duty.id, "clause": "I-2"}
    assert owed(world.nodes[ICO]) == [], "the recipient owes nothing for it"


def test_what_has_not_arrived_leaves_no_duty() -> None:
    world, wire = w.watched()
    consent = w.consented(world, "incident")
    wire.lose_messages.add((ICO, ENVELOPES))
    world.ask("incident")
    world.settle()
    assert owed(world.nodes[NCA], with_done=True) == []
    w.withdraw(world, consent)
    world.wait(DAY / 24)
    assert owed(world.nodes[NCA], with_done=True) == []


def test_a_receipt_that_comes_twice_leaves_one_duty_and_the_first_day_counts() -> None:
    world, wire = w.watched()
    w.consented(world, "incident")
    wire.lose_answers.add(ENVELOPES)
    world.ask("incident")
    world.settle()
    assert owed(world.nodes[NCA]) == []
    world.clock.pass_(timedelta(minutes=2))
    wire.lose_answers.clear()
    w.requeue(world)
    world.settle()
    due = only(world).due
    world.wait(timedelta(minutes=30))
    assert only(world).due == due
    assert len(entries(world, EntryType.OWED)) == 1


def test_what_arrived_and_had_to_be_recalled_is_owed_for_all_the_same() -> None:
    world, wire = w.watched()
    consent = w.consented(world, "incident")
    wire.lose_answers.add(ENVELOPES)
    world.ask("incident")
    world.settle()
    w.withdraw(world, consent)
    world.settle()
    wire.lose_answers.clear()
    world.wait(timedelta(minutes=30))
    assert entries(world, EntryType.RECALL_SENT)
    assert only(world).what == "show the disclosure to the organisation"


def test_a_duty_is_done_once_by_whom_and_shown_by_what_is_on_record() -> None:
    world = sent()
    duty = only(world)
    world.clock.pass_(DAY)
    found = do_duty(world.nodes[NCA], duty.id, OFFICER, NOTICE)
    assert state(world, found) is State.DONE
    assert owed(world.nodes[NCA]) == []
    assert owed(world.nodes[NCA], with_done=True) == [found]
    (entry,) = entries(world, EntryType.DUTY_DONE)
    assert entry.ids == {"duty": duty.id, "officer": OFFICER, "shown_by": NOTICE}
    with pytest.raises(NotPossibleError, match="done on 24 November 2026 already"):
        do_duty(world.nodes[NCA], duty.id, OfficerId("another"), NOTICE)
    assert len(entries(world, EntryType.DUTY_DONE)) == 1


def test_a_duty_that_was_not_done_in_time_raises_one_alarm_and_stays_breached() -> None:
    world = sent()
    duty = only(world)
    world.clock.pass_(5 * DAY)
    world.settle()
    assert "duty-breached" not in w.alarms(world, NCA)
    world.clock.pass_(timedelta(microseconds=1))
    world.settle()
    assert "duty-breached" in w.alarms(world, NCA)
    late = do_duty(world.nodes[NCA], duty.id, OFFICER, NOTICE)
    assert state(world, late) is State.BREACHED
    world.wait(timedelta(minutes=30))
    raised = [each for each in entries(world, EntryType.ALARM) if "duty" in each.ids["alarm"]]
    assert [each.ids["about"] for each in raised] == [duty.id]


def test_a_duty_that_is_not_there_or_not_owed_yet_cannot_be_done() -> None:
    world, wire = w.watched()
    with pytest.raises(NotPossibleError, match="there is no duty rel-1/I-2"):
        do_duty(world.nodes[NCA], "rel-1/I-2.a/2", OFFICER, NOTICE)
    w.consented(world, "incident")
    wire.lose_messages.add((ICO, ENVELOPES))
    world.ask("incident")
    world.settle()
    with world.nodes[NCA].store.reading() as records:
        (waiting,) = records.duties.find()
    assert state(world, waiting.duty) is State.WAITING
    with pytest.raises(NotPossibleError, match="there is no duty"):
        do_duty(world.nodes[NCA], waiting.duty.id, OFFICER, NOTICE)


def test_what_the_recipient_owes_begins_when_it_takes_the_envelope() -> None:
    world, _ = w.watched()
    assert isinstance(draft_sent(world), Permit)
    world.settle()
    assert only(world, ICO).what == "answer, or say that it has nothing to add"
    assert only(world, ICO).request is None
    assert only(world, ICO).due == world.clock.moment + 5 * DAY
    assert only(world, NCA).what.startswith("record that answer")
    assert only(world, NCA).release == only(world, ICO).release


def draft_sent(world: World) -> object:
    """Let the NCA put the draft of a public statement to its gate, for the ICO."""
    node, content, salt = world.nodes[NCA], b"we both say", b"s" * 32
    label = Label(
        sources=frozenset({Source(origin=NCA)}),
        tlp=Tlp.GREEN,
        identifies_people=False,
        identifies_organisation=False,
        agreements=frozenset(each.digest for each in node.agreements.all if ICO in each.parties),
    )
    item = Item(
        id=node.new_id(ItemId, "item"),
        section=Section("message"),
        digest=salted_digest(salt, content),
        label=label,
    )
    request = DisclosureRequest(
        items=(item,),
        discloser=NCA,
        recipient=ICO,
        purpose=Purpose("public_communication"),
        kind="publication_draft",
        facts={
            "officer_named": Evidenced(True, NOTICE),  # noqa: FBT003 - the value of a fact
            "gateway": Evidenced("not_personal_not_confidential", NOTICE),
        },
    )
    with node.store.writing() as records:
        hold(records, node, SealedPart(item, content, salt), None, None)
        return put_to_gate(records, node, new_wish(node, request, OFFICER, None))

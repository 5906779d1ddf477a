"""An organisation is told of a refusal that concerned its consent; nobody else is."""

from datetime import timedelta

import pytest

from comity.core.gate import Permit, Refusal
from comity.core.notices import Kind
from comity.core.terms import OfficerId, OrganisationId, canonical
from comity.node.notify_organisation import send_message
from comity.node.possible_disclosures import Supposed, possible_disclosures
from comity.node.request_disclosure import Ask, request_disclosure
from comity.node.show_report import show_reports
from comity.node.write_note import write_note
from comity.store.records import Progress
from tests.node import telling as t
from tests.node import watched as w
from tests.node.test_what_shows import both
from tests.node.world import (
    CANARY,
    FRONT_DOOR,
    GROUNDS,
    ICO,
    NCA,
    NCSC,
    OFFICER,
    REGULATION,
    World,
    report_text,
)

REFUSED = [Kind.REFUSED]


def test_a_refused_request_is_told_with_what_for_whom_why_and_when() -> None:
    world, _ = w.watched()
    at = world.clock.now()
    _, decision = t.ask(world, "incident", "technical")
    assert isinstance(decision, Refusal)
    world.settle()
    (notice,) = t.shown(world)
    assert (notice.kind, notice.by, notice.recipient) == (Kind.REFUSED, NCA, ICO)
    assert (notice.sections, notice.clauses) == (("incident", "technical"), ("I-1",))
    assert (notice.purpose, notice.at, notice.release) == (REGULATION, at, None)
    assert not notice.delayed_under


def test_a_refusal_on_other_grounds_alone_is_not_told() -> None:
    world = t.consenting()
    node = world.nodes[NCA]
    with node.store.reading() as records:
        case = records.cases.find()[0].id
    ask = Ask(
        case=case, items=world.items(NCA, "incident"), recipient=ICO, purpose=REGULATION,
        kind="organisation_specific", officer=OFFICER,
    )  # fmt: skip
    _, decision = request_disclosure(node, ask)
    assert isinstance(decision, Refusal)
    assert decision.unknown
    world.settle()
    assert t.shown(world) == []


def test_only_looking_what_may_be_passed_on_is_no_request_and_not_told() -> None:
    world, _ = w.watched()
    supposed = Supposed(
        recipient=ICO, purpose=REGULATION, kind="organisation_specific",
        grounds={name: value for name, (value, _) in GROUNDS.items()},
    )  # fmt: skip
    found = possible_disclosures(world.nodes[NCA], supposed)
    assert any(isinstance(each.decision, Refusal) for each in found)
    world.settle()
    assert t.shown(world) == []


def test_the_other_body_sees_nothing_of_a_refusal() -> None:
    world, wire = w.watched()
    t.ask(world, "incident")
    world.settle()
    assert wire.envelopes(ICO) == []
    assert wire.envelopes(NCSC) == []
    assert len(wire.envelopes(FRONT_DOOR)) == 1


def test_the_same_refusal_within_a_day_is_told_once_and_recorded_each_time() -> None:
    world, _ = w.watched()
    for _ in range(3):
        t.ask(world, "incident")
        world.clock.pass_(timedelta(hours=7))
        world.settle()
    assert t.told(world) == [("incident",)]
    assert [each.ids.get("outcome") for each in t.entries(world)].count("refused") == 3
    t.ask(world, "technical")
    world.clock.pass_(timedelta(hours=7))
    t.ask(world, "incident")
    world.settle()
    assert t.told(world) == [("incident",), ("technical",), ("incident",)]


def test_an_organisation_is_told_of_its_own_items_alone() -> None:
    world, _ = w.watched()
    own = world.items(NCA, "incident")
    world.report(report_text("bolt", "Bolt's own"))
    t.ask(world, items=own)
    world.settle()
    assert len(t.shown(world)) == 1
    assert w.alarms(world, FRONT_DOOR) == set()
    assert show_reports(world.nodes[FRONT_DOOR], OrganisationId("bolt")).notices == ()


def test_what_was_permitted_and_refused_before_it_was_sealed_is_told_as_refused() -> None:
    world = t.consenting()
    with world.nodes[NCA].store.reading() as records:
        consent = records.seekings.find()[0].consent
    request, decision = t.ask(world, "incident")
    assert isinstance(decision, Permit)
    w.withdraw(world, consent)
    world.workers[FRONT_DOOR].round()
    world.settle()
    assert w.wish(world, request).progress is Progress.WITHDRAWN
    (notice,) = t.shown(world)
    assert (notice.kind, notice.sections, notice.clauses) == (Kind.REFUSED, ("incident",), ("I-1",))


def test_what_was_on_its_way_and_is_then_refused_is_told_as_stopped() -> None:
    world = t.consenting()
    with world.nodes[NCA].store.reading() as records:
        consent = records.seekings.find()[0].consent
    world.down.add(ICO)
    request, _ = t.ask(world, "incident")
    world.settle()
    with world.nodes[NCA].store.reading() as records:
        assert records.outbox.find(to=ICO)[0].headers
    w.withdraw(world, consent)
    world.wait(timedelta(minutes=10))
    assert w.wish(world, request).progress is Progress.WITHDRAWN
    assert [each.kind for each in t.shown(world)] == [Kind.STOPPED]


def test_what_an_officer_wrote_is_told_without_a_digest_and_as_something_else() -> None:
    world, _ = w.watched()
    node = world.nodes[NCA]
    with node.store.reading() as records:
        case = records.cases.find()[0].id
    note = write_note(node, case, f"They paid. {CANARY}", OFFICER)
    t.ask(world, items=(note.id,))
    t.ask(world, items=(note.id, *world.items(NCA, "incident")))
    world.settle()
    found = [(each.kind, each.sections, each.more) for each in t.shown(world)]
    assert found == [(Kind.REFUSED, (), True), (Kind.REFUSED, ("incident",), True)]
    assert w.alarms(world, FRONT_DOOR) == set()


def test_two_notes_that_are_refused_on_one_day_are_both_told() -> None:
    world, _ = w.watched()
    node = world.nodes[NCA]
    with node.store.reading() as records:
        case = records.cases.find()[0].id
    for text in ("They paid.", "They did not."):
        t.ask(world, items=(write_note(node, case, text, OFFICER).id,))
    world.settle()
    assert [each.more for each in t.shown(world)] == [True, True]


def test_no_officer_can_call_a_request_a_message_so_that_it_is_not_told() -> None:
    world, _ = w.watched()
    node = world.nodes[NCA]
    with node.store.reading() as records:
        case = records.cases.find()[0].id
    ask = Ask(
        case=case, items=world.items(NCA, "incident"), recipient=ICO, purpose=REGULATION,
        kind="message", officer=OFFICER, grounds=GROUNDS,
    )  # fmt: skip
    _, decision = request_disclosure(node, ask)
    assert isinstance(decision, Refusal)
    world.settle()
    assert t.told(world) == [("incident",)]


# ------------------------------------------------------------------ what a body may not say


def forged(world: World, **changes: object) -> set[str]:
    """Let the NCA send a notice that its own rules never make; return the alarms it raises."""
    nca = world.nodes[NCA]
    with nca.store.writing() as records:
        case = records.cases.find()[0]
        digest = next(each.item.digest for each in records.items.find() if each.release)
        text = {
            "notice": "refused", "recipient": ICO, "purpose": "regulation", "items": [digest],
            "clauses": ["I-1"], "at": world.clock.now(), **changes,
        }  # fmt: skip
        send_message(records, nca, case.organisation, text, OfficerId("officer-1"), case.id)
    world.settle()
    return w.alarms(world, FRONT_DOOR)


def test_a_sound_notice_is_shown() -> None:
    world, _ = w.watched()
    assert forged(world) == set()
    assert t.told(world, *REFUSED) == [("contact",)]


@pytest.mark.parametrize(
    "changes",
    [
        {"release": "rel-1"},
        {"items": []},
        {"notice": "perhaps"},
        {"ground": "court-order"},
        {"delayed_under": "I-5"},
        {"named": "a court"},
        {"prejudice": "why"},
    ],
    ids=lambda each: canonical(each).decode(),
)
def test_a_notice_that_does_not_go_together_is_kept_aside(changes: dict[str, object]) -> None:
    world, _ = w.watched()
    assert forged(world, **changes) == {"message-not-understood"}
    assert t.shown(world) == []


def test_a_notice_of_what_the_body_was_never_told_is_kept_aside() -> None:
    world = both()
    with world.nodes[NCSC].store.reading() as records:
        foreign = next(each.item.digest for each in records.items.find() if each.release)
    assert forged(world, items=[foreign]) == {"message-not-understood"}
    assert forged(world, items=["ab" * 32], more=True) == {"message-not-understood"}
    assert t.shown(world) == []

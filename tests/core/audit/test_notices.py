"""An auditor finds a delay that nobody ended, and what nobody was told of, in a node's bundle."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from comity.core.audit import Expected, Report, read_bundle, verify
from comity.core.gate import Permit
from comity.core.ledger import EntryType
from comity.core.notices import Outside
from comity.node import delays, notify_organisation, work
from comity.node.export_audit import audit_file
from comity.node.node import note
from comity.node.record_outside import Passed, record_outside
from comity.shipped import shipped_texts
from comity.wire.signing import Ed25519Verifier
from tests.node import telling as t
from tests.node.telling import DAY, SECOND
from tests.node.world import FRONT_DOOR, NCA, OFFICER, World


def audited(world: World) -> Report:
    data = audit_file(world.nodes[NCA], shipped_texts())
    return verify(read_bundle(data, "b"), [], Expected(None), Ed25519Verifier())


def found(world: World) -> list[str]:
    return [each.what for each in audited(world).findings]


def passed_outside(world: World) -> str:
    with world.nodes[NCA].store.reading() as records:
        case = records.cases.find()[0].id
    passed = Passed(
        case=case, items=world.items(NCA, "incident"), recipient="a court",
        at=world.clock.now() - DAY, ground=Outside.COURT_ORDER, shown_by="order 77",
        officer=OFFICER, confirmed_by=SECOND,
    )  # fmt: skip
    return record_outside(world.nodes[NCA], passed)


def story() -> World:
    """Return a world with a delay that was renewed and ran out, and something passed outside."""
    world = t.consenting()
    request, decision = t.ask(world, "incident", delay=t.later(world, 2))
    assert isinstance(decision, Permit)
    world.settle()
    review = world.clock.now() + 3 * DAY
    delays.renew(world.nodes[NCA], request, "It still would.", review, OFFICER, SECOND)
    t.pass_days(world, 3)
    passed_outside(world)
    t.ask(world, "technical", delay=t.later(world, 30))
    world.settle()
    return world


def test_an_honest_history_is_verified_and_counted() -> None:
    report = audited(story())
    assert report.findings == ()
    (line,) = [each.what for each in report.lines if each.check == "f"]
    assert line == (
        "2 notices to organisations; 2 delays, 1 of them running; "
        "1 disclosures outside are recorded, 1 as court-order"
    )
    assert "what passed outside the software and was not recorded" in report.unchecked


def test_a_notice_without_a_receipt_is_said_to_be_on_its_way() -> None:
    world = t.consenting()
    waiting = "1 notices have no receipt of the front door yet"
    world.down.add(FRONT_DOOR)
    passed_outside(world)
    world.settle()
    assert waiting in audited(world).unchecked
    world.down.clear()
    world.wait(timedelta(minutes=10))
    assert waiting not in audited(world).unchecked


def test_a_delay_that_nobody_ended_is_found_a_day_after_its_review_date(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = t.consenting()
    t.ask(world, "incident", delay=t.later(world, 2))
    world.settle()
    monkeypatch.setattr(work, "look_at_delays", lambda _: 0)
    t.pass_days(world, 3)
    assert found(world) == []
    world.clock.pass_(timedelta(minutes=1))
    assert [each.partition(":")[0] for each in found(world)] == [
        "a delay went on past its review date"
    ]


def test_a_delay_that_was_ended_days_after_its_review_date_is_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = t.consenting()
    request, _ = t.ask(world, "incident", delay=t.later(world, 2))
    world.settle()
    with monkeypatch.context() as patch:
        patch.setattr(work, "look_at_delays", lambda _: 0)
        t.pass_days(world, 4)
    world.settle()
    assert len(t.shown(world)) == 1
    assert found(world) == [f"a delay went on past its review date: {request}"]


def test_an_end_of_a_delay_that_never_began_is_found() -> None:
    world = t.consenting()
    with world.nodes[NCA].store.writing() as records:
        note(records, world.nodes[NCA], EntryType.DELAY_ENDED, about="req-1", officer="officer-1")
    assert found(world) == ["a delay that is stated twice, or goes on though none runs: req-1"]


def test_what_nobody_was_told_of_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    world = t.consenting()
    t.ask(world, "incident", delay=t.later(world, 2))
    world.settle()
    monkeypatch.setattr(notify_organisation, "_tell", lambda *_: None)
    monkeypatch.setattr(delays, "_tell_waiting", lambda *_: 0)
    t.pass_days(world, 2)
    outside = passed_outside(world)
    missing = sorted(each.removeprefix("nobody was told of ") for each in found(world))
    assert len(missing) == 2
    assert outside in missing


FORGED: list[tuple[str, EntryType, Callable[[str], dict[str, str]]]] = [
    (
        "a delay that one officer alone let go on",
        EntryType.DELAY_RENEWED,
        lambda review: {"review": review, "officer": "officer-1", "confirmed_by": "officer-1"},
    ),
    (
        "a delay that one officer alone let go on",
        EntryType.DELAY_RENEWED,
        lambda review: {"review": review, "officer": "officer-1"},
    ),
    (
        "a delay with a review date that it may not have",
        EntryType.DELAY_RENEWED,
        lambda _: {
            "review": "2099-01-01T00:00:00Z", "officer": "officer-1", "confirmed_by": "officer-2",
        },
    ),
    (
        "a delay with a review date that it may not have",
        EntryType.DELAY_RENEWED,
        lambda _: {"review": "soon", "officer": "officer-1", "confirmed_by": "officer-2"},
    ),
    (
        "a delay that is stated twice, or goes on though none runs",
        EntryType.NOTICE_DELAYED,
        lambda review: {"review": review, "officer": "officer-1"},
    ),
]  # fmt: skip


@pytest.mark.parametrize(("what", "kind", "ids"), FORGED)
def test_a_step_of_a_delay_that_may_not_be_is_found(
    what: str, kind: EntryType, ids: Callable[[str], dict[str, str]]
) -> None:
    world = t.consenting()
    request, _ = t.ask(world, "incident", delay=t.later(world, 2))
    world.settle()
    review = (world.clock.now() + DAY).strftime("%Y-%m-%dT%H:%M:%SZ")
    node = world.nodes[NCA]
    with node.store.writing() as records:
        note(records, node, kind, about=request, **ids(review))
    assert found(world) == [f"{what}: {request}"]


def test_a_renewal_after_the_review_date_is_found() -> None:
    world = t.consenting()
    request, _ = t.ask(world, "incident", delay=t.later(world, 2))
    world.settle()
    world.clock.pass_(2 * DAY)
    node = world.nodes[NCA]
    review = (world.clock.now() + DAY).strftime("%Y-%m-%dT%H:%M:%SZ")
    with node.store.writing() as records:
        note(
            records, node, EntryType.DELAY_RENEWED, about=request, review=review,
            officer="officer-1", confirmed_by="officer-2",
        )  # fmt: skip
    assert found(world) == [f"a delay that was renewed after its review date: {request}"]


def test_one_officer_alone_who_says_that_the_law_compelled_it_is_found() -> None:
    world = story()
    node = world.nodes[NCA]
    ids = {"outside": "outside-1", "ground": "court-order", "officer": "officer-1"}
    with node.store.writing() as records:
        note(records, node, EntryType.PASSED_OUTSIDE, **ids)
        note(records, node, EntryType.NOTIFIED, about="outside-1", notice="notice-1")
    assert found(world) == ["one officer alone says that the law compelled it: outside-1"]

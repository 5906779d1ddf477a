"""The tests about what organisations are told can fail: each finds a mistake planted for it."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from comity.core import notices
from comity.core.gate import DisclosureRequest
from comity.core.gate import concerned as gate
from comity.core.notices import Kind
from comity.core.terms import OfficerId
from comity.node import delays, notify_organisation
from comity.node.queueing import new_wish, put_to_gate
from tests.core.gate import test_concerned
from tests.node import test_delays, test_record_outside, test_refusals_told
from tests.node.test_planted import Plant, is_found
from tests.node.world import ICO, OFFICER, REGULATION

HISTORY = [("ask", "technical", 5), ("wait", 4, 0), ("renew", 0, 9), ("wait", 8, 0), ("end", 0, 0)]


def _history() -> None:
    """Play one history by the check of the property."""
    test_delays.check_history(HISTORY)


def _later(right: Any) -> Any:  # noqa: ANN401 - any function
    """Look a day too late."""
    return lambda held, node: right(held, replace(node, now=lambda: node.now() - DAY))


DAY = timedelta(days=1)


def _still_waiting(right: Any) -> Any:  # noqa: ANN401 - any function
    """Tell, and forget that it was told."""

    def wrong(records: Any, node: Any, row: Any, notice: Any) -> None:  # noqa: ANN401 - any argument
        right(records, node, row, notice)
        records.owed_notices.put(row)

    return wrong


def _with_anybody(right: Any) -> Any:  # noqa: ANN401 - any function
    """Take whoever confirms for somebody else."""
    return lambda delay, **stated: right(
        delay, **{**stated, "confirmed_by": OfficerId("somebody-else")}
    )


def _all_reasons(_right: object) -> Any:  # noqa: ANN401 - any function
    """Take every reason about an item for one that a yes would have changed."""
    return lambda refusal, _, item: [each for each in refusal.reasons if each.item == item]


def _everybodys(right: Any) -> Any:  # noqa: ANN401 - any function
    """Tell an organisation of every item that was asked for."""
    return lambda refusal, organisation: right(refusal, organisation)._replace(
        items=refusal.question.request.items
    )


def _asks_as_well(right: Any) -> Any:  # noqa: ANN401 - any function
    """Take what an organisation is told of for a wish to pass it on."""

    def wrong(*args: Any) -> None:  # noqa: ANN401 - any argument
        right(*args)
        records, node, due, _, case = args
        held = records.items.find(organisation=due.organisation)
        request = DisclosureRequest(
            items=tuple(each.item for each in held if each.release),
            discloser=node.party,
            recipient=ICO,
            purpose=REGULATION,
            kind="organisation_specific",
        )
        put_to_gate(records, node, new_wish(node, request, OFFICER, case))

    return wrong


PLANTS = [
    Plant(
        "a delay never ends",
        notify_organisation.can_be_told,
        lambda _: lambda *_: False,
        _history,
    ),
    Plant(
        "the worker looks a day too late",
        delays._is_over,
        _later,
        test_delays.test_two_looks_at_one_review_date_tell_once,
    ),
    Plant(
        "a delay delays nothing",
        notify_organisation.is_delayed,
        lambda _: lambda *_: False,
        test_delays.test_until_the_review_date_a_delayed_notice_looks_like_no_disclosure_at_all,
    ),
    Plant(
        "a delay delays nothing, in a history",
        notify_organisation.is_delayed,
        lambda _: lambda *_: False,
        _history,
    ),
    Plant(
        "what was told is told again",
        notify_organisation._tell,
        _still_waiting,
        _history,
    ),
    Plant(
        "one officer is two",
        notices.renew_delay,
        _with_anybody,
        test_delays.test_one_officer_alone_cannot_let_a_delay_go_on,
    ),
    Plant(
        "the reason travels",
        notices.late,
        lambda _: (
            lambda notice, under, since: replace(
                notice, delayed_under=f"{under}: it would warn a suspect", delayed_since=since
            )
        ),
        test_delays.test_neither_the_reason_nor_the_officer_leaves_the_node,
    ),
    Plant(
        "a delay is not said",
        notices.late,
        lambda _: lambda notice, *_: notice,
        test_delays.test_a_delayed_notice_comes_at_the_review_date_and_says_that_it_was_delayed,
    ),
    Plant(
        "each refusal is told",
        notify_organisation._is_told_already,
        lambda _: lambda *_: False,
        test_refusals_told.test_the_same_refusal_within_a_day_is_told_once_and_recorded_each_time,
    ),
    Plant(
        "every clause is told",
        gate._lifted,
        _all_reasons,
        test_concerned.test_the_other_grounds_of_a_refusal_are_not_told,
    ),
    Plant(
        "what is another's is told",
        gate._concern,
        _everybodys,
        test_concerned.test_each_organisation_is_named_with_its_own_items_alone,
    ),
    Plant(
        "what was on its way is said not to have passed",
        notify_organisation.notify_of_refusal,
        lambda right: (
            lambda records, node, wish, refusal, _=None: right(
                records, node, wish, refusal, Kind.REFUSED
            )
        ),
        test_refusals_told.test_what_was_on_its_way_and_is_then_refused_is_told_as_stopped,
    ),
    Plant(
        "whatever a notice says is shown",
        notices.makes_sense,
        lambda _: lambda _: True,
        lambda: test_refusals_told.test_a_notice_that_does_not_go_together_is_kept_aside(
            {"release": "rel-1"}
        ),
    ),
    Plant(
        "what passed outside is passed on as well",
        notify_organisation.owe,
        _asks_as_well,
        test_record_outside.test_it_makes_nothing_pass_whomever_it_names,
    ),
]


@pytest.mark.parametrize("plant", PLANTS, ids=[each.what for each in PLANTS])
def test_a_planted_mistake_about_notices_is_found(
    plant: Plant, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant.found_by()
    assert is_found(plant, monkeypatch)

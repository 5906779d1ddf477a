"""Every mistake that a careless engineer could make is found by the oracle of the histories."""

import pytest

from tests.board import record
from tests.faults.histories import play
from tests.faults.histories.oracle import Kind
from tests.faults.planted import BUGS, Bug, planted, stops

MOST = 10_000
LEAST = 30
QUICKLY = 200
PROMISES = {
    Kind.LEAK: "P3",
    Kind.LOSS: "P1",
    Kind.DOUBLE: "P2",
    Kind.MISMATCH: "P8",
    Kind.VISIBLE: "P5",
}
SLOW_TO_SHOW = frozenset({
    "no_new_line", "nobody_is_alarmed", "nobody_looks", "order_not_gone_on",
})  # fmt: skip
"""What shows only in rare histories: looked for in `make test-more`."""


def marked(bug: Bug) -> object:
    """Return a bug as a parameter, with the tests among which it belongs."""
    name = bug.plant.__name__
    mark = pytest.mark.more if name in SLOW_TO_SHOW else pytest.mark.slow
    return pytest.param(bug, id=name, marks=mark)


@pytest.mark.parametrize("bug", [marked(each) for each in BUGS])
def test_a_planted_bug_breaks_what_it_should_within_ten_thousand_histories(bug: Bug) -> None:
    with planted(bug):
        found = play.first_wrong(bug.breaks, MOST, bug.about)
    for kind in sorted(bug.breaks)[:1]:
        is_about_stopping = bug.plant.__module__ == stops.__name__
        record(
            "P12" if is_about_stopping else PROMISES[kind],
            what=f"mistakes planted in the product, found as a {kind}",
            tried=0,
            broken=0,
            planted=1,
            caught=int(found is not None),
        )
    assert found is not None, f"nobody would notice: {bug.name}"


def test_there_are_enough_planted_bugs_and_each_kind_of_fault_has_one() -> None:
    assert len(BUGS) >= LEAST
    assert {kind for bug in BUGS for kind in bug.breaks} == set(Kind)
    assert len({bug.name for bug in BUGS}) == len(BUGS)


def test_a_bug_is_gone_when_it_is_taken_out_again() -> None:
    [bug] = [each for each in BUGS if each.plant.__name__ == "received_not_recorded"]
    with planted(bug):
        assert play.first_wrong(bug.breaks, play.FAMILY)
    assert not play.first_wrong(bug.breaks, play.FAMILY)

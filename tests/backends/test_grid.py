"""Every request around the promise, one by one, unknown facts included, against an oracle apart.

numpy decides the grid; the oracle is `tests.spec.promise_facts`. A sample is asked of the gate's
own closures and of the generated evaluator, too.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice, product
from math import prod
from typing import Any

import numpy as np
import pytest

from comity.backends.batch import Batch, Bools, Requests, columns
from comity.shipped import shipped_agreement
from tests.backends.drawn import Drawn
from tests.backends.engines import Gate, by_evaluator
from tests.board import record
from tests.spec.promise_facts import PURPOSE, RECIPIENT, Point, is_kept

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
FLAG = (True, False, None)
AXES: dict[str, tuple[Any, ...]] = {
    "discloser": ("NCA", "NCSC", "FRONT_DOOR"),
    "in_confidence": FLAG,
    "given_to": ("NCA", "ICO", "NCA ICO", None),
    "chose_recipient": FLAG,
    "consent": ("given", "refused", None),
    "consent_names_content": FLAG,
    "consent_discloser": ("NCA", "NCSC", None),
    "consent_recipient": ("ICO", "NCA", None),
    "consent_purpose": ("regulation", "review", None),
    "consent_from": (0, 1, None),
    "consent_until": (0, 1, None),
    "consent_assurance": ("passkey", "mail", None),
    "consent_fresh": FLAG,
    "consent_entitlement": ("called_back", "none", None),
}
"""Every value of each fact that is tried; instants are microseconds from now."""
OTHERWISE_PERMITTED: dict[str, Any] = {
    "recipient": RECIPIENT, "purpose": PURPOSE, "kind": "organisation_specific", "now": NOW,
    "gateway": "cca_2013_s7_4", "within_functions": True, "necessity_recorded": True,
    "officer_named": True, "tlp": "TLP:AMBER", "restrictions": frozenset(),
    "identifies_people": False, "identifies_organisation": True,
    "originators_agreed": frozenset({"NCA"}),
}  # fmt: skip  # a table


def drawn(point: Point) -> Drawn:
    """Return a point as a request with its source."""
    discloser, *rest = point
    told: dict[str, Any] = dict(zip(list(AXES)[1:], rest, strict=True))
    told["given_to"] = None if point.given_to is None else frozenset(point.given_to.split())
    for name in ("consent_from", "consent_until"):
        if told[name] is not None:
            told[name] = NOW + timedelta(microseconds=told[name])
    return Drawn({**OTHERWISE_PERMITTED, "discloser": discloser}, [{"origin": "ORG", **told}])


def grid() -> Iterator[Point]:
    """Yield every point."""
    return (Point(*values) for values in product(*AXES.values()))


def as_columns() -> Requests:
    """Return the whole grid as columns: the columns of a few requests, repeated in its order.

    Each axis is put into a column by itself, so a fact of one request cannot reach another.
    """
    agreement = shipped_agreement("ico-nca-2024")
    many, before = prod(map(len, AXES.values())), 1
    first = next(grid())
    found = {name: np.broadcast_to(each, (*each.shape[:-1], many)) for name, each in
             columns(agreement, [drawn(first)]).columns.items()}  # fmt: skip  # one thought
    for place, (name, values) in enumerate(AXES.items()):
        along = [drawn(first._replace(**{Point._fields[place]: value})) for value in values]
        axis = columns(agreement, along).columns[name]
        after = many // before // len(values)
        found[name] = np.tile(np.repeat(axis, after, axis=-1), before)
        before *= len(values)
    return Requests(columns=found, present=np.ones((1, many), dtype=np.bool_))


@pytest.mark.slow
def test_every_request_of_the_grid_is_decided_as_the_clause_says() -> None:
    decided = Batch(shipped_agreement("ico-nca-2024")).decide(as_columns())
    many = len(decided.permitted)
    kept: Bools = np.fromiter(map(is_kept, grid()), dtype=np.bool_, count=many)
    governed = np.repeat(np.array(AXES["discloser"]) == "NCA", many // len(AXES["discloser"]))
    assert many >= 1_000_000
    assert kept.sum() > many / 4
    assert np.array_equal(decided.rules["I-1.a"], ~kept)
    assert np.array_equal(decided.permitted, kept & governed)
    record("P3", what="requests around the promise", tried=many, broken=0)


@pytest.mark.slow
def test_the_gate_and_the_evaluator_decide_a_sample_of_the_grid_alike() -> None:
    agreement = shipped_agreement("ico-nca-2024")
    gate, answer = Gate(agreement), by_evaluator(agreement)
    tried = permitted = 0
    for point in islice(grid(), 0, None, 197):
        found = answer(drawn(point))
        assert found == gate.answer(*drawn(point)), point
        assert found.permitted == (is_kept(point) and point.discloser == "NCA"), point
        tried, permitted = tried + 1, permitted + found.permitted
    assert tried > 10_000
    assert permitted > 1_000

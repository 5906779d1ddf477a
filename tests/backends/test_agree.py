"""Every back end decides as the gate's closures do, on random requests and on any conditions."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.cli.scenario.cluster import Postgres
from comity.core.agreement import Agreement, Effect, read_agreement
from comity.shipped import shipped_agreement, shipped_agreements, standard_vocabulary
from tests.backends.drawn import Drawn, requests
from tests.backends.engines import Answer, Gate, by_batch, by_evaluator, by_postgresql, by_sqlite
from tests.backends.small import between, made_of
from tests.board import record
from tests.core.strategies_language import request_facts, source_facts, trees
from tests.spec.slow_language import Tree

QUICK = 600
WHOLE = {
    "ico-nca-2024": 40_000,
    "front-door-terms": 15_000,
    "nca-ncsc-demo": 15_000,
    "ico-ncsc-2023": 15_000,
    "au-limited-use-2024": 15_000,
}


@cache
def corpus(name: str, many: int) -> tuple[list[Drawn], list[Answer]]:
    """Return requests under an agreement, with what the gate says of them."""
    agreement = shipped_agreement(name)
    drawn, gate = requests(agreement, many, seed=many), Gate(agreement)
    return drawn, [gate.answer(*each) for each in drawn]


def permits(answers: Sequence[Answer]) -> list[bool]:
    """Return which are permitted."""
    return [each.permitted for each in answers]


def differ(found: Sequence[object], wanted: Sequence[object]) -> list[int]:
    """Return the numbers of the requests that two back ends answer differently."""
    return [number for number, (a, b) in enumerate(zip(found, wanted, strict=True)) if a != b]


def check_all(name: str, many: int) -> None:
    """Compare everything that needs no server."""
    agreement, (drawn, wanted) = shipped_agreement(name), corpus(name, many)
    answers = list(map(by_evaluator(agreement), drawn))
    assert differ(answers, wanted) == []
    assert differ(by_batch(agreement, drawn), permits(wanted)) == []
    assert differ(by_sqlite(agreement, drawn), permits(wanted)) == []


@pytest.mark.parametrize("name", shipped_agreements())
def test_python_numpy_and_sqlite_decide_as_the_gate_does(name: str) -> None:
    check_all(name, QUICK)


@pytest.mark.parametrize("name", shipped_agreements())
def test_the_random_requests_are_of_every_sort(name: str) -> None:
    drawn, wanted = corpus(name, QUICK)
    assert sum(permits(wanted)) > QUICK / 20
    assert sum(bool(each.unknown) for each in wanted) > QUICK / 100
    assert any(not sure for each in wanted for _, _, sure in each.forbids)
    assert any(sure for each in wanted for _, _, sure in each.forbids)
    assert {len(each.sources) for each in drawn} == {1, 2, 3}


@pytest.mark.slow
@pytest.mark.parametrize(("name", "many"), WHOLE.items())
def test_they_decide_alike_on_a_hundred_thousand_requests(name: str, many: int) -> None:
    assert sum(WHOLE.values()) >= 100_000
    assert WHOLE.keys() == set(shipped_agreements())
    check_all(name, many)
    _, wanted = corpus(name, many)
    assert sum(permits(wanted)) > many / 20
    record("P3", what="answers of other forms of an agreement", tried=3 * many, broken=0)


@pytest.mark.slow
@pytest.mark.parametrize(("name", "many"), WHOLE.items())
def test_postgresql_decides_as_the_gate_does(name: str, many: int, postgres: Postgres) -> None:
    drawn, wanted = corpus(name, many)
    found = by_postgresql(shipped_agreement(name), drawn, postgres.dsn)
    assert differ(found, permits(wanted)) == []
    nowhere = [Drawn(each.about, []) for each in drawn[:QUICK]]
    assert not any(by_postgresql(shipped_agreement(name), nowhere, postgres.dsn))
    record("P3", what="answers of other forms of an agreement", tried=many, broken=0)


@pytest.mark.parametrize("name", shipped_agreements())
def test_what_has_no_source_is_refused_everywhere(name: str) -> None:
    agreement, (drawn, _) = shipped_agreement(name), corpus(name, QUICK)
    nowhere = [Drawn(each.about, []) for each in drawn]
    gate = Gate(agreement)
    refused = [gate.answer(*each) for each in nowhere]
    assert not any(permits(refused))
    assert differ(list(map(by_evaluator(agreement), nowhere)), refused) == []
    assert not any(by_batch(agreement, nowhere))
    assert not any(by_sqlite(agreement, nowhere))


# --- parameters that change, and the day on which an agreement begins

DATED = """# Figures

version 1, in force from 2026-01-01, k = 10, k = 5 from 2026-07-01, k = 3 from 2027-01-01, most = 50
parties: ICO, NCA

## 1 Figures
cites: S1; grade A
> Figures pass if enough stand behind them.

```rule
1.a  permit  kind is aggregate and k <= smallest_group and smallest_group < most
1.b  forbid  smallest_group is k
     source  origin is ORG
```

## Sources
- S1: none; read 2026-11-23; a text
"""
DAYS = ("2025-12-31", "2026-01-01", "2026-06-30", "2026-07-01", "2026-12-31", "2027-01-01")
AROUND = [
    datetime.fromisoformat(f"{day}T00:00:00+00:00") + timedelta(microseconds=each)
    for day in DAYS
    for each in (-1, 0, 1)
]


def figures() -> tuple[Agreement, list[Drawn], list[Answer]]:
    """Return that agreement, requests around its days, and what the gate says of them."""
    agreement = read_agreement(DATED.encode(), "figures.md", standard_vocabulary())
    drawn = [
        Drawn(
            {"discloser": ends[0], "recipient": ends[1], "kind": "aggregate", "now": now,
             "smallest_group": group},
            [{"origin": origin}],
        )
        for ends in (("ICO", "NCA"), ("NCSC", "NCA"), ("ICO", None))
        for now in [*AROUND, None]
        for group in (2, 3, 4, 5, 6, 9, 10, 11, 49, 50, None)
        for origin in ("ICO", "ORG", None)
    ]  # fmt: skip  # a table
    gate = Gate(agreement)
    return agreement, drawn, [gate.answer(*each) for each in drawn]


def test_a_parameter_has_the_value_of_the_day_everywhere() -> None:
    agreement, drawn, wanted = figures()
    assert 100 < sum(permits(wanted)) < len(wanted) / 3
    assert differ(list(map(by_evaluator(agreement), drawn)), wanted) == []
    assert differ(by_batch(agreement, drawn), permits(wanted)) == []
    assert differ(by_sqlite(agreement, drawn), permits(wanted)) == []


# --- any conditions, not only those of the shipped agreements

effects = st.sampled_from(list(Effect))
rules = st.lists(
    st.one_of(
        st.tuples(effects, trees(), st.none()),
        st.tuples(st.just(Effect.FORBID), trees(), trees(of_source=True)),
    ),
    min_size=1,
    max_size=4,
)
asked = st.lists(st.tuples(request_facts, source_facts), min_size=1, max_size=8)


@given(rules, asked)
def test_any_rules_mean_the_same_in_python_numpy_and_sqlite(
    rules: list[tuple[Effect, Tree, Tree | None]],
    asked: list[tuple[dict[str, object], list[dict[str, object]]]],
) -> None:
    agreement = made_of(rules)
    drawn = [Drawn({**between(about), "now": about.get("now")}, told) for about, told in asked]
    gate = Gate(agreement)
    wanted = [gate.answer(*each) for each in drawn]
    assert differ(list(map(by_evaluator(agreement), drawn)), wanted) == []
    assert differ(by_batch(agreement, drawn), permits(wanted)) == []
    assert differ(by_sqlite(agreement, drawn), permits(wanted)) == []

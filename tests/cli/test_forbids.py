"""Each forbid of an agreement is taken away in turn, and each red line is then crossed by a case.

A red line is to hold whatever other agreements permit, so forbids must carry it. Cases are played
with the agreement alone, beside one other, and beside one that permits everything: beside several,
what one no longer forbids another may, and the loss would not show.
"""

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import NamedTuple

import pytest

from comity.core.agreement import Agreement, Agreements, Effect, read_agreement
from comity.core.gate import Ground
from comity.core.gate.decide import judge
from comity.core.gate.lines import _crosses, _facts_of_items
from comity.core.gate.request import Question
from comity.core.language.compile import SOURCES
from tests.cli.test_cases import BY_NAME, HELD

NAMES = ("ico-ncsc-2023", "au-limited-use-2024")
FORBIDS = [
    (name, rule.id) for name in NAMES for rule in HELD[name].rules if rule.effect is Effect.FORBID
]
LINES = [(name, line.id) for name in NAMES for line in HELD[name].red_lines]
FIRES = {Ground.FORBIDDEN, Ground.MAY_BE_FORBIDDEN}

LAX = """# An agreement that permits everything

version 1, in force from 2023-01-01
parties: {parties}
status: a test

## 1 All
cites: T1; grade A
> All.

```rule
1.a permit any
```

## Sources
- T1: none; read never; a text
"""


class Opened(NamedTuple):
    """A refused case that a single forbid held back, and the red lines that it then crosses."""

    case: str
    forbid: str
    crosses: frozenset[str]


@cache
def opened(name: str) -> tuple[Opened, ...]:
    """Return every refused case that is permitted once one forbid is taken away."""
    vocabulary = HELD[name].vocabulary
    parties = ", ".join(each for each in vocabulary.values["parties"].meanings if each != "ORG")
    lax = read_agreement(LAX.format(parties=parties).encode(), "lax.md", vocabulary)
    return tuple(
        found
        for played in BY_NAME[name]
        if played.decision is not None and played.outcome == "refused"
        for others in [(), *((each,) for each in (*HELD.values(), lax) if each is not HELD[name])]
        for found in _opened(played.case.id, played.decision.question, HELD[name], others)
    )


def _opened(
    case: str, question: Question, agreement: Agreement, others: tuple[Agreement, ...]
) -> Iterator[Opened]:
    permitted, reasons = judge(question._replace(agreements=Agreements([agreement, *others])))
    firing = {id(each.rule): each.rule for each in reasons if each.ground in FIRES and each.rule}
    if permitted or len(firing) != 1:
        return
    [forbid] = firing.values()
    loose = replace(agreement, rules=tuple(each for each in agreement.rules if each is not forbid))
    held = question._replace(agreements=Agreements([loose, *others]))
    if judge(held)[0]:
        yield Opened(case, forbid.id, frozenset(_crossed(held, agreement)))


def _crossed(question: Question, agreement: Agreement) -> Iterator[str]:
    """Yield the red lines that are crossed; an answer not shown to be fresh is taken as stale."""
    for facts in _facts_of_items(question, agreement):
        for source in facts[SOURCES]:
            source["consent_fresh"] = source.get("consent_fresh") or False
        yield from (line.id for line in agreement.red_lines if _crosses(line, facts))


@pytest.mark.parametrize(("name", "forbid"), FORBIDS)
def test_without_a_forbid_a_refused_case_is_permitted_and_crosses_a_red_line(
    name: str, forbid: str
) -> None:
    assert [each for each in opened(name) if each.forbid == forbid and each.crosses]


@pytest.mark.parametrize(("name", "line"), LINES)
def test_each_red_line_is_crossed_once_a_forbid_is_gone(name: str, line: str) -> None:
    assert [each for each in opened(name) if line in each.crosses]

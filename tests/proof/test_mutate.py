"""Every change of a rule of a shipped agreement is noticed; a property left out lets one live."""

from dataclasses import replace

import pytest

from comity.core.agreement import Agreement, read_agreement
from comity.core.language.write import written
from comity.proof.mutants import mutants_of
from comity.proof.mutate import Fate, _Court, changes, mutate
from comity.shipped import SHIPPED, shipped_agreement, shipped_agreements
from tests.core.world import agreement, vocabulary

TERMS = agreement("front-door-terms")


@pytest.mark.slow
@pytest.mark.parametrize("name", shipped_agreements())
def test_every_change_of_a_rule_is_noticed(name: str) -> None:
    tried = mutate(shipped_agreement(name))
    assert [each.words for each in tried.survivors] == []
    assert tried.holds
    if name != "ico-nca-2024":
        return
    assert len(tried.judged) >= 250
    assert tried.count(Fate.BY_NEVER) > 100
    assert tried.count(Fate.BY_ASSURE) > 100
    assert tried.count(Fate.EQUIVALENT) < len(tried.judged) / 10


def test_every_change_of_the_front_doors_terms_is_noticed() -> None:
    told: list[int] = []
    tried = mutate(TERMS, told.append)
    assert tried.holds
    assert sum(told) == sum(1 for _ in changes(TERMS)) >= len(tried.judged)


def test_an_exception_slipped_into_a_forbid_is_noticed_and_once_was_not() -> None:
    """The memorandum's red line on reminders named the ICO alone, so the NCSC could be excepted."""
    text = (SHIPPED / "ico-nca-2024.md").read_text(encoding="utf-8")
    line = "N-70   never   discloser is NCA and kind is reminder and recipient is"
    assert text.count(f"{line} not FRONT_DOOR") == 1
    weaker = text.replace(f"{line} not FRONT_DOOR", f"{line} ICO")
    for written_, fate in ((text, Fate.BY_NEVER), (weaker, Fate.SURVIVED)):
        held = read_agreement(written_.encode(), "deal.md", vocabulary())
        slipped = [each for each in changes(held) if each.words == EXCEPTED_NCSC]
        assert [_Court(held).fate(each) for each in slipped] == [fate]


EXCEPTED_NCSC = "D-2.a: an exception where `recipient is NCSC`"


@pytest.mark.parametrize(
    ("without", "survives"),
    [
        ("N-1", "F-1.b: the rule is left out"),
        ("N-4", "F-2.c: the rule is left out"),
        ("A-1", "F-1.a: the rule is left out"),
        ("T-4", "F-2.a: without `kind in (guidance, message, reminder, warning)`"),
        ("T-1", "F-1.a: without `kind in (message, report)`"),
    ],
)
def test_without_a_property_a_change_survives(without: str, survives: str) -> None:
    assert survives in [each.words for each in mutate(lacking(TERMS, without)).survivors]


def lacking(held: Agreement, name: str) -> Agreement:
    """Return the agreement without one of its properties."""
    return replace(
        held,
        red_lines=tuple(each for each in held.red_lines if each.id != name),
        flows=tuple(each for each in held.flows if each.id != name),
        assurances=tuple(each for each in held.assurances if each.id != name),
        freedoms=tuple(each for each in held.freedoms if each.id != name),
    )


def test_a_rule_that_decides_nothing_is_named_unless_it_says_whom_it_backs() -> None:
    twice = changed_terms(
        "```prove\nN-5 ", "F-3.b  forbid  discloser is FRONT_DOOR and recipient is FRONT_DOOR\n"
    )
    assert [rule.id for rule in mutate(twice).dead] == ["F-3.a", "F-3.b"]
    backed = changed_terms("```prove\nN-5 ", "       backs   everything\n")
    assert [rule.id for rule in mutate(backed).not_dead] == ["F-3.a"]


def changed_terms(before: str, line: str) -> Agreement:
    """Return the front door's terms with one more line at the end of a block."""
    text = (SHIPPED / "front-door-terms.md").read_text(encoding="utf-8")
    assert text.count(f"```\n{before}") == 1
    text = text.replace(f"```\n{before}", f"{line}```\n{before}")
    return read_agreement(text.encode(), "terms.md", vocabulary())


def test_each_change_differs_from_the_rule_and_from_the_others() -> None:
    for rule in agreement().rules:
        found = [
            (each.instead.effect, written(each.instead.condition))
            for each in mutants_of((rule,), agreement().vocabulary)
            if each.instead
        ]
        assert (rule.effect, written(rule.condition)) not in found
        assert len(found) - len(set(found)) <= 1

"""A truth table says of every combination of facts, unknown ones too, what the rule does."""

from collections.abc import Iterator, Mapping
from hashlib import sha256
from itertools import product

import pytest

from comity.core.agreement import Effect, Rule
from comity.core.gate.facts import ALWAYS_KNOWN
from comity.core.language import Condition
from comity.core.language.conditions import ALWAYS, And, AnySource, Constant, Not, Or, facts_in
from comity.core.language.write import written
from comity.shipped import shipped_agreement, shipped_agreements
from comity.web.agreements.table import MOST_ROWS, Row, Truth, truth_of
from tests.core.world import agreement

Answers = Mapping[str, bool | None]
RULES = {
    f"{name} {rule.id}": rule
    for name in shipped_agreements()
    for rule in shipped_agreement(name).rules
}
MOST_TRIED = 3000
ACCEPTS: Mapping[str | None, tuple[bool | None, ...]] = {
    None: (True, False, None),
    "yes": (True,),
    "no": (False,),
    "yes_or_unknown": (True, None),
    "no_or_unknown": (False, None),
}


def truth(condition: Condition, answers: Answers) -> bool | None:
    """Return what a condition is, in three values; all sources are one and the same."""
    match condition:
        case Constant(value):
            return value
        case Not(part):
            # what is denied of a source is one fact here, as in the table
            found = truth(part, answers)
            return None if found is None else not found
        case And(parts) | Or(parts):
            values = {truth(part, answers) for part in parts}
            deciding = isinstance(condition, Or)
            return deciding if deciding in values else None if None in values else not deciding
        case AnySource(part) if written(condition) not in answers:
            return truth(part, answers)
        case _:
            return answers[written(condition)]


def combinations(table: Truth) -> Iterator[Answers]:
    """Yield answers for every atom: all there are, or if these are too many, some near each row."""
    atoms = {written(each): each for each in table.atoms}
    values = [
        (True, False) if all(fact.name in ALWAYS_KNOWN for fact in facts_in(each)) else
        (True, False, None)
        for each in atoms.values()
    ]  # fmt: skip
    size = 1
    for each in values:
        size *= len(each)
    if size <= MOST_TRIED:
        yield from (dict(zip(atoms, each, strict=True)) for each in product(*values))
        return
    for n in range(MOST_TRIED):  # a row that is met, with perhaps one answer changed
        chance = sha256(str(n).encode()).digest()  # the same examples each time
        cells = table.rows[n % len(table.rows)].cells
        changed = chance[-1] % (2 * len(atoms))
        found: dict[str, bool | None] = {}
        for at, (name, known, cell) in enumerate(zip(atoms, values, cells, strict=True)):
            fits = [each for each in known if each in ACCEPTS[cell] or at == changed]
            found[name] = fits[chance[at] % len(fits)]
        yield found


def meets(row: Row, table: Truth, answers: Answers) -> bool:
    return all(
        answers[written(atom)] in ACCEPTS[cell]
        for atom, cell in zip(table.atoms, row.cells, strict=True)
    )


def disagreement(rule: Rule, table: Truth) -> Answers | None:
    """Return answers of which the table says something else than the rule, if there are any."""
    for answers in combinations(table):
        found = truth(rule.condition, answers)
        counts = found is True if rule.effect is Effect.PERMIT else found is not False
        said = {row.counts for row in table.rows if meets(row, table, answers)}
        if said != {counts}:
            return answers
    return None


@pytest.mark.parametrize("name", RULES)
def test_a_table_says_of_every_combination_what_the_rule_does(name: str) -> None:
    table = truth_of(RULES[name])
    assert table is not None
    assert len(table.rows) <= MOST_ROWS
    assert disagreement(RULES[name], table) is None


def test_a_table_that_forgets_a_row_or_turns_an_unknown_round_is_noticed() -> None:
    [rule] = [each for each in agreement().rules if each.id == "I-5.c"]
    table = truth_of(rule)
    assert table is not None
    fewer = Truth(table.atoms, table.of_source, table.rows[1:])
    assert disagreement(rule, fewer) is not None
    kinder = tuple(
        Row(tuple(cell and cell.removesuffix("_or_unknown") for cell in row.cells), row.counts)
        for row in table.rows
    )
    assert disagreement(rule, Truth(table.atoms, table.of_source, kinder)) is not None


def test_a_rule_of_too_many_alternatives_has_no_table() -> None:
    [rule] = [each for each in agreement().rules if each.id == "I-4.a"]
    atoms = [each.condition for each in agreement().rules[:16]]
    pairs = [Or((atoms[n], atoms[n + 1])) for n in range(0, 16, 2)]
    long = Rule(
        id="L", clause="1", effect=rule.effect, head=And(tuple(pairs)), source=None, unless=None,
        obligations=(), cure="", backs="", line=1,
    )  # fmt: skip
    assert truth_of(long) is None


def test_a_rule_about_everything_has_one_row_without_facts() -> None:
    always = Rule(
        id="A", clause="1", effect=Effect.FORBID, head=ALWAYS, source=None, unless=None,
        obligations=(), cure="", backs="", line=1,
    )  # fmt: skip
    assert truth_of(always) == Truth((), (), (Row((), counts=True),))

"""Incident: what an organisation states of its incident, in the words of the rules."""

from comity.core.language import Fact, Value
from comity.core.language.vocabulary import as_value
from comity.core.signposting.rule import ReportingRules
from comity.core.terms import Code, Table, suggestion


def read_incident(table: Table, rules: ReportingRules) -> dict[str, Value]:
    """Return the facts that a table states; what it does not state is not known.

    Raises:
        InputError: a fact is unknown, or cannot have the value that is stated.
    """
    facts = rules.vocabulary.facts
    for name in table.values:
        if name not in facts:
            raise table.error(
                Code.UNKNOWN_FACT,
                f"unknown fact {name[:60]}{suggestion(name, facts)}",
                "docs/reference/signposting.md lists them; leave out what is not known",
            )
    return {name: _value(table, facts[name]) for name in table.values}


def _value(table: Table, fact: Fact) -> Value:
    stated = table.values[fact.name]
    if fact.wanted.startswith("an instant"):
        return table.instant(fact.name)
    value = as_value(stated)
    if not fact.accepts(value):
        raise table.error(
            Code.WRONG_TYPE,
            f"{fact.name} must be {fact.wanted[:300]}",
            "correct it, or leave it out if it is not known",
            fact.name,
        )
    return value

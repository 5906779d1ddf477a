"""The examples of a record: made with a solver and the gate, and read again with the gate alone.

They are kept as a case file (`docs/reference/facts-file.md`), so whoever doubts plays them.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from comity.cli.cases import Played, play, read_cases
from comity.core.agreement import Agreement, Effect, Rule
from comity.core.gate import Permit
from comity.core.terms import Code, InputError, Place
from comity.proof.examples import Finder
from comity.shipped import EXAMPLES
from comity.web.agreements.examples import (
    ALLOWED,
    BOUNDARY,
    REFUSED,
    Example,
    Told,
    differs,
    told,
)

Data = dict[str, Any]
STRICTEST = "TLP:RED"


def made(agreement: Agreement) -> Data:
    """Return a case file with an example of each rule.

    Of a permit, and of a forbid that something excuses, one that is allowed and one at the boundary
    as well.

    Raises:
        InputError: the gate decides one otherwise than the solver's model of it.
    """
    finder = Finder(agreement)
    found: Data = {"about": agreement.title, "templates": {}, "cases": []}
    for rule in agreement.rules:
        acts = ALLOWED if rule.effect is Effect.PERMIT else REFUSED
        for role, question in ((acts, finder.document(rule)), (ALLOWED, finder.excused(rule))):
            if question is None:
                continue
            like = f"{rule.id} {role}"
            found["templates"][like] = question
            shown = _tried(agreement, found, like, like, {})
            _check(shown, rule, role)
            found["cases"].append(_case(shown))
            if role == ALLOWED and (near := _nearest(agreement, found, rule, like)):
                found["cases"].append(_case(near))
    return found


def played(agreement: Agreement, document: Mapping[str, object]) -> Iterator[Example]:
    """Yield each example with what the gate says of it now, under this agreement alone.

    Raises:
        InputError: it is no case file, or the gate does not decide as it says.
    """
    allowed: dict[str, Told] = {}
    for each in _play(agreement, document):
        if not each.as_expected or each.decision is None:
            raise _wrong(f"the gate does not decide example {each.case.id} as it says")
        rule, _, role = each.case.id.rpartition(" ")
        if role == BOUNDARY and rule not in allowed:
            raise _wrong(f"example {each.case.id} stands before the one that it is near to")
        seen = told(each.decision.question, agreement)
        if role == ALLOWED:
            allowed[rule] = seen
        yield Example(
            rule=rule,
            role=role,
            told=seen,
            is_permitted=isinstance(each.decision, Permit),
            clause=each.clause,
            differs=differs(allowed[rule], seen) if role == BOUNDARY else (),
        )


def _wrong(what: str) -> InputError:
    advice = "make the record again: `comity agreement record`"
    return InputError(Code.BAD_RULE, what[:200], at=Place(name=EXAMPLES), advice=advice)


def _play(agreement: Agreement, document: Mapping[str, object]) -> Iterator[Played]:
    cases = read_cases(document, EXAMPLES)
    return play(cases, {agreement.title: agreement}, EXAMPLES, datetime.now(UTC))


def _tried(agreement: Agreement, found: Data, id_: str, like: str, change: Data) -> Played:
    """Return what the gate says of a request of that name, like another but for a change."""
    case = {"id": id_, "why": "found by a solver", "outcome": "refused"}
    document = {**found, "cases": [{**case, "like": like, **change}]}
    [each] = _play(agreement, document)
    return each._replace(case=each.case._replace(question={"like": like, **change}))


def _case(shown: Played) -> Data:
    stated = {"outcome": shown.outcome, "clause": shown.clause}
    return {"id": shown.case.id, "why": shown.case.why, **stated, **shown.case.question}


def _check(shown: Played, rule: Rule, role: str) -> None:
    is_its_own = role == REFUSED or rule.effect is Effect.PERMIT
    is_right = isinstance(shown.decision, Permit) is (role == ALLOWED)
    if not is_right or (is_its_own and not _decides(rule, shown)):
        raise InputError(
            Code.BAD_RULE,
            f"the gate decides the example of rule {rule.id} otherwise than the model",
            at=Place(name=EXAMPLES),
            advice="report this: the model of the gate and the gate differ",
        )


def _decides(rule: Rule, shown: Played) -> bool:
    reasons = () if shown.decision is None else shown.decision.reasons
    return any(each.rule is not None and each.rule.id == rule.id for each in reasons)


def _nearest(agreement: Agreement, found: Data, rule: Rule, like: str) -> Played | None:
    """Return the first change of one fact that has the allowed request refused.

    Of a forbid, one that it refuses itself.
    """
    tries = (
        _tried(agreement, found, f"{rule.id} {BOUNDARY}", like, change)
        for change in _changes(agreement, found["templates"][like])
    )
    is_forbid = rule.effect is Effect.FORBID
    refused = (each for each in tries if each.outcome == "refused")
    return next((each for each in refused if not is_forbid or _decides(rule, each)), None)


def _changes(agreement: Agreement, question: Data) -> Iterator[Data]:
    """Yield changes of one fact each, those that teach most first."""
    if "consents" in question:
        yield {"drop": ["consents", "statuses"]}
    if "choices" in question:
        yield {"drop": ["choices"]}
    for name, stated in question["facts"].items():
        if type(stated["value"]) is int:
            yield {"change": {f"facts.{name}.value": stated["value"] - 1}}
    for n, _ in enumerate(question["items"][0]["sources"]):
        yield {"change": {f"items.0.sources.{n}.in_confidence": True}}
    for name in question["facts"]:
        yield {"drop": [f"facts.{name}"]}
    for name in ("identifies_people", "identifies_organisation"):
        yield {"change": {f"items.0.{name}": True}}
    yield {"change": {"items.0.tlp": STRICTEST}}
    for restriction in _values(agreement, "restrictions"):
        yield {"change": {"items.0.restrictions": [restriction]}}
    for name in ("purpose", "kind"):
        yield from _others(agreement, name, question[name])


def _others(agreement: Agreement, name: str, stated: str) -> Iterator[Data]:
    for value in _values(agreement, name):
        if value != stated:
            yield {"change": {name: value}}


def _values(agreement: Agreement, name: str) -> Iterable[str]:
    values = agreement.vocabulary.facts[name].values
    return values.meanings if values else ()

"""Lines: which red lines a request crosses, and which assurances it is promised by.

The gate does not decide by them: rules decide. They say what rules must never do and must always
let through, so whoever plays cases or random requests can hold each decision against them.
"""

from comity.core.agreement import Agreement, RedLine
from comity.core.agreement.model import Assurance
from comity.core.gate.facts import ANSWERS, about_item, about_source, stated
from comity.core.gate.request import Question
from comity.core.language import Facts, compiled
from comity.core.language.compile import SOURCES
from comity.core.markings import Item

EVERYTHING = ANSWERS | {"chose_recipient"}


def crossed(question: Question) -> tuple[RedLine, ...]:
    """Return the red lines that the request crosses, as far as its facts are known.

    An agreement's lines are about items that it governs or watches.

    Raises:
        MalformedError: the request does not make sense.
    """
    return tuple(
        line
        for agreement in question.agreements.all
        for facts in [_facts_of_items(question, agreement, within_its_say=True)]
        for line in agreement.red_lines
        if any(_crosses(line, each) for each in facts)
    )


def assured(question: Question) -> tuple[Assurance, ...]:
    """Return the assurances that promise this request a permit.

    None does before its agreement is in force, or while an agreement that an item was told under
    is not at hand.

    Raises:
        MalformedError: the request does not make sense.
    """
    items, held = question.request.items, question.agreements
    if not items or any(not item.label.agreements <= held.digests for item in items):
        return ()
    return tuple(
        assurance
        for agreement in held.all
        if held.in_force(agreement, question.now)
        for facts in [_facts_of_items(question, agreement)]
        for assurance in agreement.assurances
        if all(compiled(assurance.condition)(each) is True for each in facts)
    )


def _crosses(line: RedLine, facts: Facts) -> bool:
    if compiled(line.head)(facts) is not True:
        return False
    if line.source is None:
        return True
    test = compiled(line.source)
    return any(test(each) is True for each in facts[SOURCES])


def _facts_of_items(
    question: Question, agreement: Agreement, *, within_its_say: bool = False
) -> list[Facts]:
    request, held = question.request, question.agreements
    ends = (request.discloser, request.recipient)
    return [
        facts_about(question, agreement, item)
        for item in request.items
        if not within_its_say or held.has_a_say(agreement, ends, item.label, question.now)
    ]


def facts_about(question: Question, agreement: Agreement, item: Item) -> Facts:
    """Return everything that is known about one item under one agreement.

    Raises:
        MalformedError: the request does not make sense.
    """
    facts = Facts(stated(question)[agreement.vocabulary.digest])
    facts.update(agreement.fixed_parameters())
    facts.update(agreement.changing_parameters(question.now))
    facts.update(about_item(question, item))
    facts[SOURCES] = [
        Facts({**facts, **about_source(question, item, each, EVERYTHING)})
        for each in item.label.sources
    ]
    return facts

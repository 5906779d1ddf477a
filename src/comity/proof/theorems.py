"""Theorems: what holds of the gate's way of deciding, under this agreement, for all requests.

Each has a name, a sentence, the question that must have no answer, and a control: the same
question with a fault planted in the gate's way, which must have one. The two planted rules, a
permit and a forbid that hold whenever anybody likes, make the controls speak also where an
agreement has few rules of its own.
"""

from collections.abc import Iterator

from comity.core.agreement import Agreement, Effect, Rule
from comity.core.language import Condition, Fact, Kind
from comity.core.language.compile import SOURCES
from comity.core.language.conditions import (
    NEVER,
    AnySource,
    Flag,
    conjunction,
    disjunction,
)
from comity.proof.claims import About, Claim, slots_for
from comity.proof.kleene import flag, negation, same
from comity.proof.model import Model, model
from comity.proof.raised import as_strict, facts_raised, knows_no_more

PLANTED = "planted"


def theorems(agreement: Agreement) -> Iterator[Claim]:
    """Yield the theorems about the gate under this agreement."""
    yield _deny_by_default(agreement)
    yield _forbid_overrides(agreement)
    yield _order_free(agreement)
    yield _total(agreement)
    yield _anti_monotone(agreement)
    yield _knowing_less(agreement)
    yield _no_source(agreement)


def _theorem(name: str, sentence: str, against: Condition, control: Condition) -> Claim:
    return Claim(id=name, about=About.THEOREM, sentence=sentence, against=against, control=control)


def _deny_by_default(agreement: Agreement) -> Claim:
    found = planted(agreement)
    none = conjunction([found.well_formed, negation(found.permitted)])
    unless_forbidden = [found.world.some_source(), found.governs, negation(found.blocked)]
    return _theorem(
        "deny_by_default",
        "What no permit is shown to allow is refused.",
        conjunction([none, found.allowed]),
        conjunction([none, *unless_forbidden]),
    )


def _forbid_overrides(agreement: Agreement) -> Claim:
    found = planted(agreement)
    forbidden = conjunction([found.well_formed, found.blocked])
    permit_wins = [found.world.some_source(), found.governs, found.permitted]
    return _theorem(
        "forbid_overrides",
        "What a forbid may concern is refused, whatever permits it.",
        conjunction([forbidden, found.allowed]),
        conjunction([forbidden, *permit_wins]),
    )


def _order_free(agreement: Agreement) -> Claim:
    found, turned = planted(agreement), planted(agreement, turned=True)
    first, last = _first_that_speaks(found), _first_that_speaks(turned)
    return _theorem(
        "order_free",
        "The order of the rules makes no difference.",
        conjunction([found.well_formed, negation(same(found.allowed, turned.allowed))]),
        conjunction([found.well_formed, negation(same(first, last))]),
    )


def _first_that_speaks(found: Model) -> Condition:
    """Return when a gate permits in which the first planted rule that speaks decides.

    Two rules suffice to show the fault; with all of them the question would nest as deep as the
    agreement has rules.
    """
    permitted: Condition = NEVER
    for rule in reversed([each for each in found.rules if each.clause == PLANTED]):
        seen = found.view.of_rule(rule)
        if rule.effect is Effect.PERMIT:
            permitted = disjunction([seen.must, permitted])
        else:
            permitted = conjunction([negation(seen.may), permitted])
    return conjunction([found.world.some_source(), found.governs, permitted])


def _total(agreement: Agreement) -> Claim:
    found = planted(agreement)
    seen = [found.view.of_rule(rule) for rule in found.rules]
    both = disjunction(conjunction([each.must, negation(each.may)]) for each in seen)
    refused = disjunction([
        negation(found.world.some_source()),
        negation(found.governs),
        negation(found.permitted),
        found.blocked,
    ])  # fmt: skip
    may_permit = disjunction(
        found.view.of_rule(rule).may for rule in found.rules if rule.effect is Effect.PERMIT
    )
    undecided = conjunction([negation(found.blocked), may_permit, negation(found.permitted)])
    one_of_two = same(found.allowed, negation(refused))
    return _theorem(
        "total",
        "Every request is either permitted or refused, and no rule both holds and does not.",
        conjunction([found.well_formed, disjunction([both, negation(one_of_two)])]),
        conjunction([found.well_formed, found.governs, undecided]),
    )


def _anti_monotone(agreement: Agreement) -> Claim:
    raised = facts_raised(agreement)
    own = frozenset({SOURCES, *(fact.name for fact in raised)})
    low = planted(agreement, name="before", own=own)
    high = planted(agreement, name="after", own=own)
    rises = conjunction([
        low.well_formed, high.well_formed, low.world.some_source(), as_strict(raised, low, high),
    ])  # fmt: skip
    lost = planted(agreement, name="after", own=own, asks_a_source=True)
    return _theorem(
        "anti_monotone",
        "A stricter label, or one more source, never turns a refusal into a permit; "
        "so what is derived is at most as free as each thing it is derived from.",
        conjunction([rises, _looser(low, high)]),
        conjunction([
            rises,
            lost.allowed,
            negation(planted(agreement, name="before", own=own, asks_a_source=True).allowed),
        ]),
    )  # fmt: skip


def _looser(refusing: Model, permitting: Model) -> Condition:
    """Return when the second passes what the first does not, alone or beside other agreements."""
    alone = conjunction([permitting.allowed, negation(refusing.allowed)])
    return disjunction([alone, conjunction([refusing.stopped, negation(permitting.stopped)])])


def _knowing_less(agreement: Agreement) -> Claim:
    less = planted(agreement, name="knowing less", own_knowledge=True)
    more = planted(agreement, name="knowing more", own_knowledge=True)
    facts = [*agreement.vocabulary.facts.values(), *PLANTED_FACTS]
    order = conjunction([less.well_formed, more.well_formed, knows_no_more(facts, less, more)])
    return _theorem(
        "knowing_less",
        "Knowing less never allows more.",
        conjunction([order, _looser(more, less)]),
        conjunction([order, _trusting(less), negation(_trusting(more))]),
    )


def _trusting(found: Model) -> Condition:
    """Return when a gate permits that lets a forbid count only if it is shown to hold."""
    sure = disjunction(found.view.of_rule(rule).must for rule in found.forbids)
    some = found.world.some_source()
    return conjunction([some, found.governs, found.permitted, negation(sure)])


def _no_source(agreement: Agreement) -> Claim:
    found = planted(agreement)
    nothing = conjunction([found.well_formed, negation(found.world.some_source())])
    return _theorem(
        "no_source",
        "What comes from nowhere is never permitted.",
        conjunction([nothing, disjunction([found.allowed, found.passes])]),
        conjunction([nothing, found.governs, found.permitted, negation(found.blocked)]),
    )


PERMITS_ANYWAY = flag("the planted permit holds")
FORBIDS_ANYWAY = flag("the planted forbid holds")
PLANTED_FACTS = (PERMITS_ANYWAY, FORBIDS_ANYWAY)


def planted(
    agreement: Agreement, *, turned: bool = False, asks_a_source: bool = False, **world: object
) -> Model:
    """Return the model of the agreement with the two planted rules in the middle of its own.

    If `turned`, the order is reversed; if `asks_a_source`, the planted permit wants some source
    to be there, which no file could say: it would loosen as sources are added.
    """
    permit: Condition = Flag(PERMITS_ANYWAY)
    if asks_a_source:
        asked = Fact(
            name="the source helps", kind=Kind.FLAG, values=None, meaning="", supplied_by="",
            of_source=True,
        )  # fmt: skip
        permit = AnySource(Flag(asked))
    rules = [
        *agreement.rules,
        _rule("permits anyway", Effect.PERMIT, permit),
        _rule("forbids anyway", Effect.FORBID, Flag(FORBIDS_ANYWAY)),
    ]
    return model(agreement, slots_for(agreement), reversed(rules) if turned else rules, **world)


def _rule(name: str, effect: Effect, head: Condition) -> Rule:
    return Rule(
        id=name, clause=PLANTED, effect=effect, head=head, source=None, unless=None,
        obligations=(), cure="", backs="", line=0,
    )  # fmt: skip

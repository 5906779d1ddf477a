"""Flows: that what an item says makes no difference to the recipient, shown on two runs at once.

Two runs of the node may differ in everything that the protected content could have touched: the
content itself, the label, what others say. What the recipient sees of each is the content if the
gate permits, and one and the same nothing if it refuses. If the two views can never differ, then
nothing about the content reaches the recipient. What leaves beside the content (timing, volume,
what a person remembers) is not in these runs; other tests are about that.
"""

from collections.abc import Iterator

from comity.core.agreement import Agreement, Flow
from comity.core.language import Condition
from comity.core.language.compile import SOURCES
from comity.core.language.conditions import NEVER, Flag, conjunction, disjunction
from comity.core.language.english import english
from comity.proof.claims import About, Claim, names_in, slots_for
from comity.proof.kleene import flag, implies, negation
from comity.proof.model import Model, model
from comity.proof.raised import as_strict, facts_raised

SAME_CONTENT = Flag(flag("the contents are the same"))


def flows(agreement: Agreement) -> Iterator[Claim]:
    """Yield the theorems about what reaches whom, and what is derived keeps."""
    yield _derived()
    for flow in agreement.flows:
        if flow.only is not None:
            yield _opened(agreement, flow)
            continue
        yield _kept(agreement, flow)
        yield _relayed(agreement, flow)


def _run(agreement: Agreement, name: str) -> Model:
    """Return the model of a run that shares nothing with another."""
    own = frozenset({SOURCES, *agreement.vocabulary.facts})
    return model(agreement, slots_for(agreement), name=name, own=own)


def _looks_different(one: Condition, other: Condition) -> Condition:
    """Return when the recipient's view of two runs differs, by whether each passes."""
    nothing = conjunction([negation(one), negation(other)])
    alike = conjunction([one, other, SAME_CONTENT])
    return negation(disjunction([nothing, alike]))


def _meets(run: Model, flow: Flow) -> Condition:
    return conjunction([run.well_formed, run.has_a_say, run.meets(flow.head, flow.source)])


def _kept(agreement: Agreement, flow: Flow) -> Claim:
    one, other = _run(agreement, "in run 1"), _run(agreement, "in run 2")
    both = conjunction([_meets(one, flow), _meets(other, flow)])
    return Claim(
        id=f"{flow.id} non_interference",
        about=About.THEOREM,
        sentence=f"{_where(agreement, flow)}, two runs that differ in any way in what {flow.id} "
        "protects look alike to the recipient.",
        against=conjunction([both, _looks_different(one.passes, other.passes)]),
        control=conjunction([both, _looks_different(one.world.some_source(), other.passes)]),
        clause=flow.clause,
        speaks_of=names_in(flow.head, flow.source, flow.only),
        one_run=_passes(agreement, flow),
    )


def _passes(agreement: Agreement, flow: Flow) -> Condition:
    """Return when such content passes: then two runs with different contents do not look alike."""
    run = model(agreement, slots_for(agreement))
    return conjunction([_meets(run, flow), run.passes])


def _where(agreement: Agreement, flow: Flow) -> str:
    """Return in English what a flow is about; which content it protects stands in its clause."""
    title = next(each.title for each in agreement.clauses if each.id == flow.clause)
    return f"{title}: where {english(flow.head).flat}"


def _relayed(agreement: Agreement, flow: Flow) -> Claim:
    """The label travels with the item and only rises, so what is protected at one body stays so.

    The consents, and who discloses, are those of the last step, whoever passed it on before.
    """
    raised = frozenset({SOURCES, *(fact.name for fact in facts_raised(agreement))})
    first = model(agreement, slots_for(agreement), name="at the first body", own=raised)
    last = model(agreement, slots_for(agreement), name="at the last body", own=raised)
    told = first.meets(flow.head, flow.source)
    travels = as_strict(facts_raised(agreement), first, last)
    arrives = conjunction([first.well_formed, last.well_formed, told])
    return Claim(
        id=f"{flow.id} relay",
        about=About.THEOREM,
        sentence=f"{_where(agreement, flow)}, what {flow.id} protects is refused at the last step "
        "as at the first, whatever bodies it passes through, alone or combined with other things.",
        against=conjunction([arrives, first.has_a_say, travels, last.passes]),
        control=conjunction([arrives, first.has_a_say, last.passes]),
        clause=flow.clause,
        speaks_of=names_in(flow.head, flow.source, flow.only),
        one_run=_passes(agreement, flow),
    )


def _opened(agreement: Agreement, flow: Flow) -> Claim:
    one, other = _run(agreement, "in run 1"), _run(agreement, "in run 2")
    outside = [negation(run.truth.seen(flow.only).must) for run in (one, other)]  # type: ignore[arg-type]  # a way out has one, as the reader saw to it
    both = conjunction([_meets(one, flow), _meets(other, flow)])
    differ = _looks_different(one.allowed, other.allowed)
    anything_goes = [conjunction([run.world.some_source(), run.governs]) for run in (one, other)]
    return Claim(
        id=f"{flow.id} declassifier",
        about=About.THEOREM,
        sentence=f"{_where(agreement, flow)}, this agreement lets content pass only where "
        f"{flow.id} opens the way.",
        against=conjunction([both, *outside, differ]),
        control=conjunction([both, *outside, _looks_different(*anything_goes)]),
        clause=flow.clause,
        speaks_of=names_in(flow.head, flow.source, flow.only),
        one_run=opened(model(agreement, slots_for(agreement)), flow),
    )


def opened(found: Model, flow: Flow) -> Condition:
    """Return when the agreement lets something pass that a way out does not cover."""
    if flow.only is None:
        return NEVER
    outside = negation(found.truth.seen(flow.only).must)
    met = conjunction([found.well_formed, found.meets(flow.head, flow.source)])
    return conjunction([met, outside, found.allowed])


def _derived() -> Claim:
    """Of two parents and what is derived from them by any rule whatever.

    In two runs, each item either is tagged or says the same. The label of the derived item has
    the sources of both parents, so the same holds of it.
    """
    tags = [Flag(flag(f"parent {n} is tagged")) for n in (1, 2)]
    equals = [Flag(flag(f"parent {n} says the same in both runs")) for n in (1, 2)]
    result = Flag(flag("the derived item says the same in both runs"))
    parents = [disjunction([tag, equal]) for tag, equal in zip(tags, equals, strict=True)]
    derive = implies(conjunction(equals), result)
    given = conjunction([*parents, derive])
    return Claim(
        id="derived",
        about=About.THEOREM,
        sentence="What is derived from protected content, by whatever rule, is protected too.",
        against=conjunction([given, negation(disjunction([*tags, result]))]),
        control=conjunction([given, negation(disjunction([tags[0], result]))]),
    )

"""Every shipped agreement is proved; with a rule left out, the leak is shown and is real."""

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
import z3

from comity.core.agreement import Rule, read_agreement
from comity.core.language import Facts, compiled
from comity.core.language.compile import SOURCES
from comity.core.language.conditions import NEVER, Condition, conjunction, disjunction
from comity.core.terms import InputError
from comity.proof import joining
from comity.proof.claims import About, assured, nevers, slots_for, witnesses
from comity.proof.cnf import Clauses
from comity.proof.counterexample import Counterexample, counterexample
from comity.proof.domain import domain_of
from comity.proof.model import Model, model
from comity.proof.prove import Proof, prove, script_of, without
from comity.proof.solvers import Answer, Incremental, check_installed
from comity.shipped import SHIPPED, shipped_agreement, shipped_agreements
from tests.core.strategies_language import condition
from tests.core.world import agreement, vocabulary

MEMORANDUM = agreement()
TERMS = agreement("front-door-terms")
DOMAIN = domain_of([MEMORANDUM], slots_for(MEMORANDUM))
MOST_FACTS = 18
THEOREMS = {
    *("deny_by_default", "forbid_overrides", "order_free", "total", "anti_monotone"),
    *("knowing_less", "no_source", "join_laws", "derived"),
}


@pytest.mark.parametrize("name", shipped_agreements())
def test_a_shipped_agreement_is_proved(name: str) -> None:
    proof = prove(shipped_agreement(name))
    assert proof.solvers_agree
    assert [each.claim.id for each in proof.proved if not each.shown] == []
    assert [each.claim.id for each in proof.proved if not each.can_fail] == []
    assert proof.certified.count == len(proof.about(About.NEVER)) > 0
    assert proof.counterexamples == ()
    assert proof.holds
    assert {each.claim.id for each in proof.about(About.THEOREM)} >= THEOREMS


def test_the_memorandum_keeps_and_opens_what_it_says() -> None:
    named = {each.claim.id for each in prove(MEMORANDUM).about(About.THEOREM)}
    assert named >= {"T-1 non_interference", "T-1 relay", "T-2 relay", "T-3 declassifier"}


def failing(rule: str) -> tuple[tuple[Rule, ...], list[Counterexample]]:
    """Return the rules without one, and a counterexample for each claim that then fails."""
    less = without(MEMORANDUM, [rule])
    broken = [*nevers(less)]
    solver = Incremental(Clauses(DOMAIN))
    found = [
        counterexample(MEMORANDUM, claim, DOMAIN)
        for claim in broken
        if solver.can_be(claim.against)
    ]
    return less.rules, [each for each in found if each is not None]


FORBIDS = [rule.id for rule in MEMORANDUM.rules if rule.effect == "forbid"]


@pytest.mark.parametrize("rule", FORBIDS)
def test_without_a_forbid_a_small_request_gets_through_and_is_real(rule: str) -> None:
    rules, found = failing(rule)
    backs = next(each.backs for each in MEMORANDUM.rules if each.id == rule)
    assert bool(found) is not bool(backs)
    for each in found:
        assert len(each.facts) <= MOST_FACTS, each.sentence
        assert each.sentence.endswith(".")
        assert "\n" not in each.sentence
        assert really_gets_through(rules, each)


def really_gets_through(rules: tuple[Rule, ...], found: Counterexample) -> bool:
    """Return whether the gate's own closures let it pass and see that it crosses the line."""
    facts = as_the_gate_has_them(found)
    line = next(each for each in MEMORANDUM.red_lines if each.id == found.claim)
    crossed = compiled(line.head)(facts) is True and (
        line.source is None
        or any(compiled(line.source)(source) is True for source in facts[SOURCES])
    )
    forbids = [compiled(rule.condition)(facts) for rule in rules if rule.effect == "forbid"]
    return crossed and not any(forbids) and forbids.count(None) == 0


def as_the_gate_has_them(found: Counterexample) -> Facts:
    """Return the whole found request as facts; numbers stand for instants, in their order."""
    request, sources = Facts(), {n: Facts() for n in range(1, slots_for(MEMORANDUM) + 1)}
    for name, value in found.request.items():
        parts = re.fullmatch(r"(\w+)(?: of source (\d+))?", name)
        if parts and value is not None:
            (sources[int(parts[2])] if parts[2] else request)[parts[1]] = value
    present = [own for n, own in sources.items() if found.request.get(f"source {n}")]
    request[SOURCES] = [Facts({**request, **own}) for own in present]
    return request


@pytest.mark.parametrize("rule", ["I-1.a", "I-2.b"])
def test_what_fails_of_content_is_told_of_one_request_with_what_matters(rule: str) -> None:
    less = prove(without(MEMORANDUM, [rule]))
    flows = [each for each in less.counterexamples if each.claim.startswith("T-")]
    assert {each.claim.split()[1] for each in flows} <= {
        "non_interference", "relay", "declassifier"
    }  # fmt: skip
    assert flows or rule != "I-1.a"
    for each in less.counterexamples:
        assert len(each.facts) <= MOST_FACTS, each.sentence
        assert " in run " not in " ".join(each.facts)
        assert "somebody" not in each.sentence
        assert not re.search(r"another \d", each.sentence)


def test_what_is_kept_and_opened_is_said_with_its_clause_and_whom_it_is_about() -> None:
    said = {each.claim.id: each.claim.sentence for each in prove(MEMORANDUM).proved}
    assert said["T-1 non_interference"].startswith(
        "What an organisation told in confidence: where all of this is so: (1) who would get the "
        "items is ICO; (2) who passes the items on is not a front door, two runs"
    )
    assert "anonymised, systemic or aggregated" in said["T-2 non_interference"]
    flows = [said[each] for each in said if each.startswith("T-")]
    assert len(set(flows)) == len(flows)


def test_the_sentence_says_who_passes_what_to_whom_and_which_line_it_crosses() -> None:
    _, found = failing("I-1.a")
    assert found[0].sentence == (
        "NCA could pass ICO information about a named or nameable organisation (told by an "
        "organisation, consent none, given to NCA, in confidence): this crosses red line N-10 of "
        "clause I-1."
    )


def test_a_rule_that_is_not_there_cannot_be_left_out() -> None:
    with pytest.raises(InputError, match=r"there is no rule I-1.x; did you mean I-1.a\?"):
        without(MEMORANDUM, ["I-1.x"])


def test_without_a_solver_proving_says_what_to_install() -> None:
    with pytest.raises(InputError, match="proving needs z3-solver"):
        check_installed({"no_such_module": "z3-solver"})


def test_the_printed_questions_are_answered_by_any_solver() -> None:
    text = script_of(TERMS)
    count = text.count("(check-sat-assuming ")
    assert count == len(prove(TERMS).proved)
    context = z3.Context()
    answers = z3.Z3_eval_smtlib2_string(context.ref(), text).split()
    assert answers == ["unsat"] * count
    assert "|recipient|" in text


# ------------------------------------------------------------------ several agreements at hand


UK = [
    agreement(name)
    for name in ("ico-nca-2024", "front-door-terms", "nca-ncsc-demo", "ico-ncsc-2023")
]


def test_every_assurance_holds_with_the_other_agreements_at_hand() -> None:
    slots = 1 + max(map(slots_for, UK))
    solver = Incremental(Clauses(domain_of(UK, slots)))
    models = [model(each, slots, all_known=True) for each in UK]
    circumstances = conjunction(each.well_formed for each in models)
    for found in models:
        others = disjunction(other.stopped for other in models if other is not found)
        for assurance in found.agreement.assurances:
            met = assured(found, assurance).control
            refused = conjunction([circumstances, met, others])
            assert not solver.can_be(refused), f"{found.agreement.title} {assurance.id}"


def test_no_other_agreement_loosens_a_red_line() -> None:
    """What crosses a line is stopped by this agreement, so nothing that permits it matters."""
    solver = Incremental(Clauses(DOMAIN))
    found = model(MEMORANDUM, slots_for(MEMORANDUM))
    for line in MEMORANDUM.red_lines:
        crossed = conjunction([found.well_formed, found.crossed(line)])
        assert solver.can_be(crossed)
        assert not solver.can_be(conjunction([crossed, found.passes]))


# ------------------------------------------------------------------ planted faults are found


def held(proof: Proof) -> set[str]:
    """Return the ids of the claims that hold."""
    return {each.claim.id for each in proof.proved if each.holds}


def trusting(self: Model) -> Condition:
    return disjunction(self.view.of_rule(rule).must for rule in self.forbids)


def from_nowhere(self: Model) -> Condition:
    return conjunction([self.governs, self.permitted, self.well_formed])


def whoever_permits(self: Model) -> Condition:
    return conjunction([self.world.some_source(), self.governs, self.permitted])


@pytest.mark.parametrize(
    ("place", "wrong", "fails"),
    [
        ("blocked", trusting, "knowing_less"),
        ("blocked", trusting, "N-3"),
        ("allowed", from_nowhere, "no_source"),
        ("allowed", whoever_permits, "forbid_overrides"),
        ("permitted", lambda _: NEVER, "A-1"),
    ],
)
def test_a_fault_in_the_gates_way_breaks_a_claim(
    place: str, wrong: Callable[[Model], Condition], fails: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert fails in held(prove(TERMS))
    monkeypatch.setattr(Model, place, property(wrong))
    assert fails not in held(prove(TERMS))


def test_a_claim_that_nothing_could_break_does_not_hold() -> None:
    written = (SHIPPED / "front-door-terms.md").read_text(encoding="utf-8")
    text = written.replace(
        "N-6    never   not any source (any)",
        "N-6    never   discloser is ICO and discloser is NCA",
    )
    proof = prove(read_agreement(text.encode(), "terms.md", vocabulary()))
    assert "N-6" not in held(proof)
    assert not proof.holds


def test_solvers_that_disagree_prove_nothing() -> None:
    proof = prove(TERMS)
    first, *others = proof.said
    turned = replace(first, answers=(Answer.SOME, *first.answers[1:]))
    doubtful = replace(first, answers=(Answer.UNKNOWN, *first.answers[1:]))
    for said in (turned, doubtful):
        assert not replace(proof, said=(said, *others)).holds


def test_a_second_parents_label_cannot_be_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    right = joining._Laws._join
    monkeypatch.setattr(
        joining._Laws, "_join", lambda self, a, b, x, **_: right(self, a, b, x, loses=True)
    )
    assert "join_laws" not in held(prove(TERMS))


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("any source (told)", 1),
        ("not any source (told)", 0),
        ("any source (told) and any source (not told)", 2),
        ("not (any source (told) or not any source (not told))", 1),
        ("signed", 0),
    ],
)
def test_a_claim_says_how_many_sources_it_needs(text: str, count: int) -> None:
    assert witnesses(condition(text)) == count


def test_truth_does_not_depend_on_what_is_known() -> None:
    view = model(MEMORANDUM, 1).truth
    assert "is known" not in repr(view.seen(MEMORANDUM.red_lines[0].head).must)

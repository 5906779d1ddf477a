"""Solvers: the questions of an agreement, put to three solvers that know nothing of each other.

Z3 and cvc5 read the same SMT-LIB text; the third, a plain SAT solver, reads the clauses that we
make ourselves. They are needed by whoever proves, never by a node.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from importlib.util import find_spec
from time import perf_counter

from comity.core.language import Condition
from comity.core.terms import Code, InputError, Place
from comity.proof.cnf import Clauses
from comity.proof.domain import Domain
from comity.proof.smtlib import Script
from comity.proof.units import Known

PACKAGES = {"z3": "z3-solver", "cvc5": "cvc5", "pysat": "python-sat"}


class Answer(StrEnum):
    """What a solver says of one question."""

    NONE = "unsat"
    SOME = "sat"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What one solver said of each question, in their order, and how long it took."""

    solver: str
    answers: tuple[Answer, ...]
    seconds: float


def check_installed(packages: Mapping[str, str] = PACKAGES) -> None:
    """Return if every solver is here; `packages` names, for each module, what installs it.

    Raises:
        InputError: one is missing.
    """
    missing = [package for module, package in packages.items() if find_spec(module) is None]
    if missing:
        raise InputError(
            Code.NOT_INSTALLED,
            f"proving needs {', '.join(missing)}",
            at=Place(name="this environment"),
            advice="make the full environment with `make setup`; a node that runs needs none of it",
        )


def ask_all(questions: Mapping[str, Condition], domain: Domain) -> tuple[Answers, ...]:
    """Return what each solver says of each question: whether some request meets it.

    cvc5 is asked whether any has an answer, and about each by itself only if so.
    """
    script = Script(domain)
    for name, question in questions.items():
        script.ask(name, question)
    text = script.text()
    clauses = Clauses(domain)
    roots = [clauses.literal(question) for question in questions.values()]
    return (
        _timed("z3", lambda: _z3(text)),
        _timed("cvc5", lambda: _cvc5_all(script)),
        _timed("glucose", lambda: _glucose(clauses, roots)),
    )


def _timed(solver: str, run: Callable[[], Iterator[Answer]]) -> Answers:
    before = perf_counter()
    answers = tuple(run())
    return Answers(solver=solver, answers=answers, seconds=perf_counter() - before)


def _z3(text: str) -> Iterator[Answer]:
    import z3  # noqa: PLC0415 - only here: who does not prove does not load it

    context = z3.Context()  # kept until the text is answered
    said = z3.Z3_eval_smtlib2_string(context.ref(), text)
    yield from map(Answer, said.split())


def _cvc5_all(script: Script) -> Iterator[Answer]:
    if [*_cvc5(script.together())] == [Answer.NONE]:
        return iter([Answer.NONE] * len(script.asked))
    return _cvc5(script.text())


def _cvc5(text: str) -> Iterator[Answer]:
    import cvc5  # noqa: PLC0415 - only here: who does not prove does not load it

    solver = cvc5.Solver()
    solver.setOption("incremental", "true")
    symbols = cvc5.SymbolManager(solver)
    parser = cvc5.InputParser(solver, symbols)
    parser.setStringInput(cvc5.InputLanguage.SMT_LIB_2_6, text, "questions")
    while not (command := parser.nextCommand()).isNull():
        said = command.invoke(solver, symbols).strip()
        if said:
            yield Answer(said)


def ask_controls(controls: Mapping[str, Condition], domain: Domain) -> tuple[Answers, ...]:
    """Return what Z3 and the plain solver say of each control: whether some request meets it."""
    script, clauses = Script(domain), Clauses(domain)
    for name, control in controls.items():
        script.ask(name, control)
    roots = [clauses.literal(control) for control in controls.values()]
    return (
        _timed("z3", lambda: _z3(script.text())),
        _timed("glucose", lambda: _glucose(clauses, roots)),
    )


def _glucose(clauses: Clauses, roots: Sequence[int]) -> Iterator[Answer]:
    from pysat.solvers import Glucose4  # noqa: PLC0415 - only here: who does not prove does not load it

    with Glucose4(bootstrap_with=clauses.all) as solver:
        for root in roots:
            yield Answer.SOME if solver.solve(assumptions=[root]) else Answer.NONE


class Incremental:
    """One solver for many questions that share most of their clauses."""

    def __init__(self, clauses: Clauses) -> None:
        """Hold clauses, which grow with each question."""
        from pysat.solvers import Glucose4  # noqa: PLC0415 - only here: who does not prove does not load it

        self.clauses = clauses
        self._known = self._propagated = 0
        self._units = Known(())
        self._solver = Glucose4()

    def can_be(self, *questions: Condition) -> bool:
        """Return whether some request meets all these conditions."""
        return self._can([self._root(question) for question in questions])

    def liked(self, question: Condition, wanted: Iterable[int]) -> frozenset[int] | None:
        """Return the literals of a request that meets the condition, or None if there is none.

        It has each of the wanted literals that it can have, the first ones first.
        """
        held = [self._root(question)]
        if not self._can(held):
            return None
        found = self._found()
        for literal in wanted:
            if literal not in found:
                if not self._can([*held, literal]):
                    continue
                found = self._found()
            held.append(literal)
        return found

    def forces(self, supposed: Iterable[int]) -> bool:
        """Return whether supposing this contradicts the clauses, by unit propagation alone."""
        for clause in self.clauses.all[self._propagated :]:
            self._units.add(clause)
        self._propagated = len(self.clauses.all)
        return self._units.forces(supposed)

    def _root(self, question: Condition) -> int:
        root = self.clauses.literal(question)
        for clause in self.clauses.all[self._known :]:
            self._solver.add_clause(clause)
        self._known = len(self.clauses.all)
        return root

    def _can(self, held: list[int]) -> bool:
        return bool(self._solver.solve(assumptions=held))

    def _found(self) -> frozenset[int]:
        return frozenset(self._solver.get_model())


def lemmas(clauses: Sequence[tuple[int, ...]]) -> tuple[tuple[int, ...], ...] | None:
    """Return lemmas that refute the clauses, the empty one left out, or None if they can be met."""
    from pysat.solvers import Glucose4  # noqa: PLC0415 - only here: who does not prove does not load it

    with Glucose4(bootstrap_with=clauses, with_proof=True) as solver:
        if solver.solve():
            return None
        steps = (line.split() for line in solver.get_proof())
        made = (tuple(map(int, step[:-1])) for step in steps if step[0] != "d")
        return tuple(lemma for lemma in made if lemma)

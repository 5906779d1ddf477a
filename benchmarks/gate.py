"""Gate: the figures that the benchmarks are about, each held against a peer or a limit."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from benchmarks.answers import NOW
from benchmarks.backends import FORMS, LEAST, backends, decisions, figures_of_backends
from benchmarks.deletions import Deletions, in_words, try_deletions
from benchmarks.figures import Figure, at_most
from benchmarks.peers import SLOW_REQUESTS, Peer, facts_for, peers, slow
from benchmarks.requests import Case, corpus, together, unknown_corpus
from benchmarks.speed import contestants, figures_of_speed
from benchmarks.timing import in_turn, milliseconds, quantile
from comity.core.agreement import Agreement, Agreements, read_agreement
from comity.core.consent import Consents
from comity.core.gate import Permit, Refusal, decide, remedies
from comity.core.language import read_vocabulary
from comity.core.terms import read_toml
from comity.files import load_agreement
from comity.shipped import SHIPPED

AGREEMENT = "ico-nca-2024"
ALSO = "front-door-terms"
MOST_MS_TO_LOAD = 25
MOST_MS_FOR_REMEDIES = 1

Progress = Callable[[str], None]


class DisagreementError(Exception):
    """A peer decides a fully known request otherwise than the gate: no figure would mean much."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """How much is measured."""

    requests: int
    rounds: int
    loads: int
    deletions: int


FULL = Scale(requests=1_000, rounds=9, loads=41, deletions=1_000)
QUICK = Scale(requests=200, rounds=3, loads=5, deletions=60)


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """What a run found."""

    figures: tuple[Figure, ...]
    requests: int
    permitted: int
    agreed: dict[str, int]
    deletions: int
    failed_open: dict[str, int]


def measure(scale: Scale, progress: Progress) -> Results:
    """Return all figures.

    Raises:
        DisagreementError: a peer decides some fully known request otherwise than the gate.
    """
    progress("loading the agreements, drawing the requests, translating the rules")
    ico, door = load_agreement(AGREEMENT), load_agreement(ALSO)
    alone, both = Agreements([ico]), Agreements([ico, door])
    cases, others = corpus(ico.digest, scale.requests), peers(ico)
    permits = partial(_permits, alone)
    agreed = {peer.name: check_agreement(peer, cases, permits, progress) for peer in others}
    check_held(cases, alone, both)
    unknown = unknown_corpus(ico.digest, scale.requests)
    agreed |= check_backends(ico, [*cases, *unknown], permits)
    running = {**contestants(cases, unknown, alone, both, others), **backends(ico, cases)}
    rates = in_turn(running, scale.rounds, progress)
    speed = figures_of_speed({name: each for name, each in rates.items() if name not in FORMS})
    other_forms = figures_of_backends(rates, [peer.name for peer in others])
    progress("loading agreements again and again")
    loading = _loading(scale)
    progress("looking for remedies of each refused request")
    cures = _remedies(cases, both)
    progress("deleting facts from permitted requests, one at a time")
    deleted = try_deletions(cases[: scale.deletions], ico, permits, others)
    return Results(
        figures=(*speed, *other_forms, *loading, *cures, _failed_open(deleted)),
        requests=len(cases),
        permitted=sum(map(permits, cases)),
        agreed=agreed,
        deletions=deleted.tried,
        failed_open=deleted.permits,
    )


def check_agreement(
    peer: Peer, cases: Sequence[Case], permits: Callable[[Case], bool], progress: Progress
) -> int:
    """Return how many requests the peer was asked; it decided all of them as the gate does.

    Raises:
        DisagreementError: it did not.
    """
    progress(f"asking {peer.name} for the same decisions")
    asked = cases[:SLOW_REQUESTS] if slow(peer) else cases
    for number, case in enumerate(asked):
        ours, theirs = permits(case), peer.allows(peer.prepare(facts_for(peer, case)))
        if ours is not theirs:
            words = {True: "permitted", False: "refused"}
            raise DisagreementError(
                f"request {number}: the gate says {words[ours]}, {peer.name} {words[theirs]}"
            )
    return len(asked)


def check_backends(
    agreement: Agreement, cases: Sequence[Case], permits: Callable[[Case], bool]
) -> dict[str, int]:
    """Return how many requests each back end decided, unknown facts among them: as the gate does.

    Raises:
        DisagreementError: one decides otherwise.
    """
    wanted = list(map(permits, cases))
    for name, found in decisions(agreement, cases).items():
        if found != wanted:
            raise DisagreementError(f"{name} decides some request otherwise than the gate")
    return dict.fromkeys(LEAST, len(cases))


def check_held(cases: Sequence[Case], alone: Agreements, both: Agreements) -> None:
    """Return if a second agreement, which is not about these requests, changes no decision.

    Raises:
        DisagreementError: it changes one.
    """
    for number, case in enumerate(cases):
        if _permits(alone, case) is not _permits(both, case):
            raise DisagreementError(f"request {number}: a second agreement changes the decision")


def _permits(held: Agreements, case: Case) -> bool:
    return isinstance(decide(held, case.request, case.consents, NOW), Permit)


def _loading(scale: Scale) -> list[Figure]:
    """Return what it takes to load an agreement, the vocabulary, and a pair's first request."""
    words = (SHIPPED / "vocabulary.toml").read_bytes()
    data = (SHIPPED / f"{AGREEMENT}.md").read_bytes()
    vocabulary = read_vocabulary(read_toml(words, "vocabulary.toml"), "vocabulary.toml")
    agreement = read_agreement(data, AGREEMENT, vocabulary)
    load = _median(lambda: read_agreement(data, AGREEMENT, vocabulary), scale.loads)
    vocabulary_alone = _median(
        lambda: read_vocabulary(read_toml(words, "vocabulary.toml"), "vocabulary.toml"), scale.loads
    )
    return [
        Figure(
            name=f"loading {AGREEMENT}",
            ours=load,
            unit="ms",
            ratio=load / MOST_MS_TO_LOAD,
            aim=at_most(MOST_MS_TO_LOAD),
            reached=load <= MOST_MS_TO_LOAD,
        ),
        Figure(name="loading the vocabulary", ours=vocabulary_alone, unit="ms"),
        Figure(
            name="preparing the rules for a new pair and kind",
            ours=_median(partial(_prepare, agreement), scale.loads),
            unit="ms",
        ),
    ]


def _prepare(agreement: Agreement) -> None:
    Agreements([agreement]).case("NCA", "ICO", "organisation_specific")


def _median(work: Callable[[], object], times: int) -> float:
    return quantile(milliseconds(work, times), 50)


def _remedies(cases: Sequence[Case], held: Agreements) -> list[Figure]:
    """Return what it takes to find remedies: answers of these sources held, and of everybody."""
    everybody = together([case.consents for case in cases])
    own = _cures(held, [(case, case.consents) for case in cases])
    among_all = _cures(held, [(case, everybody) for case in cases])
    middle = quantile(own, 50)
    return [
        Figure(
            name="remedies of a refused request, median",
            ours=middle,
            unit="ms",
            ratio=middle / MOST_MS_FOR_REMEDIES,
            aim=at_most(MOST_MS_FOR_REMEDIES),
            reached=middle <= MOST_MS_FOR_REMEDIES,
        ),
        Figure(name="remedies, 99 of 100 within", ours=quantile(own, 99), unit="ms"),
        Figure(
            name=f"remedies, median, {len(everybody.statements)} answers held",
            ours=quantile(among_all, 50),
            unit="ms",
        ),
    ]


def _cures(held: Agreements, asked: Sequence[tuple[Case, Consents]]) -> list[float]:
    decisions = [decide(held, case.request, consents, NOW) for case, consents in asked]
    refusals = [decision for decision in decisions if isinstance(decision, Refusal)]
    return sorted(time for each in refusals for time in milliseconds(partial(remedies, each), 1))


def _failed_open(deleted: Deletions) -> Figure:
    ours = deleted.permits["Comity"]
    peers_only = {name: count for name, count in deleted.permits.items() if name != "Comity"}
    return Figure(
        name="permits once a fact that matters is deleted",
        ours=ours,
        unit=f"of {deleted.tried}",
        against=in_words(peers_only),
        aim="0",
        reached=ours == 0,
    )

"""Deletions: what becomes of a permitted request once one of its facts is not there.

Whoever can leave a fact out must not gain by it. Each deletion counts where the fact mattered:
where some other value of it would have meant a refusal. A permit after such a deletion has
failed open.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from benchmarks.peers import Peer, facts_for
from benchmarks.requests import Case, case, changed, deletable
from benchmarks.scenarios import Scenario
from comity.core.agreement import Agreement
from comity.core.language import Fact, Value
from comity.core.language.vocabulary import Kind

NUMBERS = (0, 1, 9, 10, 11, 1_000)
Decides = Callable[[Case], bool]


@dataclass(slots=True)
class Deletions:
    """How many deletions were tried, and after how many each engine still permits."""

    tried: int = 0
    permits: dict[str, int] = field(default_factory=dict)


def try_deletions(
    cases: Sequence[Case], agreement: Agreement, gate: Decides, peers: Sequence[Peer]
) -> Deletions:
    """Delete each fact that matters from each permitted request, and ask everybody again."""
    found = Deletions(permits=dict.fromkeys(["Comity", *(peer.name for peer in peers)], 0))
    for each in filter(gate, cases):
        for name in deletable(each.scenario):
            if not _matters(each.scenario, name, agreement, gate):
                continue
            without = case(changed(each.scenario, name, None), agreement.digest)
            found.tried += 1
            found.permits["Comity"] += gate(without)
            for peer in peers:
                found.permits[peer.name] += _permits(peer, without)
    return found


def _matters(found: Scenario, name: str, agreement: Agreement, gate: Decides) -> bool:
    """Return whether some value of the fact would have meant a refusal."""
    fact = agreement.vocabulary.facts[name.partition(" ")[0]]
    return not all(
        gate(case(changed(found, name, value), agreement.digest)) for value in _values(fact)
    )


def _values(fact: Fact) -> Iterator[Value]:
    values = () if fact.values is None else tuple(fact.values.meanings)
    match fact.kind:
        case Kind.FLAG:
            yield from (True, False)
        case Kind.NUMBER:
            yield from NUMBERS
        case Kind.SET:
            yield from (frozenset(), *(frozenset({value}) for value in values), frozenset(values))
        case _:
            yield from values


def _permits(peer: Peer, found: Case) -> bool:
    """Return whether the peer permits; an error of the engine is no permit."""
    try:
        return peer.allows(peer.prepare(facts_for(peer, found)))
    except Exception:  # noqa: BLE001 - engines report an absent fact each in its own way
        return False


def in_words(permits: Mapping[str, int]) -> str:
    """Return who permitted how many."""
    return ", ".join(f"{name} {count}" for name, count in permits.items())

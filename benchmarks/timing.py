"""Timing: contestants in turn, round by round, in the processor time of this process."""

import gc
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import median
from time import process_time

Work = Callable[[], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Contestant:
    """Something that handles so many requests each time that it is run."""

    run: Work
    requests: int
    repeats: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """Requests in a second, in each round."""

    rounds: tuple[float, ...]

    @property
    def median(self) -> float:
        """The rate of the middle round."""
        return median(self.rounds)

    @property
    def best(self) -> float:
        """The rate of the best round: the one that other work on the machine disturbed least."""
        return max(self.rounds)


def in_turn(
    contestants: Mapping[str, Contestant], rounds: int, progress: Callable[[str], None]
) -> dict[str, Rates]:
    """Return the rates of all of them: A B C, A B C, and so on, so that all share the weather."""
    found: dict[str, list[float]] = {name: [] for name in contestants}
    for number in range(1, rounds + 1):
        for name, each in contestants.items():
            progress(f"round {number} of {rounds}: {name}")
            gc.collect()
            begun = process_time()
            for _ in range(each.repeats):
                each.run()
            taken = process_time() - begun
            found[name].append(each.requests * each.repeats / taken)
    return {name: Rates(rounds=tuple(rates)) for name, rates in found.items()}


def ratio(ours: Rates, theirs: Rates) -> float:
    """Return how many times as fast, the middle of the ratios of the rounds."""
    return median(a / b for a, b in zip(ours.rounds, theirs.rounds, strict=True))


def milliseconds(work: Work, times: int) -> list[float]:
    """Return what each run took, sorted."""
    found = []
    for _ in range(times):
        begun = process_time()
        work()
        found.append((process_time() - begun) * 1000)
    return sorted(found)


def quantile(ordered: list[float], percent: int) -> float:
    """Return the value that so many of a hundred do not exceed."""
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)]

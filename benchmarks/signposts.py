"""Signposts: what it takes to say whom to tell, for the rules that ship.

python -m benchmarks.signposts
"""

import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime

from benchmarks.figures import Figure, at_most, table
from comity.core.language import Value
from comity.core.signposting import next_question, signposts
from comity.signposts import calendar, rules

ROUNDS = 200
MOST_MS = 2.0
NOW = datetime(2026, 11, 24, 2, 10, tzinfo=UTC)
RANSOMWARE: dict[str, Value] = {
    "nations": frozenset({"england"}),
    "roles": frozenset({"none_of_these"}),
    "aware_at": NOW,
    "attack_going_on": True,
    "crime_suspected": True,
    "personal_data": True,
    "ransom_demanded": True,
}


def main() -> int:
    """Measure, print the table, and return the exit status."""
    at = calendar(NOW.year)
    took = _median(lambda: signposts(rules(), RANSOMWARE, NOW, at), ROUNDS)
    asking = _median(lambda: next_question(rules(), RANSOMWARE, NOW, at), ROUNDS // 20)
    figures = (
        Figure(
            name="whom to tell, all rules",
            ours=took,
            unit="ms",
            aim=at_most(MOST_MS),
            reached=took <= MOST_MS,
        ),
        Figure(name="what to ask next", ours=asking, unit="ms"),
    )
    sys.stdout.write(f"{len(rules().all)} rules\n\n{table(figures)}\n")
    return 0


def _median(run: Callable[[], object], rounds: int) -> float:
    """Return the median time of a run in milliseconds."""
    found = []
    for _ in range(rounds):
        before = time.perf_counter()
        run()
        found.append(1000 * (time.perf_counter() - before))
    return sorted(found)[len(found) // 2]


if __name__ == "__main__":
    sys.exit(main())

"""Back ends: the agreement's other forms, timed in the same run as the gate and its peers.

The generated evaluator is handed finished facts, as the peers are, and gives all its reasons. numpy
and SQLite get all requests at once, as columns and as rows that have been made before; their rates
count requests. One row has SQLite make its rows as well, from finished facts, for a single list.
"""

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np

from benchmarks.figures import Figure, at_least
from benchmarks.requests import Case, Plain
from benchmarks.timing import Contestant, Rates, ratio
from comity.backends import sql
from comity.backends.batch import Batch, Requests, columns
from comity.backends.evaluator import evaluator
from comity.core.agreement import Agreement

EVALUATOR, NUMPY, SQLITE = "generated evaluator", "numpy, in columns", "SQLite, in rows"
LISTED = "SQLite, rows made for one list"
LEAST = {EVALUATOR: 100_000, NUMPY: 5_000_000, SQLITE: 200_000}
FORMS = frozenset({*LEAST, LISTED})
LEAST_RATIO = 30
COLUMNS = 500_000
"""How many requests numpy decides at once: the given ones, again and again."""

Decide = Callable[[Any, Any], Any]


def backends(agreement: Agreement, cases: Sequence[Case]) -> dict[str, Contestant]:
    """Return the back ends, ready to run."""
    decide, plain = embedded(agreement), [case.named for case in cases]
    batch, many = Batch(agreement), repeated(columns(agreement, plain), COLUMNS)
    database = stored(agreement, plain)
    return {
        EVALUATOR: Contestant(run=partial(_each, decide, plain), requests=len(cases), repeats=8),
        NUMPY: Contestant(run=partial(batch.decide, many), requests=COLUMNS),
        SQLITE: Contestant(run=partial(permitted, database), requests=len(cases), repeats=20),
        LISTED: Contestant(run=partial(_listed, agreement, plain), requests=len(cases), repeats=2),
    }


def decisions(agreement: Agreement, cases: Sequence[Case]) -> dict[str, list[bool]]:
    """Return what each back end permits."""
    decide, plain = embedded(agreement), [case.named for case in cases]
    items = {item for (item,) in permitted(stored(agreement, plain))}
    return {
        EVALUATOR: [decide(*each).permitted for each in plain],
        NUMPY: Batch(agreement).decide(columns(agreement, plain)).permitted.tolist(),
        SQLITE: [number in items for number in range(len(cases))],
    }


def embedded(agreement: Agreement) -> Decide:
    """Return the function of the generated module."""
    names: dict[str, Any] = {"__name__": "embedded"}
    exec(compile(evaluator(agreement), "embedded", "exec"), names)  # noqa: S102 - what is timed
    decide: Decide = names["decide"]
    return decide


def repeated(requests: Requests, many: int) -> Requests:
    """Return so many requests, the same ones again and again."""
    which = np.arange(many) % len(requests)
    found = {
        name: np.ascontiguousarray(each[..., which]) for name, each in requests.columns.items()
    }
    return Requests(columns=found, present=np.ascontiguousarray(requests.present[:, which]))


def stored(agreement: Agreement, plain: Sequence[Plain]) -> sqlite3.Connection:
    """Return a database in memory with the requests as rows."""
    database, rows = sqlite3.connect(":memory:"), sql.Rows(agreement)
    database.executescript(sql.script(agreement, sql.Dialect.SQLITE))
    for item, (about, sources) in enumerate(plain):
        _insert(database, sql.REQUESTS, rows.request(item, about))
        for place, known in enumerate(sources):
            _insert(database, sql.SOURCES, rows.source(item, place, known))
    return database


def permitted(database: sqlite3.Connection) -> list[tuple[int]]:
    """Return the requests that the view shows."""
    return database.execute(f"SELECT item FROM {sql.PERMITTED}").fetchall()  # noqa: S608 - a fixed name


def _listed(agreement: Agreement, plain: Sequence[Plain]) -> None:
    """Make the rows and ask once, as for a list of what may be shared now."""
    permitted(stored(agreement, plain))


def _insert(database: sqlite3.Connection, table: str, row: tuple[Any, ...]) -> None:
    marks = ", ".join("?" * len(row))
    database.execute(f"INSERT INTO {table} VALUES ({marks})", row)  # noqa: S608 - a fixed name


def _each(decide: Decide, plain: Sequence[Plain]) -> None:
    for about, sources in plain:
        decide(about, sources)


def figures_of_backends(rates: Mapping[str, Rates], peers: Sequence[str]) -> list[Figure]:
    """Return a row for each back end, and the generated evaluator beside each peer."""
    ours = rates[EVALUATOR]
    best = max(peers, key=lambda name: rates[name].median)
    alone = [
        Figure(
            name=name,
            ours=rates[name].median,
            unit="/s",
            against=f"best {rates[name].best:,.0f}",
            aim=at_least(least),
            reached=rates[name].median >= least,
        )
        for name, least in LEAST.items()
    ]
    made = rates[LISTED]
    alone += [Figure(name=LISTED, ours=made.median, unit="/s", against=f"best {made.best:,.0f}")]
    beside = [
        Figure(
            name=f"{EVALUATOR} against {'the best peer, ' if name == best else ''}{name}",
            ours=ours.median,
            unit="/s",
            against=f"{rates[name].median:,.0f} /s (best {rates[name].best:,.0f})",
            ratio=ratio(ours, rates[name]),
            aim=f"{at_least(LEAST_RATIO)} times" if name == best else "",
            reached=ratio(ours, rates[name]) >= LEAST_RATIO if name == best else None,
        )
        for name in sorted(peers, key=lambda name: name != best)
    ]
    return [*alone, *beside]

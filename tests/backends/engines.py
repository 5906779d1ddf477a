"""Engines: one way to ask each back end about the same requests."""

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from operator import itemgetter
from types import SimpleNamespace
from typing import Any, NamedTuple

import psycopg

from comity.backends import sql
from comity.backends.batch import Batch, columns
from comity.backends.evaluator import evaluator
from comity.core.agreement import Agreement, InPlay
from comity.core.agreement.holding import CASE_FACTS
from comity.core.agreement.rulebook import Ready, ready
from comity.core.gate.decide import _forbidding, _permitting, _View
from comity.core.gate.decision import Ground, Reason
from comity.core.language import Facts
from comity.core.language.compile import SOURCES
from tests.backends.drawn import Drawn


class Answer(NamedTuple):
    """What a decision comes to: permits that hold or are open, forbids with source, and if sure."""

    permitted: bool
    permits: tuple[str, ...]
    unknown: tuple[str, ...]
    forbids: frozenset[tuple[str, int | None, bool]]
    clauses: tuple[str, ...]


class Gate:
    """The gate's own closures and reasons, asked about finished facts."""

    def __init__(self, agreement: Agreement) -> None:
        """Hold the agreement."""
        self.agreement = agreement
        self._ready: dict[tuple[Any, ...], Ready] = {}

    def answer(self, about: dict[str, Any], told: Sequence[dict[str, Any]]) -> Answer:
        """Return what the gate's rules say of one item under this one agreement."""
        agreement = self.agreement
        ends = (about.get("discloser"), about.get("recipient"))
        governs = all(end in agreement.parties for end in ends)
        if not told or not (governs or self._watches(told)):
            return Answer(False, (), (), frozenset(), ())  # noqa: FBT003 - one field of several
        view = self._view(about, told, governs=governs)
        forbids = sorted(_forbidding(view), key=lambda each: each.ground is not Ground.FORBIDDEN)
        permits: list[Reason] = []
        if governs and about.get("now") and agreement.in_force_at(about["now"]):
            permits = list(_permitting(view))
        hold = [each for each in permits if each.ground is Ground.PERMITTED]
        decisive = forbids or hold or permits
        return Answer(
            bool(hold) and not forbids,
            tuple(_rule(each) for each in hold),
            tuple(_rule(each) for each in permits if each.ground is Ground.NOT_SHOWN),
            frozenset(
                (_rule(each), each.source, each.ground is Ground.FORBIDDEN)  # type: ignore[misc]  # a place stands for a source
                for each in forbids
            ),
            tuple(dict.fromkeys(each.clause for each in decisive)),
        )

    def _watches(self, told: Sequence[dict[str, Any]]) -> bool:
        parties = self.agreement.parties
        return any(
            each.get("origin") in {None, *parties}
            or (each.get("given_to") or frozenset()) & parties
            or (each["origin"] == "ORG" and not each.get("given_to"))
            for each in told
        )

    def _view(
        self, about: dict[str, Any], told: Sequence[dict[str, Any]], *, governs: bool
    ) -> _View:
        agreement = self.agreement
        facts = Facts(about)
        facts.update(agreement.fixed_parameters())
        if about.get("now"):
            facts.update(agreement.changing_parameters(about["now"]))
        facts[SOURCES] = [Facts({**facts, **each}) for each in told]
        key = tuple(about.get(name) for name in CASE_FACTS)
        if key not in self._ready:
            stated = zip(CASE_FACTS, key, strict=True)
            known = {name: value for name, value in stated if value is not None}
            self._ready[key] = ready(agreement.rules, {**known, **agreement.fixed_parameters()})
        item: Any = SimpleNamespace(label=SimpleNamespace(sources=tuple(range(len(told)))))
        changing = len(agreement.fixed_parameters()) != len(agreement.parameters)
        return _View(item, InPlay(agreement, governs, self._ready[key], changing), facts)


def _rule(reason: Reason) -> str:
    assert reason.rule
    return reason.rule.id


def loaded(text: str) -> dict[str, Any]:
    """Return the names of a generated module, run as a module of its own."""
    names: dict[str, Any] = {"__name__": "embedded"}
    exec(compile(text, "embedded", "exec"), names)  # noqa: S102 - the very text under test
    return names


def by_evaluator(agreement: Agreement, text: str = "") -> Callable[[Drawn], Answer]:
    """Return the generated evaluator in the form of the gate's answers."""
    decide = loaded(text or evaluator(agreement))["decide"]

    def answer(drawn: Drawn) -> Answer:
        found = decide(drawn.about, drawn.sources)
        forbids = frozenset((each.rule, each.source, each.certain) for each in found.forbids)
        return Answer(found.permitted, found.permits, found.unknown, forbids, found.clauses)

    return answer


def by_batch(agreement: Agreement, drawn: Sequence[Drawn]) -> list[bool]:
    """Return what numpy permits."""
    found = Batch(agreement).decide(columns(agreement, drawn))
    return [bool(each) for each in found.permitted]


def by_sqlite(agreement: Agreement, drawn: Sequence[Drawn], script: str = "") -> list[bool]:
    """Return what SQLite permits."""
    database = sqlite3.connect(":memory:")
    try:
        database.executescript(script or sql.script(agreement, sql.Dialect.SQLITE))
        for table, rows in filter(itemgetter(1), _rows(agreement, drawn)):
            marks = ", ".join("?" * len(rows[0]))
            database.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)  # noqa: S608 - names and marks only
        return _permitted(database.execute(f"SELECT item FROM {sql.PERMITTED}"), drawn)  # noqa: S608 - a fixed name
    finally:
        database.close()


def by_postgresql(
    agreement: Agreement, drawn: Sequence[Drawn], url: str, script: str = ""
) -> list[bool]:
    """Return what PostgreSQL permits; its tables are gone afterwards."""
    with psycopg.connect(url) as database, database.cursor() as cursor:
        cursor.execute((script or sql.script(agreement, sql.Dialect.POSTGRESQL)).encode())
        for table, rows in filter(itemgetter(1), _rows(agreement, drawn)):
            with cursor.copy(f"COPY {table} FROM STDIN".encode()) as copy:
                for row in rows:
                    copy.write_row(row)
        cursor.execute(f"SELECT item FROM {sql.PERMITTED}".encode())  # noqa: S608 - a fixed name
        found = _permitted(cursor, drawn)
        database.rollback()
    return found


def _rows(agreement: Agreement, drawn: Sequence[Drawn]) -> list[tuple[str, list[tuple[Any, ...]]]]:
    rows = sql.Rows(agreement)
    about = [rows.request(item, each.about) for item, each in enumerate(drawn)]
    told = [
        rows.source(item, place, known)
        for item, each in enumerate(drawn)
        for place, known in enumerate(each.sources)
    ]
    return [(sql.REQUESTS, about), (sql.SOURCES, told)]


def _permitted(items: Iterable[tuple[Any, ...]], drawn: Sequence[Drawn]) -> list[bool]:
    found = {item for (item,) in items}
    return [item in found for item in range(len(drawn))]

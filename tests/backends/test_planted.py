"""Mistakes that somebody might make in a back end are found by comparing it with the gate.

Each mistake changes a piece of what is generated, or of the code that decides. If the piece is no
longer there, the test says so.
"""

import re
from collections.abc import Callable

import numpy as np
import pytest

from comity.backends import batch, sql
from comity.backends.evaluator import evaluator
from comity.core.agreement import Agreement
from comity.shipped import shipped_agreement
from tests.backends.drawn import Drawn
from tests.backends.engines import by_batch, by_evaluator, by_sqlite
from tests.backends.test_agree import corpus, differ, figures, permits
from tests.board import record

NAMES = ("nca-ncsc-demo", "ico-nca-2024")
MANY = 5_000
WHAT = "mistakes planted in other forms of an agreement"

pytestmark = pytest.mark.slow


Decides = Callable[[Agreement, list[Drawn]], list[bool]]


def is_found(decide: Decides) -> bool:
    """Return whether some decision differs from the gate's, under any of the agreements."""
    asked = [(shipped_agreement(name), *corpus(name, MANY)) for name in NAMES]
    found = any(
        differ(decide(agreement, drawn), permits(wanted))
        for agreement, drawn, wanted in (figures(), *asked)
    )
    record("P16", what=WHAT, tried=0, broken=0, planted=1, caught=int(found))
    return found


ORDERED = r"q\['tlp'\] in \{'TLP:CLEAR'[^}]*STRICT'\}"
IN_PYTHON = {
    "a forbid that may fire is let pass": (r"if met is not False:", "if met is True:"),
    "a forbid without a source line, too": (r"if truth is False:", "if truth is not True:"),
    "an unknown permit counts": (r"if truth is True:$", "if truth is not False:"),
    "unknown is false": (r"is not False$", "is True"),
    "unknown is true": (r"is True$", "is not False"),
    "TLP is compared as a text": (ORDERED, "str(q['tlp']) <= 'TLP:AMBER+STRICT'"),
    "a source's facts leak to another": (r"of_source\(q, source\)", "of_source(q, told[0])"),
    "the end of a consent is included": (r"q\['now'\] < s", "q['now'] <= s"),
    "a rule is skipped between these two": (r"FORBIDS if each", "FORBIDS[1:] if each"),
    "what is not governed is permitted": (r"if governs and ", "if "),
    "an agreement begins before its day": (r'q\["now"\] >= IN_FORCE_FROM', "True"),
    "a parameter changes a moment late": (r"if start <= now", "if start < now"),
}
ONE_SOURCE = r"s\.item = q\.item AND"
IN_SQL = {
    "a forbid must be true": (r"IS NOT FALSE", "IS TRUE"),
    "an unknown permit counts": (r"IS TRUE(?=\n)", "IS NOT FALSE"),
    "TLP is compared as a text": (r"IN \('TLP:CLEAR'[^)]*STRICT'\)", "<= 'TLP:AMBER+STRICT'"),
    "a source of any request counts": (ONE_SOURCE, "s.place = 0 AND"),
    "only the first source counts": (ONE_SOURCE, "s.item = q.item AND s.place = 0 AND"),
    "unknown members are none": (r'([qs]\."\w+") (?=& |= 0 )', r"coalesce(\1, 0) "),
    "the end of a consent is included": (r'q\."now" < s', 'q."now" <= s'),
    "what is not governed is permitted": (r"AS q WHERE\nq.*\n", "AS q WHERE TRUE\n"),
    "an agreement begins before its day": (r'AND q\."now" >= \d+(?=\n)', ""),
    "a parameter changes a moment late": (r'WHEN q\."now" >=', 'WHEN q."now" >'),
}


def in_any(make: Callable[[Agreement], str], old: str, new: str) -> dict[str, str]:
    """Return the agreements' texts, of which one at least is changed, by their digests."""
    agreements = [figures()[0], *map(shipped_agreement, NAMES)]
    texts = {str(each.digest): make(each) for each in agreements}
    after = {digest: re.sub(old, new, text) for digest, text in texts.items()}
    assert after != texts, f"nothing matches {old}"
    return after


@pytest.mark.parametrize("mistake", IN_PYTHON)
def test_a_mistake_in_the_generated_python_is_found(mistake: str) -> None:
    old, new = IN_PYTHON[mistake]
    texts = in_any(evaluator, f"(?m){old}", new)

    def decide(agreement: Agreement, drawn: list[Drawn]) -> list[bool]:
        answer = by_evaluator(agreement, texts[agreement.digest])
        return [answer(each).permitted for each in drawn]

    assert is_found(decide)


@pytest.mark.parametrize("mistake", IN_SQL)
def test_a_mistake_in_the_sql_is_found(mistake: str) -> None:
    texts = in_any(lambda each: sql.script(each, sql.Dialect.SQLITE), *IN_SQL[mistake])
    assert is_found(lambda agreement, drawn: by_sqlite(agreement, drawn, texts[agreement.digest]))


def _unknown_is_false(mp: pytest.MonkeyPatch) -> None:
    real = batch.unknown
    mp.setattr(batch, "unknown", lambda fact: min(real(fact) + 1, 0))


def _forbids_must(mp: pytest.MonkeyPatch) -> None:
    real = batch.Batch._test
    mp.setattr(batch.Batch, "_test", lambda self, part, **_: real(self, part, must=True))


def _sources_leak(mp: pytest.MonkeyPatch) -> None:
    def whole(self: batch._Chunk, requests: batch.Requests, start: int) -> None:
        real(self, requests, start)
        self.columns = {
            name: each if each.ndim == 1 else np.broadcast_to(each[:1], each.shape)
            for name, each in self.columns.items()
        }

    real = batch._Chunk.__init__
    mp.setattr(batch._Chunk, "__init__", whole)


def _one_column_for_all(mp: pytest.MonkeyPatch) -> None:
    mp.setattr(batch, "written", lambda condition: type(condition).__name__)


def _wrong_runs(mp: pytest.MonkeyPatch) -> None:
    def outer(column: batch.Column, codes: list[int]) -> batch.Bools:
        every = sorted(codes)
        return (column >= every[0]) & (column <= every[-1])

    mp.setattr(batch, "_one_of", outer)


IN_NUMPY = [_unknown_is_false, _forbids_must, _sources_leak, _one_column_for_all, _wrong_runs]


@pytest.mark.parametrize("plant", IN_NUMPY)
def test_a_mistake_in_the_columns_is_found(
    plant: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(monkeypatch)
    assert is_found(by_batch)

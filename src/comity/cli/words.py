"""Words: agreements as a person reads them on a screen."""

from collections.abc import Iterator

from comity.core.agreement import Agreement, Clause
from comity.core.agreement.model import GRADES
from comity.core.agreement.text import FENCE
from comity.words.decision import wrapped


def clause_lines(agreement: Agreement, clause: Clause, source: str) -> Iterator[str]:
    """Yield one clause with its text, where that comes from, and its rules as written."""
    yield f"{clause.id}  {clause.title}"
    yield from wrapped(clause.text, "    ")
    told = "quoted from" if clause.quoted else "restated in our own words from"
    yield from wrapped(
        f"({told} {', '.join(clause.cites)}; grade {clause.grade}: {GRADES[clause.grade]})", "    "
    )
    if clause.not_executable:
        yield from wrapped(f"No rule, because {clause.not_executable}.", "    ")
    later = [each.line for each in agreement.clauses if each.line > clause.line]
    lines = source.split("\n")[clause.line : min(later) - 1 if later else None]
    yield from _block_lines(lines)
    yield ""


def _block_lines(lines: list[str]) -> Iterator[str]:
    """Yield what stands between the fences of a clause, each block under its kind."""
    inside = False
    for line in lines:
        if line.startswith(FENCE):
            inside = not inside
            if inside:
                yield f"    {line.removeprefix(FENCE)}:"
        elif inside:
            yield f"    | {line}"
        elif line.startswith("## "):
            return

"""Report: what a verifier did, what it found, and what it did not look at.

The verdict is a value with a reason for each line, never a yes or no by itself: "verified" says
only that the checks that are listed found nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from comity.core.terms import PartyId

MOST_SHOWN = 100


class Check(StrEnum):
    """What is checked, by the letters of the reference."""

    LEDGERS = "a"
    DECISIONS = "b"
    CONSENT = "c"
    RECEIPTS = "d"
    BOTH_SIDES = "e"
    NOTICES = "f"


TITLES = {
    Check.LEDGERS: "signatures and consistency",
    Check.DECISIONS: "decisions",
    Check.CONSENT: "consent",
    Check.RECEIPTS: "receipts",
    Check.BOTH_SIDES: "both sides",
    Check.NOTICES: "notices",
}


class Verdict(StrEnum):
    """How it ended."""

    VERIFIED = "verified"
    FINDINGS = "findings"


class Finding(NamedTuple):
    """Something that is not as it must be, and where: whose ledger, and which entry of it.

    Where heads alone show it, it is one of the entries from `first` to `place`.
    """

    check: Check
    party: PartyId
    ledger: str
    place: int | None
    what: str
    first: int | None = None

    def text(self) -> str:
        """Return the finding as one line."""
        at = "" if self.place is None else f", entry {self.place}"
        if self.place is not None and self.first is not None and self.first < self.place:
            at = f", entries {self.first} to {self.place}"
        where = f"{self.party}{f', ledger {self.ledger}' if self.ledger else ''}{at}"
        return f"({self.check}) {where}: {self.what}"


class Line(NamedTuple):
    """What one check did."""

    check: Check
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The outcome of a verification."""

    party: PartyId
    identity: str
    made_at: str
    lines: tuple[Line, ...]
    findings: tuple[Finding, ...]
    unchecked: tuple[str, ...]

    @property
    def verdict(self) -> Verdict:
        """Whether anything was found."""
        return Verdict.FINDINGS if self.findings else Verdict.VERIFIED

    def text(self) -> Iterator[str]:
        """Yield the report in lines for a person; what cannot be printed is a question mark."""
        for line in self._lines():
            yield "".join(each if each.isprintable() else "?" for each in line)

    def _lines(self) -> Iterator[str]:
        yield f"Bundle of {self.party}, made {self.made_at}, identity key {self.identity}"
        yield ""
        for each in self.lines:
            yield f"({each.check}) {TITLES[each.check]}: {each.what}"
        if self.findings:
            yield ""
            yield f"FINDINGS: {len(self.findings)}"
            yield from (each.text() for each in self.findings[:MOST_SHOWN])
            if len(self.findings) > MOST_SHOWN:
                yield f"and {len(self.findings) - MOST_SHOWN} more; --json shows all"
        yield ""
        yield "Not checked:"
        yield from (f"  {each}" for each in self.unchecked)
        yield ""
        yield f"Verdict: {self.verdict}"

    def data(self) -> dict[str, object]:
        """Return the report as data for programs."""
        return {
            "party": self.party,
            "identity": self.identity,
            "made_at": self.made_at,
            "verdict": self.verdict.value,
            "checks": [{"check": each.check.value, "what": each.what} for each in self.lines],
            "findings": [
                {
                    "check": each.check.value,
                    "party": each.party,
                    "ledger": each.ledger,
                    "place": each.place,
                    "first": each.first,
                    "what": each.what,
                }
                for each in self.findings
            ],
            "unchecked": list(self.unchecked),
        }


@dataclass(slots=True)
class Notes:
    """What a verification writes down as it goes."""

    party: PartyId
    lines: list[Line] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    unchecked: list[str] = field(default_factory=list)

    def find(
        self,
        check: Check,
        what: str,
        ledger: str = "",
        place: int | None = None,
        first: int | None = None,
    ) -> None:
        """Write down a finding."""
        self.findings.append(Finding(check, self.party, ledger, place, what, first))

    def did(self, check: Check, what: str) -> None:
        """Write down what a check did."""
        self.lines.append(Line(check, what))

    def not_checked(self, what: str) -> None:
        """Write down what was not looked at."""
        self.unchecked.append(what)

"""Bad input: one error that says what is wrong, where, and what to do next."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum


class Code(StrEnum):
    """Every kind of bad input, by the name under which `docs/reference/errors.md` explains it."""

    # files and documents
    NOT_FOUND = "not-found"
    TOO_LARGE = "too-large"
    NOT_TEXT = "not-text"
    NOT_JSON = "not-json"
    NOT_TOML = "not-toml"
    NOT_CSV = "not-csv"
    TOO_DEEP = "too-deep"
    TOO_MANY = "too-many"
    DUPLICATE_KEY = "duplicate-key"
    BAD_NUMBER = "bad-number"
    BAD_TEXT = "bad-text"
    # values of any document
    BAD_ID = "bad-id"
    BAD_INSTANT = "bad-instant"
    MISSING_KEY = "missing-key"
    UNKNOWN_KEY = "unknown-key"
    WRONG_TYPE = "wrong-type"
    # the expression language and its vocabulary
    BAD_CHARACTER = "bad-character"
    SYNTAX = "syntax"
    MIXED_AND_OR = "mixed-and-or"
    UNKNOWN_FACT = "unknown-fact"
    UNKNOWN_VALUE = "unknown-value"
    UNKNOWN_TYPE = "unknown-type"
    WRONG_COMPARISON = "wrong-comparison"
    SOURCE_FACT = "source-fact"
    NAME_TAKEN = "name-taken"
    # agreements
    NO_TITLE = "no-title"
    BAD_HEADER = "bad-header"
    UNKNOWN_PARTY = "unknown-party"
    NO_CLAUSE = "no-clause"
    CLAUSE_WITHOUT_TEXT = "clause-without-text"
    CLAUSE_WITHOUT_SOURCE = "clause-without-source"
    CLAUSE_WITHOUT_RULE = "clause-without-rule"
    MUST_FROM_MEMORY = "must-from-memory"
    RULE_WITHOUT_CLAUSE = "rule-without-clause"
    VERSIONS_OVERLAP = "versions-overlap"
    DUPLICATE_ID = "duplicate-id"
    UNKNOWN_BLOCK = "unknown-block"
    OPEN_BLOCK = "open-block"
    STRAY_TEXT = "stray-text"
    BAD_RULE = "bad-rule"
    SOURCE_IN_PERMIT = "source-in-permit"
    LOOSENS_LABEL = "loosens-label"
    DEFINE_IN_PROVE = "define-in-prove"
    # reports
    UNKNOWN_SECTION = "unknown-section"
    UNKNOWN_QUESTION = "unknown-question"
    UNKNOWN_CHOICE = "unknown-choice"
    EMPTY_REPORT = "empty-report"
    # requests and cases
    EMPTY_LABEL = "empty-label"
    DERIVED_FACT = "derived-fact"
    UNKNOWN_CLAUSE = "unknown-clause"
    UNKNOWN_RULE = "unknown-rule"
    NOT_INSTALLED = "not-installed"
    # other forms of an agreement
    ONE_FORM = "one-form"
    NOT_EXPRESSIBLE = "not-expressible"


LONGEST_WORD = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where in which input: lines and columns count from 1; 0 means that none is known."""

    name: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        """Return `NAME:LINE:COLUMN` as far as it is known."""
        numbers = [str(number) for number in (self.line, self.column) if number]
        return ":".join([_shown(self.name), *numbers])


class InputError(Exception):
    """Input that cannot be used. Nothing was changed by trying.

    `message` is one line, lower case, without a full stop; `advice` says what to do next. What
    they repeat of the input cannot steer the screen that shows them.
    """

    def __init__(self, code: Code, message: str, *, at: Place, advice: str) -> None:
        """Name the kind of error, what is wrong, where, and what to do."""
        super().__init__(message)
        self.code = code
        self.message = _shown(message)
        self.at = at
        self.advice = _shown(advice)

    def __str__(self) -> str:
        """Return the error as one line: where, what, which kind."""
        return f"{self.at}: {self.message} [{self.code}]"


def suggestion(word: str, known: Iterable[str]) -> str:
    """Return `; did you mean X?` for the nearest known word, or nothing if none is near.

    The search takes time that grows with the square of a word's length, so a word longer than any
    name gets none.
    """
    if len(word) > LONGEST_WORD:
        return ""
    near = get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f"; did you mean {near[0]}?" if near else ""


def _shown(text: str) -> str:
    """Return the text on one line: what cannot be printed becomes a question mark."""
    return "".join(each if each.isprintable() else "?" for each in text)

"""Parse: text to syntax, by recursive descent, with a line and a column in every error.

    condition = negation , { "and" , negation } | negation , { "or" , negation } ;
    negation  = [ "not" ] , atom ;
    atom      = "any" | "any" , "source" , "(" , condition , ")" | "(" , condition , ")"
              | operand , [ comparison ] ;

`and` and `or` are never mixed without brackets: nobody should have to know which binds tighter.
The whole grammar is in `docs/reference/agreement-language.md`, and tests hold the two together.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NoReturn, TypeAlias

from comity.core.language.vocabulary import KEYWORDS
from comity.core.terms import Code, InputError, Place, suggestion

PARTS = ("and", "or", "source", "unless", "then", "cure", "backs")
"""Words that can follow a condition: the last five begin another part of a rule."""

MAX_NESTING = 64
MAX_TOKENS = 2_000
MAX_DIGITS = 15

TOKEN = re.compile(
    r"(?P<space>\s+)"
    r"|(?P<number>[0-9]+)"
    r"|(?P<word>[A-Za-z][A-Za-z0-9_]*(?::[A-Z][A-Z+]*)?)"
    r"|(?P<sign><=|>=|<|\(|\)|,)"
)


@dataclass(frozen=True, slots=True)
class Fragment:
    """A piece of text and the place of its first character."""

    text: str
    at: Place


@dataclass(frozen=True, slots=True)
class Token:
    """A word, number or sign; the empty text ends the input."""

    text: str
    at: Place

    @property
    def is_name(self) -> bool:
        """Whether this can name a fact or a value."""
        return self.text[:1].isalpha() and self.text not in KEYWORDS

    @property
    def shown(self) -> str:
        """The token as an error names it."""
        return f"`{self.text[:60]}`" if self.text else "the end"


@dataclass(frozen=True, slots=True)
class EveryRequest:
    """`any`."""

    at: Place


@dataclass(frozen=True, slots=True)
class Bare:
    """A name alone: a yes-or-no fact or a defined condition."""

    name: Token


@dataclass(frozen=True, slots=True)
class Comparison:
    """`left is right`, `left in (a, b)`, `left within right`, `left <= right`."""

    left: Token
    sign: str
    right: tuple[Token, ...]
    at: Place


@dataclass(frozen=True, slots=True)
class Negation:
    """`not part`."""

    part: "Syntax"


@dataclass(frozen=True, slots=True)
class Several:
    """Parts joined by `and`, or by `or`."""

    word: str
    parts: "tuple[Syntax, ...]"


@dataclass(frozen=True, slots=True)
class SomeSource:
    """`any source (part)`."""

    part: "Syntax"
    at: Place


Syntax: TypeAlias = EveryRequest | Bare | Comparison | Negation | Several | SomeSource


def parse(fragments: Iterable[Fragment]) -> Syntax:
    """Return the syntax of one condition, which may stand on several lines.

    Raises:
        InputError: the text is not a condition of the grammar.
    """
    parser = _Parser(fragments)
    found = parser.condition(0)
    parser.expect_end()
    return found


def tokens(fragments: Iterable[Fragment]) -> Iterator[Token]:
    """Yield the tokens, then one empty token.

    Raises:
        InputError: a character belongs to no token.
    """
    last = Place(name="a condition", line=1, column=1)
    for fragment in fragments:
        position = 0
        while position < len(fragment.text):
            found = TOKEN.match(fragment.text, position)
            at = _shifted(fragment.at, position)
            if found is None:
                raise _bad_character(fragment.text[position], at)
            if found.lastgroup == "number" and len(found[0]) > MAX_DIGITS:
                raise InputError(
                    Code.BAD_NUMBER,
                    f"a number has {len(found[0])} digits",
                    at=at,
                    advice=f"write a number of at most {MAX_DIGITS} digits",
                )
            if found.lastgroup != "space":
                yield Token(found[0], at)
            position = found.end()
        last = _shifted(fragment.at, len(fragment.text.rstrip()))
    yield Token("", last)


def _shifted(at: Place, columns: int) -> Place:
    return Place(name=at.name, line=at.line, column=at.column + columns)


def _bad_character(character: str, at: Place) -> InputError:
    advice = {
        ">": "write `b < a` or `a >= b`",
        "=": "write `is`",
        "!": "write `is not`",
        "&": "write `and`",
        "|": "write `or`",
        "+": "write a marking in full, for example TLP:AMBER+STRICT",
        '"': "write values without quotes",
        "'": "write values without quotes",
    }.get(character, "use words, whole numbers, brackets, commas, <, <= and >=")
    return InputError(
        Code.BAD_CHARACTER, f"unexpected character {character!r}", at=at, advice=advice
    )


class _Parser:
    """One pass over the tokens of one condition."""

    def __init__(self, fragments: Iterable[Fragment]) -> None:
        self.tokens = list(tokens(fragments))
        self.next = 0
        if len(self.tokens) > MAX_TOKENS:
            self.fail(Code.TOO_MANY, "the condition is too long", "split it with a define")

    @property
    def token(self) -> Token:
        return self.tokens[self.next]

    def fail(self, code: Code, message: str, advice: str) -> NoReturn:
        raise InputError(code, message, at=self.token.at, advice=advice)

    def take(self, text: str) -> bool:
        if self.token.text != text:
            return False
        self.next += 1
        return True

    def expect(self, text: str) -> None:
        if not self.take(text):
            self.fail(
                Code.SYNTAX, f"expected `{text}`, found {self.token.shown}", f"put `{text}` here"
            )

    def expect_end(self) -> None:
        if self.token.text in {"and", "or"}:
            self.fail(
                Code.MIXED_AND_OR,
                "`and` and `or` are mixed",
                "put brackets around what belongs together",
            )
        if self.token.text == ",":
            advice = "put the values in brackets: `in (x, y)`"
        else:
            advice = "join conditions with `and` or `or`; begin a part of a rule with its keyword"
        if self.token.text:
            meant = suggestion(self.token.text, PARTS)
            self.fail(
                Code.SYNTAX,
                f"expected `and`, `or` or the end, found {self.token.shown}{meant}",
                advice,
            )

    def condition(self, depth: int) -> Syntax:
        if depth > MAX_NESTING:
            self.fail(Code.TOO_DEEP, f"more than {MAX_NESTING} brackets deep", "nest less")
        parts = [self.negation(depth)]
        word = self.token.text
        while word in {"and", "or"} and self.take(word):
            parts.append(self.negation(depth))
        return Several(word, tuple(parts)) if len(parts) > 1 else parts[0]

    def negation(self, depth: int) -> Syntax:
        if self.take("not"):
            return Negation(self.atom(depth))
        return self.atom(depth)

    def atom(self, depth: int) -> Syntax:
        at = self.token.at
        if self.take("any"):
            if not self.take("source"):
                return EveryRequest(at)
            self.expect("(")
            return SomeSource(self.bracketed(depth), at)
        if self.take("("):
            return self.bracketed(depth)
        return self.comparison()

    def bracketed(self, depth: int) -> Syntax:
        found = self.condition(depth + 1)
        if self.token.text in {"and", "or"}:
            self.expect_end()
        self.expect(")")
        return found

    def comparison(self) -> Syntax:
        left = self.operand()
        at = self.token.at
        if self.take("is"):
            if self.take("not"):
                return Negation(Comparison(left, "is", (self.operand(),), at))
            return Comparison(left, "is", (self.operand(),), at)
        for sign in ("in", "within"):
            if self.take(sign):
                return Comparison(left, sign, self.listed_or_set(), at)
        for sign in ("<=", ">=", "<"):
            if self.take(sign):
                return Comparison(left, sign, (self.operand(),), at)
        if not left.is_name:
            self.fail(Code.SYNTAX, "a number alone is no condition", "compare it with a fact")
        return Bare(left)

    def operand(self) -> Token:
        token = self.token
        if not token.is_name and not token.text.isdigit():
            self.fail(
                Code.SYNTAX,
                f"expected a fact or a value, found {token.shown}",
                "name a fact of the vocabulary",
            )
        self.next += 1
        return token

    def listed_or_set(self) -> tuple[Token, ...]:
        """Return one name of a set, or the values between brackets with the bracket first."""
        if not self.take("("):
            return (self.operand(),)
        values = [Token("(", self.token.at), self.operand()]
        while self.take(","):
            values.append(self.operand())
        self.expect(")")
        return tuple(values)

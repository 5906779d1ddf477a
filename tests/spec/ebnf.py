"""A small reader of EBNF: it makes random sentences of a grammar and recognises sentences.

The notation is that of ISO 14977 as far as the documents use it: `=` `;` `,` `|` `[ ]` `{ }`
`( )`, texts in double quotes, and `? ... ?` for what only words can describe. A sentence is a list
of tokens.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from hypothesis import strategies as st

Node = tuple[Any, ...]
NOTATION = re.compile(r'\s*(?:"([^"]+)"|\?([^?]+)\?|([a-z_]+)|([=;,|()\[\]{}]))')
CLOSING = {"(": ")", "[": "]", "{": "}"}
GROUPS = {"(": "group", "[": "maybe", "{": "many"}
ENDLESS = 1_000


@dataclass(frozen=True, slots=True)
class Terminal:
    """What `? ... ?` stands for: some tokens, and how to recognise any."""

    samples: tuple[str, ...]
    matches: Callable[[str], bool]


class _Reader:
    """One pass over the notation."""

    def __init__(self, text: str) -> None:
        self.signs = list(NOTATION.finditer(text))
        assert "".join(found[0] for found in self.signs) == text.rstrip(), "not all of it is EBNF"
        self.next = 0

    def sign(self) -> str:
        return self.signs[self.next][4] or "" if self.next < len(self.signs) else ""

    def take(self, sign: str) -> bool:
        taken = self.sign() == sign
        self.next += taken
        return taken

    def rules(self) -> dict[str, Node]:
        found: dict[str, Node] = {}
        while self.next < len(self.signs):
            name = self.signs[self.next][3]
            self.next += 1
            assert name not in found, f"{name} is defined twice"
            assert self.take("="), f"{name} lacks ="
            found[name] = self.choice()
            assert self.take(";"), f"{name} lacks ;"
        return found

    def choice(self) -> Node:
        parts = [self.sequence()]
        while self.take("|"):
            parts.append(self.sequence())
        return ("choice", parts)

    def sequence(self) -> Node:
        parts = [self.factor()]
        while self.take(","):
            parts.append(self.factor())
        return ("sequence", parts)

    def factor(self) -> Node:
        text, special, name, sign = self.signs[self.next].groups()
        self.next += 1
        if sign:
            inner = self.choice()
            assert self.take(CLOSING[sign]), f"{sign} is not closed"
            return (GROUPS[sign], inner)
        return ("text", text) if text else ("special",) if special else ("rule", name)


class Grammar:
    """A grammar: its rules, and what its terminals stand for."""

    def __init__(self, text: str, terminals: Mapping[str, Terminal]) -> None:
        """Read the notation; each rule that is only `? ... ?` needs a terminal."""
        self.rules = _Reader(text).rules()
        self.terminals = terminals
        special = ("choice", [("sequence", [("special",)])])
        assert {name for name, node in self.rules.items() if node == special} == terminals.keys()

    # --- recognising: the ends at which a node can stop, for each place at which it can begin

    def accepts(self, rule: str, tokens: Sequence[str]) -> bool:
        """Return whether the tokens are a sentence of the rule."""
        return len(tokens) in self._ends(("rule", rule), 0, tokens, {})

    def _ends(  # noqa: C901, PLR0911 - one case for each kind of node
        self,
        node: Node,
        at: int,
        tokens: Sequence[str],
        seen: dict[tuple[str, int], frozenset[int]],
    ) -> frozenset[int]:
        match node:
            case ("text", text):
                fits = at < len(tokens) and tokens[at] == text
                return frozenset({at + 1} if fits else ())
            case ("rule", name) if name in self.terminals:
                fits = at < len(tokens) and self.terminals[name].matches(tokens[at])
                return frozenset({at + 1} if fits else ())
            case ("rule", name):
                if (name, at) not in seen:
                    seen[name, at] = self._ends(self.rules[name], at, tokens, seen)
                return seen[name, at]
            case ("choice", parts):
                return frozenset().union(*(self._ends(part, at, tokens, seen) for part in parts))
            case ("sequence", parts):
                ends = frozenset({at})
                for part in parts:
                    ends = frozenset().union(*(self._ends(part, e, tokens, seen) for e in ends))
                return ends
            case ("maybe", inner):
                return frozenset({at}) | self._ends(inner, at, tokens, seen)
            case ("many", inner):
                ends, new = frozenset({at}), frozenset({at})
                while new:
                    new = frozenset().union(*(self._ends(inner, e, tokens, seen) for e in new))
                    new -= ends
                    ends |= new
                return ends
            case (_, inner):
                return self._ends(inner, at, tokens, seen)
        raise AssertionError(node)

    # --- making: at the given depth only the shortest way out is taken

    def sentences(self, rule: str, depth: int = 12) -> st.SearchStrategy[list[str]]:
        """Return a strategy for sentences of the rule."""
        return st.composite(lambda draw: self._make(("rule", rule), depth, draw))()

    def _make(  # noqa: PLR0911 - one case for each kind of node
        self, node: Node, depth: int, draw: st.DrawFn
    ) -> list[str]:
        match node:
            case ("text", text):
                return [text]
            case ("rule", name) if name in self.terminals:
                return [draw(st.sampled_from(self.terminals[name].samples))]
            case ("rule", name):
                return self._make(self.rules[name], depth - 1, draw)
            case ("choice", parts):
                fitting = [part for part in parts if self._height(part) <= depth]
                return self._make(
                    draw(st.sampled_from(fitting or [min(parts, key=self._height)])), depth, draw
                )
            case ("sequence", parts):
                return [token for part in parts for token in self._make(part, depth, draw)]
            case ("maybe" | "many" as kind, inner):
                most = 0 if self._height(inner) > depth else 1 if kind == "maybe" else 3
                times = draw(st.integers(0, most))
                return [token for _ in range(times) for token in self._make(inner, depth, draw)]
            case (_, inner):
                return self._make(inner, depth, draw)
        raise AssertionError(node)

    def _height(self, node: Node) -> int:
        """Return how many rules deep the shortest sentence of a node is."""
        match node:
            case ("rule", name):
                return 0 if name in self.terminals else self._heights[name]
            case ("choice", parts):
                return min(map(self._height, parts))
            case ("sequence", parts):
                return max(map(self._height, parts))
            case ("group", inner):
                return self._height(inner)
            case _:
                return 0

    @cached_property
    def _heights(self) -> dict[str, int]:
        found = dict.fromkeys(self.rules, ENDLESS)
        self.__dict__["_heights"] = found
        for _ in self.rules:
            for name, node in self.rules.items():
                found[name] = min(found[name], 1 + self._height(node))
        return found

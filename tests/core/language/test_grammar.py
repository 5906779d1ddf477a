"""The grammar in the reference and the readers in the product take the same sentences."""

import re
from itertools import pairwise
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.core.agreement import blocks, obligations
from comity.core.agreement.text import Block, Section
from comity.core.language import Fragment, parse
from comity.core.language.conditions import ALWAYS
from comity.core.language.vocabulary import KEYWORDS, RESERVED
from comity.core.terms import InputError, Place
from tests.core.strategies_language import VOCABULARY
from tests.spec.ebnf import Grammar, Terminal
from tests.structure.source import ROOT

PAGE = (ROOT / "docs/reference/agreement-language.md").read_text(encoding="utf-8")
NEW_LINE = "\n"
WORD = re.compile(r"[A-Za-z][A-Za-z0-9_]*(:[A-Z][A-Z+]*)?")
ENTRY_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{0,31}")
DEFINE = re.compile(r"[a-z][a-z0-9_]{0,63}")

TERMINALS = {
    "name": Terminal(
        ("a", "b_1", "Long_Name", "TLP:RED", "TLP:AMBER+STRICT", "unless"),
        lambda token: bool(WORD.fullmatch(token)) and token not in KEYWORDS,
    ),
    "number": Terminal(("0", "10"), lambda token: bool(re.fullmatch("[0-9]{1,15}", token))),
    "rule_id": Terminal(("I-1.a", "7", "N-1"), lambda token: bool(ENTRY_ID.fullmatch(token))),
    "define_name": Terminal(
        ("covered", "d_1"), lambda token: bool(DEFINE.fullmatch(token)) and token not in RESERVED
    ),
    "fact_name": Terminal(("shown_1", "d_1"), lambda token: bool(DEFINE.fullmatch(token))),
    "count": Terminal(("1", "30"), lambda token: bool(re.fullmatch("[1-9][0-9]{0,2}", token))),
    "word": Terminal(("a", "tell", "(", "source", "="), lambda token: token != NEW_LINE),
    "new_line": Terminal((NEW_LINE,), lambda token: token == NEW_LINE),
}
(NOTATION, _) = re.findall(r"^```ebnf\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
GRAMMAR = Grammar(NOTATION, TERMINALS)
PART_WORDS = {
    "rule": {"permit", "forbid", "source", "unless", "then", "cure", "backs"},
    "prove": {"never", "keeps", "opens", "only", "source"},
    "assure": {"allowed", "free"},
    "define": {"="},
}
TOKENS = [
    *sorted(RESERVED - {"sources"}),
    *("a", "TLP:RED", "I-1.a", "7", "(", ")", ",", ":", "<", "<=", ">=", "=", NEW_LINE),
    *("discloser", "recipient", "before", "sending", "shown", "by", "days", "shown_1"),
]


def parser_takes(tokens: list[str]) -> bool:
    try:
        parse([Fragment(" ".join(tokens), Place(name="f"))])
    except InputError:
        return False
    return True


def reader_takes(kind: str, tokens: list[str]) -> bool:
    """Return whether the reader of blocks takes an entry; what its names mean is not asked."""
    text = " ".join(tokens).replace(NEW_LINE, "\n  ")
    lines = tuple(enumerate(text.split("\n"), start=1))
    section = Section("1", "Clause", 1, blocks=[Block(kind, 1, lines)])
    try:
        with (
            patch.object(blocks, "check", lambda *_: ALWAYS),
            patch.object(obligations, "_shown", lambda *_: ALWAYS),
        ):
            blocks.read_blocks(section, VOCABULARY, blocks.Blocks(), "f")
    except InputError:
        return False
    return True


def grammar_takes(kind: str, tokens: list[str]) -> bool:
    """Return whether the grammar takes an entry, with the condition stated beside it."""
    parts = [
        token
        for before, token in pairwise(tokens)
        if before == NEW_LINE and token in PART_WORDS[kind]
    ]
    once = all(parts.count(word) <= 1 for word in ("source", "unless", "cure", "backs"))
    return once and GRAMMAR.accepts(kind, only_needed(kind, tokens))


def only_needed(kind: str, tokens: list[str]) -> list[str]:
    """Return the tokens without the new lines that change nothing."""
    following = [*tokens[1:], ""]
    return [
        token
        for token, after in zip(tokens, following, strict=True)
        if token != NEW_LINE or after in PART_WORDS[kind]
    ]


@st.composite
def mutated(draw: st.DrawFn, rule: str) -> list[str]:
    """A sentence of the grammar to which something was done."""
    tokens = draw(GRAMMAR.sentences(rule))
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(tokens)))
        match draw(st.sampled_from(["insert", "delete", "replace", "repeat"])):
            case "insert":
                tokens.insert(at, draw(st.sampled_from(TOKENS)))
            case "delete":
                del tokens[at : at + draw(st.integers(1, 2))]
            case "replace":
                tokens[at : at + 1] = [draw(st.sampled_from(TOKENS))]
            case _:
                tokens[at:at] = tokens[at : at + 3]
    return tokens


def noise(rule: str) -> st.SearchStrategy[list[str]]:
    """Return any tokens, most of them nearly sentences."""
    return mutated(rule) | st.lists(st.sampled_from(TOKENS), max_size=8)


@given(GRAMMAR.sentences("condition"))
def test_the_parser_takes_every_sentence_of_the_grammar(tokens: list[str]) -> None:
    assert GRAMMAR.accepts("condition", tokens)
    assert parser_takes(tokens)


@given(noise("condition"))
def test_parser_and_grammar_take_the_same_sentences(tokens: list[str]) -> None:
    tokens = [token for token in tokens if token != NEW_LINE]
    assert parser_takes(tokens) == GRAMMAR.accepts("condition", tokens)


@pytest.mark.parametrize("kind", PART_WORDS)
@given(data=st.data())
def test_the_reader_of_blocks_takes_every_sentence_of_the_grammar(
    kind: str, data: st.DataObject
) -> None:
    tokens = data.draw(GRAMMAR.sentences(kind))
    assert GRAMMAR.accepts(kind, tokens)
    assert reader_takes(kind, tokens) == grammar_takes(kind, tokens)


@pytest.mark.parametrize("kind", PART_WORDS)
@given(data=st.data())
def test_reader_and_grammar_take_the_same_entries(kind: str, data: st.DataObject) -> None:
    tokens = data.draw(noise(kind))
    while tokens and tokens[0] == NEW_LINE:
        del tokens[0]
    if tokens:
        assert reader_takes(kind, tokens) == grammar_takes(kind, tokens)


@pytest.mark.parametrize(
    ("sentence", "taken"),
    [
        ("a", True),
        ("any source ( not a ) and b", True),
        ("a in ( b , c , d ) or not ( a and b )", True),
        ("a within ( b ) and c within d and 7 in e", True),
        ("a is b or a is not 7 or b < c or c <= d or d >= e", True),
        ("any", True),
        ("a and b or c", False),
        ("not not a", False),
        ("7", False),
        ("a in ( )", False),
        ("a < b < c", False),
        ("", False),
    ],
)
def test_grammar_and_parser_on_known_sentences(sentence: str, *, taken: bool) -> None:
    assert GRAMMAR.accepts("condition", sentence.split()) is taken
    assert parser_takes(sentence.split()) is taken


@pytest.mark.parametrize(
    ("kind", "sentence", "taken"),
    [
        ("rule", "1 forbid any / source a / unless b / cure ask", True),
        ("rule", "1 forbid a / cure / backs", True),
        ("rule", "1 permit a / then discloser within 2 days : tell it / cure", True),
        (
            "rule",
            "1 permit a / then recipient within 1 hour : x / then recipient within 1 day : y",
            True,
        ),
        ("rule", "1 permit a / then discloser before sending , shown by signed : sign : it", True),
        ("rule", "1 permit a / then recipient before sending , shown by signed : sign", False),
        ("rule", "1 permit a / then discloser within 0 days : tell", False),
        ("rule", "1 permit a / then discloser within 1000 days : tell", False),
        ("rule", "1 permit a / then NORTH within 2 days : tell", False),
        ("rule", "1 permit a / then discloser within 2 days :", False),
        ("rule", "1 permit a / then tell", False),
        ("rule", "1 permit a / then", False),
        ("rule", "1 forbid a / then discloser within 2 days : tell", False),
        ("rule", "1 permit a / and b / or c", False),
        ("rule", "1 permit a / and b", True),
        ("rule", "1 permit a / source b", False),
        ("rule", "1 forbid a / unless b / unless c", False),
        ("rule", "1 / forbid a", False),
        ("prove", "1 never a / source b", True),
        ("prove", "1 never a / source b / source c", False),
        ("prove", "1 never a / unless b", False),
        ("prove", "1 keeps a / source b", True),
        ("prove", "1 keeps a / only b", False),
        ("prove", "1 opens a / only b", True),
        ("prove", "1 opens a / source c / only b", True),
        ("prove", "1 opens a / source b", False),
        ("prove", "1 never a / keeps b", False),
        ("assure", "1 allowed / when a", True),
        ("assure", "1 allowed a", False),
        ("define", "d = a / and b", True),
        ("define", "d = a / = b", False),
        ("define", "unless = a", False),
    ],
)
def test_grammar_and_reader_on_known_entries(kind: str, sentence: str, *, taken: bool) -> None:
    tokens = [NEW_LINE if token == "/" else token for token in sentence.split()]  # noqa: S105 - a slash, no secret
    assert grammar_takes(kind, tokens) is taken
    assert reader_takes(kind, tokens) is taken

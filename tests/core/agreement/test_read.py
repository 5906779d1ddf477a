"""An agreement file loads only if every clause is founded and carried out, and no rule loosens."""

from contextlib import suppress
from datetime import date, timedelta
from importlib import resources
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.core.agreement import (
    Agreement,
    Effect,
    Obligation,
    Owner,
    RedLine,
    read_agreement,
)
from comity.core.agreement.model import GRADES, Assurance, Grade, Reference
from comity.core.agreement.read import MAX_BYTES, MAX_RULES
from comity.core.language import Names, read_vocabulary
from comity.core.terms import Code, InputError, read_toml
from comity.shipped import shipped_vocabulary
from tests.core.agreement.small import TEXT, altered, load
from tests.core.strategies_language import NAMES, VOCABULARY, condition
from tests.core.world import vocabulary

ABOUT_SOURCE = NAMES.about_a_source()
SHIPPED = {
    file.name: file.read_bytes()
    for file in (resources.files("comity") / "agreements").iterdir()
    if file.name.endswith(".md")
}


def test_everything_that_the_file_says_is_read() -> None:
    small = load(TEXT)
    assert (small.title, small.version, small.status) == ("A small agreement", "1.2.0", "a test")
    assert small.in_force_from == date(2026, 1, 1)
    assert small.parties == {"NORTH", "SOUTH"}
    assert small.parameters == {
        "k": ((date(2026, 1, 1), 10),),
        "limit": ((date(2026, 1, 1), 3), (date(2026, 7, 1), 5)),
    }
    assert small.references == (
        Reference(
            id="S1",
            address="https://example.org/a",
            read="read 2026-11-23",
            what="the text itself",
        ),
        Reference(id="S2", address="none", read="written 2026-11-23", what="a note"),
    )


def test_a_clause_has_its_text_its_sources_and_its_grade() -> None:
    first, second = load(TEXT).clauses
    assert (first.id, first.title, first.line) == ("1", "Purpose", 9)
    assert (first.text, first.quoted) == ("They work together.", True)
    assert (first.cites, first.grade) == (("S1", "S2"), Grade.SEEN)
    assert first.not_executable == "it states a purpose"
    assert (second.id, second.text, second.quoted) == ("2.a-b", "North may tell South.", False)
    assert (second.cites, second.grade, second.not_executable) == (("S2",), Grade.SUMMARISED, "")
    assert GRADES.keys() == set(Grade)


def test_a_rule_has_its_conditions_duties_and_cure() -> None:
    permit, forbid, plain = load(TEXT).rules
    assert (permit.id, permit.clause, permit.effect) == ("2.1", "2.a-b", Effect.PERMIT)
    assert permit.source is None
    assert permit.unless == condition("names_people")
    assert permit.head == condition(
        "giver is NORTH and taker is SOUTH and k <= least and least < limit and signed",
        Names(vocabulary=load(TEXT).vocabulary),
    )
    assert permit.obligations == (
        Obligation(
            id="2.1/1",
            owner=Owner.DISCLOSER,
            what="write it down; and sign",
            within=None,
            shown_by="signed",
        ),
        Obligation(
            id="2.1/2",
            owner=Owner.RECIPIENT,
            what="wait",
            within=timedelta(days=2),
            shown_by="",
        ),
    )
    assert (forbid.effect, forbid.cure) == (Effect.FORBID, "ask the organisation first")
    assert forbid.source == condition("not maker is NORTH", ABOUT_SOURCE)
    assert forbid.unless == condition("told and told_until >= now and maker is ORG", ABOUT_SOURCE)
    assert TEXT.split("\n")[forbid.line - 1].startswith("2.2  forbid")
    assert (plain.source, plain.unless) == (None, condition("regimes within agreed"))


def test_red_lines_and_assurances_are_read() -> None:
    small = load(TEXT)
    assert small.red_lines == (
        RedLine(
            id="N-1",
            clause="2.a-b",
            head=condition("taker is SOUTH and not signed"),
            source=condition("not told", ABOUT_SOURCE),
            line=42,
        ),
        RedLine(
            id="N-2",
            clause="2.a-b",
            head=condition("signed and any source (maker is giver)"),
            source=None,
            line=44,
        ),
    )
    assert small.assurances == (
        Assurance(
            id="A-1", clause="2.a-b", condition=condition("giver is NORTH and signed"), line=48
        ),
    )


@pytest.mark.parametrize("name", sorted(SHIPPED))
def test_the_shipped_agreements_load(name: str) -> None:
    loaded = read_agreement(SHIPPED[name], name, shipped_vocabulary(name.removesuffix(".md")))
    assert loaded.rules
    assert loaded.red_lines
    assert loaded.assurances


WAIT = "     then    recipient within 2 days: wait"
ERRORS = [
    # the header
    ("# A small agreement", "A small agreement", Code.NO_TITLE, 1, "the first line is no title"),
    ("# A small agreement", "# ", Code.NO_TITLE, 1, "the first line is no title"),
    ("version 1.2.0, in", "version 1.2.0 in", Code.BAD_HEADER, 3, "the line below the title does"),
    ("2026-01-01", "2026-13-01", Code.BAD_HEADER, 3, "2026-13-01 is no day of the calendar"),
    ("from 2026-07-01", "from 2026-02-30", Code.BAD_HEADER, 3, "2026-02-30 is no day of the"),
    ("limit = 3", "limit is 3", Code.BAD_HEADER, 3, "`limit is 3` is no parameter"),
    ("limit = 3", "limit = -3", Code.BAD_HEADER, 3, "`limit = -3` is no parameter"),
    ("limit = 3", "limit = 1000000000", Code.BAD_HEADER, 3, "`limit = 1000000000` is no param"),
    ("limit = 3", "limit = \u0663", Code.BAD_HEADER, 3, "`limit = \u0663` is no parameter"),
    ("5 from 2026-07-01", "5", Code.BAD_HEADER, 3, "the dates of limit do not follow each other"),
    ("limit = 3, limit", "limit", Code.BAD_HEADER, 3, "limit has no value from 2026-01-01 until"),
    (
        "grade A\n> They work",
        "grade M\n>~ They have to work",
        Code.MUST_FROM_MEMORY,
        9,
        "clause 1 rests on memory (grade M) and says `have to`",
    ),
    ("group k = 10", "group size = 10", Code.NAME_TAKEN, 3, "the parameter size has the name of"),
    ("group k = 10", "group low = 10", Code.NAME_TAKEN, 3, "the parameter low has the name of"),
    ("group k = 10", "group any = 10", Code.NAME_TAKEN, 3, "the parameter any has the name of"),
    ("group k = 10", "sources = 10", Code.NAME_TAKEN, 3, "the parameter sources has the name of"),
    ("NORTH, SOUTH", "NORTH, SUOTH", Code.UNKNOWN_PARTY, 4, "unknown party SUOTH; did you mean S"),
    ("NORTH, SOUTH", "NORTH, ORG", Code.UNKNOWN_PARTY, 4, "unknown party ORG"),
    ("NORTH, SOUTH", "NORTH", Code.BAD_HEADER, 4, "fewer than two parties are named"),
    ("NORTH, SOUTH", "NORTH, NORTH", Code.BAD_HEADER, 4, "fewer than two parties are named"),
    ("parties: NORTH", "partys: NORTH", Code.BAD_HEADER, 3, "fewer than two parties are named"),
    ("status: a test", "version 2, in force from 2026-01-01", Code.BAD_HEADER, 5, "a second line"),
    ("status: a test", "parties: SOUTH, ORG", Code.BAD_HEADER, 5, "a second line `parties:`"),
    # clauses
    ("## 1 Purpose", "## Purpose", Code.BAD_HEADER, 9, "clause heading `Purpose` has no number"),
    ("## 1 Purpose", "## 1", Code.BAD_HEADER, 9, "clause heading `1` has no number"),
    (
        "## 1 Purpose",
        "## 2.a-b Purpose",
        Code.DUPLICATE_ID,
        16,
        "clause 2.a-b is already on line 9",
    ),
    ("S1, S2; grade A", "S1, S2", Code.CLAUSE_WITHOUT_SOURCE, 10, "clause 1 has a `cites` line"),
    ("S1, S2; grade A", "S1; grade C", Code.CLAUSE_WITHOUT_SOURCE, 10, "clause 1 has a `cites`"),
    ("cites: S1, S2", "S1, S2", Code.CLAUSE_WITHOUT_SOURCE, 10, "clause 1 does not say where"),
    ("status:", "Status:", Code.BAD_HEADER, 5, "`Status:` is written in capitals"),
    ("S1, S2; grade A", "S12; grade A", Code.CLAUSE_WITHOUT_SOURCE, 10, "unknown source S12; did"),
    ("S1, S2; grade A", "S1,; grade A", Code.CLAUSE_WITHOUT_SOURCE, 10, "unknown source "),
    ("cites: S2; grade B", "", Code.CLAUSE_WITHOUT_SOURCE, 18, "clause 2.a-b does not say"),
    ("Why so:", "cites:", Code.STRAY_TEXT, 20, "clause 2.a-b says twice where its text comes from"),
    (">~ North", "North", Code.CLAUSE_WITHOUT_TEXT, 16, "clause 2.a-b has no text"),
    ("note: not exec", "note: exec", Code.STRAY_TEXT, 14, "clause 1 has a note that is not one"),
    (
        "because it states a purpose",
        "because ",
        Code.STRAY_TEXT,
        14,
        "clause 1 has a note that is not one",
    ),
    ("; the text itself", "", Code.CLAUSE_WITHOUT_SOURCE, 56, "this source has no id, address, d"),
    ("- S2: none", "- S1: none", Code.DUPLICATE_ID, 57, "source S1 is already on line 56"),
    # blocks
    ("```define", "```defines", Code.UNKNOWN_BLOCK, 22, "unknown kind of block `defines`"),
    ("```define", "```", Code.UNKNOWN_BLOCK, 22, "unknown kind of block ``"),
    ("     and     signed\n```", "", Code.OPEN_BLOCK, 47, "the assure block is not closed"),
    ("     and     signed\n```", "```rule", Code.OPEN_BLOCK, 47, "the assure block is not closed"),
    ("Some words.", "```rule\n```", Code.RULE_WITHOUT_CLAUSE, 54, "a rule block stands outside"),
    ("It is about", "```rule\nx\n```\n", Code.RULE_WITHOUT_CLAUSE, 7, "a rule block stands out"),
    ("```rule", "  ```rule", Code.STRAY_TEXT, 26, "a fence or comment that hides what it holds"),
    ("```rule", "~~~rule", Code.STRAY_TEXT, 26, "a fence or comment that hides what it holds"),
    ("Why so:", "<!-- a -->", Code.STRAY_TEXT, 20, "a fence or comment that hides what it holds"),
    ("covered = told", " covered = told", Code.BAD_RULE, 23, "an indented line continues nothing"),
    ("covered = told", "Covered = told", Code.BAD_RULE, 23, "`Covered` defines nothing"),
    ("covered = told", "covered told", Code.BAD_RULE, 23, "`covered` defines nothing"),
    ("covered = told", "unless = told", Code.BAD_RULE, 23, "`unless` defines nothing"),
    ("and maker is ORG", "= maker is ORG", Code.BAD_RULE, 23, "`covered` defines nothing"),
    ("covered = told", "signed = told", Code.DUPLICATE_ID, 23, "the name signed is already taken"),
    ("covered = told", "low = told", Code.DUPLICATE_ID, 23, "the name low is already taken"),
    (
        "        and maker is ORG",
        "covered = any",
        Code.DUPLICATE_ID,
        24,
        "the name covered is already taken",
    ),
    ("2.1  permit", "2_1  permit", Code.BAD_RULE, 27, "`2_1` is no id"),
    ("2.1  permit", "2.1  allow", Code.BAD_RULE, 27, "2.1 does not begin with forbid or permit"),
    ("2.1  permit", "2.1", Code.BAD_RULE, 27, "2.1 does not begin with forbid or permit"),
    ("2.1  permit", "2.1  source", Code.BAD_RULE, 27, "2.1 does not begin with forbid or permit"),
    (WAIT, "     unless  any", Code.BAD_RULE, 32, "2.1 has two parts `unless`"),
    (WAIT, "     permit  any", Code.BAD_RULE, 32, "2.1 has two parts `permit`"),
    (WAIT, "     forbid  any", Code.BAD_RULE, 27, "2.1 both permits and forbids"),
    (WAIT, "     source  told", Code.SOURCE_IN_PERMIT, 32, "permit 2.1 has a so"),
    (WAIT, "     unless(any)", Code.BAD_RULE, 32, "2.1 has two parts `unless`"),
    (WAIT, "     then    wait", Code.BAD_RULE, 32, "an obligation says who owes what, and by"),
    (WAIT, "     then    NORTH within 2 days: wait", Code.BAD_RULE, 32, "an obligation says who"),
    ("     unless  covered", WAIT, Code.BAD_RULE, 35, "forbid 2.2 makes something owed"),
    ("then    discloser", "then    recipient", Code.BAD_RULE, 30, "before sending only the disc"),
    ("shown by signed", "shown by singed", Code.UNKNOWN_FACT, 30, "unknown fact singed; did you"),
    ("shown by signed", "shown by told", Code.BAD_RULE, 30, "told cannot show that something w"),
    ("shown by signed", "shown by size", Code.BAD_RULE, 30, "size cannot show that something w"),
    ("shown by signed", "shown by names_people", Code.BAD_RULE, 30, "names_people cannot show"),
    ("     cure    ask", "     source  ask", Code.BAD_RULE, 36, "2.2 has two parts `source`"),
    ("2.3  forbid", "2.2  forbid", Code.DUPLICATE_ID, 38, "rule 2.2 is already on line 33"),
    ("2.3  forbid", "N-1  forbid", Code.DUPLICATE_ID, 42, "rule N-1 is already on line 38"),
    ("A-1  allowed", "N-2  allowed", Code.DUPLICATE_ID, 48, "rule N-2 is already on line 44"),
    ("N-1  never", "N-1  forbid", Code.BAD_RULE, 42, "N-1 does not begin with keeps or never"),
    ("     source  not told", "     never   any", Code.BAD_RULE, 43, "N-1 has two parts `never`"),
    ("not told", "not covered", Code.DEFINE_IN_PROVE, 43, "a red line cannot use the define cov"),
    ("allowed when", "allowed", Code.BAD_RULE, 48, "A-1 lacks `when`"),
    (
        "     and     signed\n```",
        "     free    when signed\n```",
        Code.BAD_RULE,
        48,
        "A-1 says two",
    ),
    ("     source  not told", "     keeps   any", Code.BAD_RULE, 42, "N-1 states two properties"),
    ("     source  not told", "     only    any", Code.BAD_RULE, 42, "N-1 needs both `opens` and"),
    ("allowed when giver", "allowed whengiver", Code.BAD_RULE, 48, "A-1 lacks `when`"),
    # conditions
    ("k <= least", "k <= lest", Code.UNKNOWN_FACT, 28, "unknown fact lest; did you mean least?"),
    ("names_people", "nmes_people", Code.UNKNOWN_FACT, 29, "unknown fact nmes_people; did you"),
    # labels
    ("     unless  names_people", "     and     names_people", Code.LOOSENS_LABEL, 27, "permit 2"),
    ("2.3  forbid  any", "2.3  permit  any", Code.LOOSENS_LABEL, 38, "permit 2.3 becomes truer as"),
    ("unless  regimes within", "and     regimes within", Code.LOOSENS_LABEL, 38, "forbid 2.3 be"),
    ("least < limit", "limit <= size", Code.LOOSENS_LABEL, 27, "permit 2.1 can move either way as"),
]


@pytest.mark.parametrize(("old", "new", "code", "line", "message"), ERRORS)
def test_a_file_with_a_fault_is_refused_at_the_fault(
    old: str, new: str, code: Code, line: int, message: str
) -> None:
    with pytest.raises(InputError) as caught:
        load(altered(old, new))
    error = caught.value
    assert (error.code, error.at.name, error.at.line) == (code, "small.md", line), str(error)
    assert error.message.startswith(message)
    assert error.advice


def test_the_permit_on_one_source_of_several_says_what_to_write() -> None:
    with pytest.raises(InputError) as caught:
        load(altered(WAIT, "     source  told"))
    assert "`and not any source (not ...)`" in caught.value.advice


def test_a_file_without_a_clause_is_refused() -> None:
    with pytest.raises(InputError, match="there is no clause") as caught:
        load(TEXT[: TEXT.index("## 1")])
    assert caught.value.code is Code.NO_CLAUSE


@pytest.mark.parametrize("text", ["# Title", "# Title\n\n## 1 A\n", "# Title\n## Sources\n"])
def test_a_title_alone_is_no_agreement(text: str) -> None:
    with pytest.raises(InputError, match="does not state version and date") as caught:
        load(text)
    assert caught.value.code is Code.BAD_HEADER
    assert caught.value.at.line == 2


def test_a_clause_without_a_line_is_refused() -> None:
    text = altered("cites: S1, S2; grade A\n> They work\n> together.\n", "")
    with pytest.raises(InputError, match="clause 1 does not say where its text comes from"):
        load(text)
    bare = TEXT.replace("## Sources", "## 3 Bare\n## Sources")
    with pytest.raises(InputError, match="clause 3 does not say where its text comes") as caught:
        load(bare)
    assert caught.value.at.line == bare.split("\n").index("## 3 Bare") + 1


def test_an_empty_block_carries_nothing_out() -> None:
    with pytest.raises(InputError, match="clause 1 has no rule") as caught:
        load(altered("note: not executable because it states a purpose", "```rule\n\n```"))
    assert caught.value.code is Code.CLAUSE_WITHOUT_RULE


def test_a_vocabulary_without_parties_takes_no_agreement() -> None:
    bare = read_vocabulary({"name": "bare"}, "bare.toml")
    with pytest.raises(InputError, match="unknown party NORTH") as caught:
        read_agreement(TEXT.encode(), "small.md", bare)
    assert caught.value.code is Code.UNKNOWN_PARTY


def test_a_status_need_not_be_stated() -> None:
    assert load(altered("status: a test\n", "")).status == "no status is stated"


def test_bytes_that_are_no_text_are_refused() -> None:
    with pytest.raises(InputError, match="byte 3 is not UTF-8 text") as caught:
        read_agreement(b"# \xff", "f", VOCABULARY)
    assert caught.value.code is Code.NOT_TEXT


@pytest.mark.parametrize(
    "unseen", ["\0", "\x1b", "\r", "\x85", "\u00a0", "\u200b", "\u202e", "\u2028"]
)
def test_a_character_that_nobody_sees_is_refused(unseen: str) -> None:
    """With one, a terminal could show another text than the one that is in force."""
    with pytest.raises(
        InputError, match=f"a character that is not seen, U[+]{ord(unseen):04X}"
    ) as caught:
        load(altered("status: a test", f"status: a te{unseen}st"))
    assert caught.value.code is Code.BAD_TEXT
    assert caught.value.at.column == len("status: a te") + 1


def test_a_file_that_is_too_large_is_refused() -> None:
    with pytest.raises(InputError, match="at most 1048576 are read") as caught:
        read_agreement(b"#" * (MAX_BYTES + 1), "f", VOCABULARY)
    assert caught.value.code is Code.TOO_LARGE


def test_an_agreement_of_too_many_rules_is_refused() -> None:
    rules = "\n".join(f"x{n} forbid signed" for n in range(MAX_RULES))
    with pytest.raises(InputError, match="more than 1000 rules") as caught:
        load(altered("2.3  forbid  any", f"{rules}\n2.3  forbid  any"))
    assert caught.value.code is Code.TOO_MANY


# --- the digest


def test_line_ends_do_not_change_the_digest() -> None:
    for text in (TEXT.replace("\n", "\r\n"), TEXT.rstrip("\n"), TEXT + "\n\n"):
        assert load(text).digest == load(TEXT).digest


def test_the_name_of_the_file_does_not_change_the_digest() -> None:
    other = read_agreement(TEXT.encode(), "other.md", VOCABULARY)
    assert other.digest == load(TEXT).digest


@given(
    at=st.integers(0, len(TEXT.rstrip("\n"))),
    letter=st.sampled_from("x1 .\u00e9\n"),
    replace=st.booleans(),
)
def test_the_digest_changes_with_every_change_of_the_text(
    at: int, letter: str, *, replace: bool
) -> None:
    changed = TEXT[:at] + letter + TEXT[at + replace :]
    with suppress(InputError):
        same = changed.rstrip("\n") == TEXT.rstrip("\n")
        assert (load(changed).digest == load(TEXT).digest) == same


def test_the_digest_changes_with_the_vocabulary() -> None:
    document = {
        "name": "more",
        "facts": {"another": {"type": "number", "meaning": "x", "supplied_by": "y"}},
    }
    more = read_vocabulary(document, "more.toml", VOCABULARY)
    assert read_agreement(TEXT.encode(), "small.md", more).digest != load(TEXT).digest
    renamed = read_vocabulary({"name": "another name"}, "same.toml", VOCABULARY)
    assert read_agreement(TEXT.encode(), "small.md", renamed).digest == load(TEXT).digest


def test_the_digest_of_the_small_agreement_stays_the_same_on_every_machine() -> None:
    document = read_toml(b'name = "v"\n[values.parties.meaning]\nA1 = "a"\nB1 = "b"', "v.toml")
    text = (
        "# T\nversion 1, in force from 2026-01-01\nparties: A1, B1\n"
        "## 1 C\ncites: S1; grade A\n> t\nnote: not executable because x\n"
        "## Sources\n- S1: a; b; c\n"
    )
    loaded = read_agreement(text.encode(), "f", read_vocabulary(document, "v"))
    assert loaded.digest == "63606b480f6083b040500d0bc2e902936eb4f9b6c93687697b39ff32d396a7cc"


# --- attacks


lines_of = st.sampled_from(sorted(SHIPPED)).map(lambda name: SHIPPED[name].decode().split("\n"))


@given(lines_of, st.data())
def test_a_damaged_file_is_an_agreement_or_an_input_error(
    lines: list[str], data: st.DataObject
) -> None:
    lines = list(lines)
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(lines) - 1))
        match data.draw(st.sampled_from(["delete", "repeat", "swap", "letter", "insert"])):
            case "delete":
                del lines[at]
            case "repeat":
                lines.insert(at, lines[data.draw(st.integers(0, len(lines) - 1))])
            case "swap":
                other = data.draw(st.integers(0, len(lines) - 1))
                lines[at], lines[other] = lines[other], lines[at]
            case "letter":
                letters = list(lines[at] or " ")
                spot = data.draw(st.integers(0, len(letters) - 1))
                letters[spot] = data.draw(st.sampled_from("`#>~ :;=,()xX0\t\r\u00e9"))
                lines[at] = "".join(letters)
            case _:
                lines.insert(at, data.draw(st.text(max_size=10)))
    with suppress(InputError):
        text = "\n".join(lines).encode("utf-8", "replace")
        assert isinstance(read_agreement(text, "f.md", vocabulary()), Agreement)


@given(st.binary(max_size=100), st.integers(0, 2000))
def test_any_bytes_are_an_agreement_or_an_input_error(data: bytes, at: int) -> None:
    with suppress(InputError):
        read_agreement(TEXT.encode()[:at] + data + TEXT.encode()[at:], "f.md", VOCABULARY)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("S1, S2; grade A", "S" + "1" * 400_000 + "a; grade A"),
        ("- S1: http", "- S" + "1" * 400_000 + "b: http"),
        ("names_people", "names_people" * 50_000),
        ("names_people", "not (" * 20_000),
        ("limit = 3", "limit = 3," * 50_000),
        ("cites: S2", "cites: " + "S2," * 150_000),
        ("It is about nothing.", "\n## 1 A" * 100_000),
        ("covered = told", "covered = told\n" + "".join(f"d{n} = d{n - 1}\n" for n in range(9999))),
        (
            "covered = told",
            "d0 = told\n" + "".join(f"d{n + 1} = d{n} and d{n}\n" for n in range(99)),
        ),
    ],
    ids=range(9),
)
def test_a_hostile_file_ends_in_an_error_and_soon(old: str, new: str) -> None:
    began = perf_counter()
    with pytest.raises(InputError) as caught:
        load(altered(old, new))
    assert len(str(caught.value)) < 300
    assert perf_counter() - began < 20

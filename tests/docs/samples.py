"""One input for each kind of error; `docs/reference/errors.md` shows what each of them gives."""

from collections.abc import Callable
from contextlib import chdir
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from click.testing import CliRunner

from comity.cli.import_file import read_import
from comity.cli.main import main
from comity.core.agreement import check_timeline, read_agreement
from comity.core.intake import read_report
from comity.core.language import read_vocabulary
from comity.core.terms import Code, InputError, PartyId, digest_of, read_document
from comity.proof.solvers import check_installed
from comity.shipped import shipped_agreement
from tests.core.agreement.small import TEXT
from tests.core.intake.test_form import shipped
from tests.core.strategies_language import VOCABULARY
from tests.core.world import vocabulary

HEAD = "# Title\n\nversion 1, in force from 2026-01-01\nparties: NCA, ICO\n\n"
CLAUSE = "## I-1 Telling\ncites: S1; grade A\n> They tell.\n"
SOURCES = "\n## Sources\n- S1: none; read 2026-11-23; a text\n"
BODIES = frozenset({PartyId("NCA"), PartyId("ICO")})
REPORT = {"organisation": "acme", "ransom": {"demanded": True}}


def agreement(text: str) -> None:
    """Read an agreement file with the standard vocabulary."""
    read_agreement(text.encode(), "deal.md", vocabulary())


def clause(body: str) -> None:
    """Read an agreement of one clause with this below its text."""
    agreement(f"{HEAD}{CLAUSE}{body}\n{SOURCES}")


def rule(condition: str) -> None:
    """Read an agreement with one rule that forbids on a condition."""
    clause(f"```rule\nI-1.a  forbid  {condition}\n```")


def document(text: str | bytes) -> None:
    """Read a document."""
    read_document(text if isinstance(text, bytes) else text.encode(), "facts.toml")


def words(**change: Any) -> None:  # noqa: ANN401 - a document has any values
    """Read a vocabulary that adds something to the standard one."""
    read_vocabulary({"name": "words", **change}, "words.toml", vocabulary())


def imported(text: str) -> None:
    """Read many reports."""
    list(read_import(text.encode(), "reports.csv", shipped(), BODIES))


def report(**change: Any) -> None:  # noqa: ANN401 - a document has any values
    """Read a report."""
    found = {key: value for key, value in {**REPORT, **change}.items() if value is not None}
    read_report(found, "report.toml", shipped(), BODIES)


def fact(**change: Any) -> dict[str, Any]:  # noqa: ANN401 - a document has any values
    """Return a vocabulary's table of facts that declares `urgent`."""
    return {"urgent": {"type": "yes or no", "meaning": "x", "supplied_by": "y", **change}}


def small(old: str, new: str) -> None:
    """Read the tests' small agreement with one piece replaced."""
    read_agreement(TEXT.replace(old, new).encode(), "deal.md", VOCABULARY)


INPUTS: dict[Code, Callable[[], None]] = {
    Code.TOO_LARGE: lambda: document(b" " * ((1 << 20) + 1)),
    Code.NOT_TEXT: lambda: document(b"\xff"),
    Code.NOT_JSON: lambda: document('{"now": }'),
    Code.NOT_TOML: lambda: document("now = ="),
    Code.NOT_CSV: lambda: imported('organisation\n"acme\n'),
    Code.TOO_DEEP: lambda: document("a = " + "[" * 64 + "]" * 64),
    Code.TOO_MANY: lambda: document("a = [" + "1," * 50_000 + "]"),
    Code.DUPLICATE_KEY: lambda: document('{"now": 1, "now": 2}'),
    Code.NOT_INSTALLED: lambda: check_installed({"a_solver_that_is_not_here": "z3-solver"}),
    Code.BAD_NUMBER: lambda: document("smallest_group = 9.5"),
    Code.BAD_TEXT: lambda: document('{"id": "\\ud83d"}'),
    Code.BAD_ID: lambda: report(organisation="Acme Ltd"),
    Code.BAD_INSTANT: lambda: document("now = 2026-11-23T09:00:00"),
    Code.MISSING_KEY: lambda: words(facts={"urgent": {"type": "number"}}),
    Code.UNKNOWN_KEY: lambda: words(facts=fact(evidense="x")),
    Code.WRONG_TYPE: lambda: report(ransom={"demanded": "yes"}),
    Code.BAD_CHARACTER: lambda: rule("purpose = review"),
    Code.SYNTAX: lambda: rule("purpose is"),
    Code.MIXED_AND_OR: lambda: rule("officer_named and fixed_text or control_passed"),
    Code.UNKNOWN_FACT: lambda: rule("oficer_named"),
    Code.UNKNOWN_VALUE: lambda: rule("purpose is reveiw"),
    Code.UNKNOWN_TYPE: lambda: words(facts=fact(type="one of purpose")),
    Code.WRONG_COMPARISON: lambda: rule("purpose <= review"),
    Code.SOURCE_FACT: lambda: rule("in_confidence"),
    Code.NAME_TAKEN: lambda: words(facts={"purpose": fact()["urgent"]}),
    Code.NO_TITLE: lambda: agreement("version 1"),
    Code.BAD_HEADER: lambda: agreement("# Title\nversion 1 from 2026\n"),
    Code.UNKNOWN_PARTY: lambda: agreement(HEAD.replace("ICO", "IOC")),
    Code.NO_CLAUSE: lambda: agreement(HEAD),
    Code.CLAUSE_WITHOUT_TEXT: lambda: small("> They work\n> together.\n", ""),
    Code.CLAUSE_WITHOUT_SOURCE: lambda: small("cites: S1, S2; grade A", "cites: S1, S3; grade A"),
    Code.CLAUSE_WITHOUT_RULE: lambda: clause(""),
    Code.MUST_FROM_MEMORY: lambda: agreement(
        HEAD + CLAUSE.replace("grade A\n> They", "grade M\n>~ They must") + SOURCES
    ),
    Code.RULE_WITHOUT_CLAUSE: lambda: agreement(f"{HEAD}```rule\n```\n"),
    Code.VERSIONS_OVERLAP: lambda: check_timeline(
        [
            shipped_agreement("nca-ncsc-demo"),
            replace(
                shipped_agreement("nca-ncsc-demo"), version="0.2.0", digest=digest_of("another")
            ),
        ]
    ),
    Code.DUPLICATE_ID: lambda: agreement(f"{HEAD}{CLAUSE}{CLAUSE}"),
    Code.UNKNOWN_BLOCK: lambda: clause("```rules\n```"),
    Code.OPEN_BLOCK: lambda: clause("```rule"),
    Code.STRAY_TEXT: lambda: clause("  ```rule"),
    Code.BAD_RULE: lambda: clause("```rule\nI-1.a  allow any\n```"),
    Code.SOURCE_IN_PERMIT: lambda: clause("```rule\nI-1.a permit any\n  source origin is ORG\n```"),
    Code.LOOSENS_LABEL: lambda: clause("```rule\nI-1.a permit tlp >= TLP:AMBER\n```"),
    Code.DEFINE_IN_PROVE: lambda: clause(
        "```define\nred = fixed_text\n```\n```prove\nN-1 never red\n```"
    ),
    Code.UNKNOWN_SECTION: lambda: report(incidnt={}),
    Code.UNKNOWN_QUESTION: lambda: report(ransom={"payed": "yes"}),
    Code.UNKNOWN_CHOICE: lambda: report(choices={"ransom": ["NAC"]}),
    Code.EMPTY_REPORT: lambda: report(ransom=None),
}

QUESTION = """
discloser = "NCA"
recipient = "ICO"
purpose = "regulation"
kind = "organisation_specific"
"""
ITEM = '[[items]]\nid = "a"\n'
COMMANDS = {
    Code.NOT_FOUND: ("check deal.md", ""),
    Code.EMPTY_LABEL: ("decide ico-nca-2024 --facts facts.toml", QUESTION + ITEM),
    Code.DERIVED_FACT: (
        "decide ico-nca-2024 --facts facts.toml",
        f'{QUESTION}[facts]\nconsent = "given"\n{ITEM}sources = [{{ origin = "NCA" }}]\n',
    ),
    Code.UNKNOWN_CLAUSE: ("show ico-nca-2024 I-11", ""),
    Code.UNKNOWN_RULE: ("prove front-door-terms --without F-1.d", ""),
    Code.ONE_FORM: ("export ico-nca-2024", ""),
    Code.NOT_EXPRESSIBLE: ("export front-door-terms --cedar", ""),
}
"""What only the commands can refuse: the words after `comity agreement`, and `facts.toml`."""


def said(code: Code) -> str:
    """Return the two lines in which the commands say this kind of error."""
    if code in INPUTS:
        try:
            INPUTS[code]()
        except InputError as error:
            return f"error: {error}\nhelp: {error.advice}\n"
        return "no error"
    words, facts = COMMANDS[code]
    runner = CliRunner()
    with TemporaryDirectory() as name, chdir(name):
        Path("facts.toml").write_text(facts, encoding="utf-8")
        output = runner.invoke(main, ["agreement", *words.split()]).output
    return "".join(output.splitlines(keepends=True)[:2])

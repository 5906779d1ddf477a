"""The code stays small and explained, and each exception to a rule says why."""

import ast
import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from statistics import median

import pytest

from tests.structure.source import ROOT, Check, Finding, findings, python_files

MODULE_LINES = 400
FUNCTION_LINES = 60
MEDIAN_LINES = 30

Function = ast.FunctionDef | ast.AsyncFunctionDef
Documented = ast.Module | ast.ClassDef | Function

# A comment that switches a checker off, up to where its reason has to begin.
SWITCH = re.compile(
    r"#\s*(?:noqa(?::\s*[A-Z]+\d+(?:,\s*[A-Z]+\d+)*)?|type:\s*ignore(?:\[[^]]*\])?)"
)
REASON = re.compile(r"[#\s-]+\w+\W+\w+")
RULE = re.compile(r'^\s*(?:"[^"]+"\s*=\s*\[\s*)?"[A-Z]+\d*"')


def length(node: Function) -> int:
    """Return how many lines a function takes."""
    return (node.end_lineno or node.lineno) - node.lineno + 1


def functions(text: str) -> list[Function]:
    """Return every function of a module."""
    return [node for node in ast.walk(ast.parse(text)) if isinstance(node, Function)]


def short_modules(_path: PurePosixPath, text: str) -> Iterator[Finding]:
    """Find a module that is too long to read in one sitting."""
    lines = len(text.splitlines())
    if lines > MODULE_LINES:
        yield f"{lines} lines, more than {MODULE_LINES}"


def short_functions(_path: PurePosixPath, text: str) -> Iterator[Finding]:
    """Find a function that is too long."""
    for node in functions(text):
        if length(node) > FUNCTION_LINES:
            yield f"line {node.lineno}: `{node.name}` has {length(node)} lines"


def public_parts(tree: ast.Module) -> Iterator[tuple[str, Documented]]:
    """Return the module and its public classes, functions and methods, with their names."""
    yield "the module", tree
    inside: list[ast.Module | ast.ClassDef] = [tree]
    for owner in inside:
        for node in owner.body:
            if isinstance(node, ast.ClassDef | Function) and not node.name.startswith("_"):
                yield f"`{node.name}`", node
                if isinstance(node, ast.ClassDef):
                    inside.append(node)


def is_overload(node: Documented) -> bool:
    """Return whether a function only adds a type to the one that follows it."""
    decorators = [] if isinstance(node, ast.Module) else node.decorator_list
    return any(isinstance(name, ast.Name) and name.id == "overload" for name in decorators)


def docstrings(_path: PurePosixPath, text: str) -> Iterator[Finding]:
    """Find public parts that say nothing about themselves."""
    for name, node in public_parts(ast.parse(text)):
        if not ast.get_docstring(node) and not is_overload(node):
            yield f"{name} has no docstring"


def reasons(_path: PurePosixPath, text: str) -> Iterator[Finding]:
    """Find comments that switch a checker off without a reason of two words or more."""
    for number, line in enumerate(text.splitlines(), start=1):
        for switch in SWITCH.finditer(line):
            rest = SWITCH.sub("", line[switch.end() :])
            if not REASON.match(rest):
                yield f"line {number}: `{switch[0]}` without a reason"


def ignored_rules(text: str) -> Iterator[tuple[int, str]]:
    """Return the lines of a pyproject.toml that ignore a ruff rule."""
    inside = False
    for number, line in enumerate(text.splitlines(), start=1):
        if line.startswith("["):
            inside = line.startswith("[tool.ruff.lint")
        elif inside and RULE.match(line) and not line.startswith("select"):
            yield number, line


def test_each_ignored_rule_has_a_reason() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    ignored = list(ignored_rules(text))
    assert ignored, "no ignored rule found: the check would pass on nothing"
    assert [(number, line) for number, line in ignored if without_reason(line)] == []


def without_reason(line: str) -> bool:
    """Return whether a line that ignores a rule gives no reason."""
    return not re.search(r'"[A-Z]+\d*",?\s*#\s+\w+\W+\w+', line)


CHECKS: dict[Check, tuple[str, ...]] = {
    short_modules: ("src",),
    short_functions: ("src",),
    docstrings: ("src",),
    reasons: ("src", "tests"),
}


@pytest.mark.parametrize(("check", "folders"), CHECKS.items())
def test_the_code_keeps_the_rule(check: Check, folders: tuple[str, ...]) -> None:
    assert findings(check, *folders) == []


def test_functions_are_short_as_a_rule() -> None:
    lengths = [length(node) for text in python_files("src").values() for node in functions(text)]
    assert median(lengths) <= MEDIAN_LINES


LINE = "    pass\n"
NOQA = "# no" + "qa"  # in two parts, or this file itself would seem to switch checks off
TYPE = "# type: " + "ignore"
PLANTS = [
    (short_modules, "x = 1\n" * (MODULE_LINES + 1)),
    (short_functions, "def f():\n" + LINE * FUNCTION_LINES),
    (short_functions, "async def f():\n" + LINE * FUNCTION_LINES),
    (short_functions, "class C:\n  def f(self):\n" + LINE * FUNCTION_LINES),
    (docstrings, "x = 1\n"),
    (docstrings, '"""Module."""\ndef f():\n    pass\n'),
    (docstrings, '"""Module."""\nasync def f():\n    pass\n'),
    (docstrings, '"""Module."""\nclass C:\n    pass\n'),
    (docstrings, '"""Module."""\nclass C:\n    """Class."""\n    def f(self): pass\n'),
    (reasons, f"import os  {NOQA}\n"),
    (reasons, f"import os  {NOQA}: F401\n"),
    (reasons, f"import os  {NOQA}: F401, E402\n"),
    (reasons, f"import os  {NOQA}: F401  # why\n"),
    (reasons, f"x = 1  {TYPE}\n"),
    (reasons, f"x = 1  {TYPE}[arg-type]\n"),
    (reasons, f"x = 1  {TYPE}[arg-type]  {NOQA}: F401\n"),
]


@pytest.mark.parametrize(("check", "plant"), PLANTS)
def test_a_planted_violation_is_found(check: Check, plant: str) -> None:
    assert list(check(PurePosixPath("src/comity/planted.py"), plant))


INNOCENT = f'''"""Module."""
import os  {NOQA}: F401  # the plugin looks for it
x = 1  {TYPE}[arg-type]  # the stub is wrong here


class C:
    """Class."""

    def f(self):
        """Return nothing."""

    def _g(self): ...
''' + "\n" * (MODULE_LINES - 12)  # fmt: skip  # one text


@pytest.mark.parametrize("check", CHECKS)
def test_innocent_code_is_let_through(check: Check) -> None:
    assert list(check(PurePosixPath("src/comity/innocent.py"), INNOCENT)) == []


@pytest.mark.parametrize(
    ("line", "bad"),
    [
        ('    "D103",', True),
        ('    "D103", # why', True),
        ('    "D103"', True),
        ('"a/**" = ["D103"]', True),
        ('    "D103", # a name says it', False),
        ('"a/**" = ["D103"] # a name says it', True),
    ],
)
def test_an_ignored_rule_without_a_reason_is_found(line: str, *, bad: bool) -> None:
    assert [found for _, found in ignored_rules("[tool.ruff.lint]\n" + line)] == [line]
    assert without_reason(line) is bad

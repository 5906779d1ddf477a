"""The project's own source, as the checks of its structure read it.

A check is a function from (path, text) to findings, so that a planted violation is a string.
"""

import ast
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).parents[2]

Finding = str
Check = Callable[[PurePosixPath, str], Iterator[Finding]]


def python_files(*folders: str) -> dict[PurePosixPath, str]:
    """Return the text of each Python file in the folders, by its path from the root."""
    return {
        PurePosixPath(path.relative_to(ROOT).as_posix()): path.read_text(encoding="utf-8")
        for folder in folders
        for path in sorted((ROOT / folder).rglob("*.py"))
    }


def findings(check: Check, *folders: str) -> list[Finding]:
    """Return what the check finds in the folders, each finding with its path."""
    files = python_files(*folders)
    assert files, f"no Python file in {folders}: the check would pass on nothing"
    return [f"{path}: {found}" for path, text in files.items() for found in check(path, text)]


def dotted(node: ast.AST) -> str:
    """Return `a.b.c` for a chain of names, and an empty string for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        before = dotted(node.value)
        return f"{before}.{node.attr}" if before else ""
    return ""


def imported_modules(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Return each imported module with its line; in `from a import b`, `a` and `a.b` both count."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = "." * node.level + (node.module or "")
            yield node.lineno, module
            yield from ((node.lineno, f"{module}.{alias.name}") for alias in node.names)


def parents(tree: ast.AST) -> dict[ast.AST, ast.AST]:
    """Return the parent of each node."""
    return {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}

"""numpy is for analysing many decisions at once, so no node and no command needs it."""

import ast
import subprocess
import sys
from pathlib import PurePosixPath

from tests.structure.source import imported_modules, python_files

BATCH = PurePosixPath("src/comity/backends/batch.py")


def imports_of(text: str, package: str) -> bool:
    """Return whether a module imports a package."""
    return any(name.split(".")[0] == package for _, name in imported_modules(ast.parse(text)))


def test_only_the_columns_import_numpy() -> None:
    importing = {path for path, text in python_files("src").items() if imports_of(text, "numpy")}
    assert importing == {BATCH}


def test_the_columns_are_imported_by_nothing_else() -> None:
    texts = python_files("src").values()
    names = {name for text in texts for _, name in imported_modules(ast.parse(text))}
    assert not [name for name in names if name.startswith("comity.backends.batch")]


def test_exporting_an_agreement_needs_no_numpy() -> None:
    code = "import sys; sys.modules['numpy'] = None; from comity.cli.main import main; main()"
    words = ["agreement", "export", "ico-nca-2024", "--sql", "sqlite"]
    done = subprocess.run(
        [sys.executable, "-c", code, *words], capture_output=True, text=True, check=True
    )
    assert "CREATE VIEW" in done.stdout

"""No file names a package index or a place on somebody's machine.

Whoever installs Comity chooses where packages come from; a lock file pins what they are by hash.
"""

import re
import subprocess
from collections.abc import Iterator
from pathlib import PurePosixPath

import pytest

from tests.structure.source import ROOT, Finding

# In pieces, so that this file does not match itself.
INDEX = re.compile(
    r"py[p]i\.(?:org|python)|python[h]osted\.org|registry\.npm[j]s\.org"
    r"|https?://[^\s\"'<>]*/sim[p]le\b"
    r"|--(?:extra-)?ind[e]x-url[ =]\S|--find-lin[k]s[ =]\S|--trusted-ho[s]t[ =]\S"
)
MACHINE = re.compile(r"(?<![\w.~*$})-])/(?:home|root|work|Users)/\w|\b[A-Z]:\\Users\\")
BINARY = frozenset({".png", ".ico", ".woff2", ".pdf", ".zip", ".gz"})


def host_names(_path: PurePosixPath, text: str) -> Iterator[Finding]:
    """Find the address of a package index, or an absolute path of a machine."""
    for number, line in enumerate(text.splitlines(), start=1):
        for found in (INDEX.search(line), MACHINE.search(line)):
            if found:
                yield f"line {number}: `{found[0]}`"


def project_files() -> Iterator[PurePosixPath]:
    """Return the files that are in the repository or would be with the next commit."""
    git = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    done = subprocess.run(git, cwd=ROOT, capture_output=True, text=True, check=True)
    for name in filter(None, done.stdout.split("\0")):
        if (ROOT / name).is_file() and PurePosixPath(name).suffix not in BINARY:
            yield PurePosixPath(name)


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="not a git checkout: nothing is tracked")
def test_no_file_names_a_host_or_a_machine() -> None:
    files = list(project_files())
    assert PurePosixPath("pyproject.toml") in files
    found = [
        f"{path}: {finding}"
        for path in files
        for finding in host_names(path, (ROOT / path).read_text(encoding="utf-8"))
    ]
    assert found == []


@pytest.mark.parametrize(
    "plant",
    [
        "see https://py" + "pi.org/project/click",
        "url = https://files.python" + "hosted.org/packages/a",
        "--ind" + "ex-url http://index.example",
        "--extra-ind" + "ex-url=http://index.example",
        "--find-lin" + "ks /srv/wheels",
        "https://index.example/root/sim" + "ple/",
        "open('/ho" + "me/someone/comity')",
        "# file:///ro" + "ot/comity",
        "/Us" + "ers/someone/comity",
        "C:\\Us" + "ers\\someone",
    ],
)
def test_a_planted_name_is_found(plant: str) -> None:
    assert list(host_names(PurePosixPath("planted.txt"), plant))


@pytest.mark.parametrize(
    "line",
    [
        "click==8.5.1 \\",
        "--no-emit-index-url --no-emit-find-links",
        "https://www.legislation.gov.uk/ukpga/2018/12/section/131",
        "https://ico.example/for-organisations/work/home/report",
        "src/comity/core",
        "~/work/notes",
    ],
)
def test_innocent_lines_are_let_through(line: str) -> None:
    assert list(host_names(PurePosixPath("innocent.txt"), line)) == []

"""The promise, played through four processes, on reports that nobody has seen before."""

import json
import os
import random  # noqa: TID251 - seeded, so that a run can be repeated
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.slow

KEYS = {
    *("steps", "sections_disclosed", "sections_withheld", "cheats", "leaks"),
    *("ledgers_verified", "demonstration"),
}
CHEATS = [
    "a mailbox taken over",
    "a retyped note",
    "a relay through the NCSC",
    "a forged consent",
    "an edited ledger",
]
LONGEST = 300
TEXTS = {
    "contact": ["name", "organisation_name", "role", "safe_telephone"],
    "incident": ["summary", "services_affected", "actions_taken", "found_by"],
    "technical": ["indicators", "malware", "entry", "responder"],
    "personal_data": ["consequences"],
    "ransom": ["amount", "note", "group", "wallet"],
}
NEEDED: dict[str, dict[str, str]] = {
    "incident": {"discovered_at": "2026-11-20T02:10:00Z"},
    "personal_data": {"affected": '"yes"'},
    "ransom": {"demanded": "true"},
}
LETTERS = (
    "abcdefghijklmnopqrstuvwxyzABCDEF 0123456789 ,.;:-_()+*#'&%$/ "
    "\u00e4\u00f6\u00fc\u0175\u0177\u20ac"
)


@dataclass(slots=True)
class Run:
    """A scenario in a process of its own, with a temporary folder of its own to leave empty."""

    folder: Path
    process: subprocess.Popen[str]

    def ended(self) -> tuple[int, str, str]:
        """Wait for the end; return the exit code and what was said."""
        said, complained = self.process.communicate(timeout=LONGEST)
        return self.process.returncode, said, complained

    def left(self) -> list[str]:
        """Return what is left behind: files, and processes that were given this folder."""
        files = [str(path) for path in self.folder.iterdir()]
        mark = f"TMPDIR={self.folder}".encode()
        processes = []
        for each in Path("/proc").glob("[0-9]*/environ"):
            try:
                if mark in each.read_bytes().split(b"\0"):
                    processes.append(each.parent.name)
            except OSError:
                continue  # ended meanwhile, or somebody else's
        return files + processes


def begin(folder: Path, *options: str) -> Run:
    """Begin a scenario."""
    folder.mkdir()
    folder.chmod(0o755)
    process = subprocess.Popen(
        [sys.executable, "-m", "comity", "scenario", "promise", *options],
        env={**os.environ, "TMPDIR": str(folder)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    return Run(folder, process)


def a_report(seed: int) -> str:
    """Return a report with random sections and random texts that stands in no repository."""
    chance = random.Random(seed)  # noqa: S311 - a seed is the point here
    sections = chance.sample(sorted(TEXTS), chance.randrange(2, len(TEXTS) + 1))
    if "incident" not in sections:
        sections.append("incident")
    lines = [f'organisation = "organisation-{chance.randrange(10**6)}"']
    for section in sections:
        lines.append(f"[{section}]")
        lines += [f"{name} = {value}" for name, value in NEEDED.get(section, {}).items()]
        for name in TEXTS[section]:
            length = chance.randrange(12, 60)
            text = "".join(chance.choice(LETTERS) for _ in range(length))
            lines.append(f"{name} = {json.dumps(f'{text} {chance.getrandbits(64):x}')}")
    return "\n".join(lines) + "\n"


def check(run: Run) -> dict[str, Any]:
    """See that a promise was kept and nothing was left behind; return its data."""
    code, said, complained = run.ended()
    assert code == 0, f"{complained[-2000:]}\n{said[-3000:]}"
    data: dict[str, Any] = json.loads(said)
    assert data.keys() == KEYS
    assert all(step.keys() == {"name", "ok", "clause"} and step["ok"] for step in data["steps"])
    assert data["cheats"] == [{"name": name, "stopped": True} for name in CHEATS]
    assert data["leaks"] == 0
    assert data["ledgers_verified"] is True
    assert data["demonstration"] is True
    assert data["sections_disclosed"]
    assert not set(data["sections_disclosed"]) & set(data["sections_withheld"])
    assert run.left() == []
    return data


def test_the_promise_is_kept_on_the_sample_and_on_a_report_that_nobody_has_seen(
    tmp_path: Path,
) -> None:
    written = a_report(time.time_ns() % 10**6)
    file = tmp_path / "report.toml"
    file.write_text(written, encoding="utf-8")
    runs = begin(tmp_path / "a", "--json"), begin(tmp_path / "b", "--json", "--report", str(file))
    sample = check(runs[0])
    assert sample["sections_disclosed"] == ["incident", "personal_data"]
    unseen = check(runs[1])
    sections = unseen["sections_disclosed"] + unseen["sections_withheld"]
    assert sorted(sections) == sorted(each for each in TEXTS if f"[{each}]" in written), written


def test_a_report_that_is_not_there_ends_with_one_clear_error(tmp_path: Path) -> None:
    run = begin(tmp_path / "x", "--report", str(tmp_path / "none.toml"))
    code, _, complained = run.ended()
    assert code == 2
    assert complained.count("error: ") == 1


@pytest.mark.usefixtures("postgres_programs")
def test_the_promise_is_kept_on_postgresql(tmp_path: Path) -> None:
    file = tmp_path / "report.toml"
    file.write_text(a_report(7), encoding="utf-8")
    # The server runs as another user, who cannot look into the folders of tests; and the path of
    # a socket has to be short.
    with tempfile.TemporaryDirectory(prefix="comity-e2e-") as open_to_all:
        Path(open_to_all).chmod(0o755)
        folder = Path(open_to_all) / "p"
        check(begin(folder, "--json", "--database", "postgres", "--report", str(file)))


@pytest.mark.parametrize("after", [1.0, 9.0])
def test_an_interrupted_story_leaves_nothing_behind(tmp_path: Path, after: float) -> None:
    run = begin(tmp_path / "i")
    time.sleep(after)
    assert run.process.poll() is None
    run.process.send_signal(signal.SIGINT)
    code, _, complained = run.ended()
    assert code != 0
    assert "Traceback" not in complained
    assert run.left() == []


@pytest.mark.parametrize(
    "text",
    [
        "organisation = ",
        'organisation = "acme"\n',
        'organisation = "acme"\n[nonsense]\na = 1\n',
        'organisation = "acme"\n[ransom]\ndemanded = "perhaps"\n',
        'organisation = "acme"\n[ransom]\ndemanded = true\n[scenario]\nconsent_to = ["incident"]\n',
    ],
)
def test_a_broken_report_ends_with_one_clear_error(tmp_path: Path, text: str) -> None:
    file = tmp_path / "report.toml"
    file.write_text(text, encoding="utf-8")
    run = begin(tmp_path / "x", "--json", "--report", str(file))
    code, said, complained = run.ended()
    assert code == 2
    assert said == ""
    assert complained.count("error: ") == 1
    assert complained.count("help: ") == 1
    assert "report.toml" in complained
    assert "Traceback" not in complained
    assert run.left() == []

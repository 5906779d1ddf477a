"""The example that embeds the gate runs as it is printed, without Comity or any other package."""

import subprocess
import sys
from pathlib import Path

from click.testing import CliRunner

from comity.cli.main import main
from tests.docs.markdown import blocks
from tests.structure.source import ROOT

PAGE = ROOT / "docs/how-to/embed-the-gate.md"


def test_a_program_of_twelve_lines_embeds_the_gate(tmp_path: Path) -> None:
    found = list(blocks(PAGE.read_text(encoding="utf-8")))
    [program, question] = [block for block in found if block.file]
    [printed] = [block for block in found if block.kind == "text"]
    assert len([line for line in program.lines if line]) <= 12
    for block in (program, question):
        (tmp_path / block.file).write_text("\n".join(block.lines), encoding="utf-8")
    module = CliRunner().invoke(main, ["agreement", "export", "ico-nca-2024", "--python"]).stdout
    (tmp_path / "ico_nca.py").write_text(module, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-S", "-E", "-W", "error", program.file],
        input=(tmp_path / question.file).read_text(encoding="utf-8"),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines() == list(printed.lines)

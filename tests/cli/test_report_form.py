"""`comity report form`: a report on a body's own form, on the organisation's side alone."""

import json
import stat
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from comity.cli import report_form
from comity.cli.main import main
from comity.shipped import FORMS, shipped_projections
from comity.words.forms import Sheet
from comity.words.pdf import NoPangoError

SAMPLE = str(FORMS / "sample-report.toml")


def form(*words: str, given: str = "", role: str = "") -> Result:
    env = {"COMITY_ROLE": role or None}
    return CliRunner().invoke(main, ["report", "form", *words], input=given, env=env)


def test_without_words_it_lists_every_form_with_its_grade() -> None:
    result = form()
    assert result.exit_code == 0
    for name in shipped_projections():
        assert f"\n{name}: " in f"\n{result.stdout}"
    assert "layout theirs, grade A, 2026-06-30: the ICO's form" in result.stdout
    assert [each["form"] for each in json.loads(form("--json").stdout)] == shipped_projections()


@pytest.mark.parametrize("name", shipped_projections())
def test_each_form_is_filled_in_both_languages(name: str) -> None:
    english, welsh = form(name, SAMPLE), form(name, SAMPLE, "--language", "cy")
    assert (english.exit_code, welsh.exit_code) == (0, 0)
    assert "Acme Widgets" in english.stdout or name == "board"
    assert "Files on two servers were encrypted over night" in welsh.stdout
    assert "sent it to nobody" in english.stdout
    assert "anfon at neb" in welsh.stdout
    assert "Demonstration: nothing here reaches a real body" in english.stdout


def test_a_report_on_standard_input_and_the_form_as_data() -> None:
    given = 'organisation = "a"\n[ransom]\ndemanded = true\ndeadline = 2026-11-27'
    found = json.loads(form("insurer", "-", "--json", given=given).stdout)
    answers = [
        each for part in found["parts"] for line in part["lines"] for each in line["answers"]
    ]
    by_name = {each["question"]: (each["value"], each["text"]) for each in answers}
    assert by_name["ransom.demanded"] == (True, "Yes")
    assert by_name["ransom.deadline"] == ("2026-11-27", "27 November 2026")
    assert by_name["incident.summary"] == (None, None)
    assert "incident.summary" in found["unanswered"]
    assert found["demonstration"] is True


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("ico-nsi", SAMPLE), "no form of this name is shipped; did you mean ico-nis?"),
        (("../board", SAMPLE), "no form of this name is shipped"),
        (("ncsc", "nowhere.toml"), "nowhere.toml: no such file or directory"),
        (("nowhere.toml", SAMPLE), "nowhere.toml: no such file or directory"),
        (("ncsc",), "name the report file as well"),
        (("ncsc", SAMPLE, "--language", "fr"), "'fr' is not one of 'en', 'cy'"),
        (("ncsc", SAMPLE, "--pdf", "nowhere/x.pdf"), "nowhere/x.pdf: no such file or directory"),
        ((SAMPLE, SAMPLE), "unknown key organisation"),
    ],
)
@pytest.mark.usefixtures("pango")
def test_what_cannot_be_done_is_said(words: tuple[str, ...], says: str) -> None:
    result = form(*words)
    assert result.exit_code == 2
    assert says in result.stderr


def test_a_bodys_node_fills_in_no_form_and_no_list_either() -> None:
    for words in ((), ("ncsc", SAMPLE)):
        result = form(*words, role="body")
        assert result.exit_code == 2
        assert "a body's node fills in no form for an organisation" in result.stderr
        assert result.stdout == ""
    assert form("ncsc", SAMPLE, role="front-door").exit_code == 0


@pytest.mark.usefixtures("pango")
def test_a_pdf_file_is_its_owners_and_overwrites_nothing_unless_asked(tmp_path: Path) -> None:
    out = tmp_path / "x.pdf"
    first = form("board", SAMPLE, "--pdf", str(out))
    assert first.stdout.startswith(f"{out}: Briefing on a cyber incident, ")
    assert out.read_bytes().startswith(b"%PDF-1.7")
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    out.write_bytes(b"mine")
    refused = form("board", SAMPLE, "--pdf", str(out))
    assert refused.exit_code == 2
    assert "stands there already" in refused.stderr
    assert "--replace" in refused.stderr
    assert out.read_bytes() == b"mine"
    assert form("board", SAMPLE, "--pdf", str(out), "--replace").exit_code == 0
    assert out.read_bytes().startswith(b"%PDF-1.7")
    assert [each.name for each in tmp_path.iterdir()] == ["x.pdf"]


def test_without_pango_the_text_is_still_there_and_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(_: Sheet) -> bytes:
        raise NoPangoError("this machine has no Pango, which lays out PDF files")

    monkeypatch.setattr(report_form, "form_pdf", missing)
    result = form("board", SAMPLE, "--pdf", str(tmp_path / "x.pdf"))
    assert result.exit_code == 2
    assert "error: this machine has no Pango" in result.stderr
    assert "help: install Pango (Debian, Ubuntu: apt-get install libpango" in result.stderr
    assert list(tmp_path.iterdir()) == []
    assert form("board", SAMPLE).exit_code == 0


def test_a_layout_of_ones_own_is_used_by_its_path(tmp_path: Path) -> None:
    text = (FORMS / "projections" / "insurer.toml").read_text(encoding="utf-8")
    own = tmp_path / "ours.toml"
    own.write_text(text.replace("Notice of a cyber incident", "Our own notice"), encoding="utf-8")
    assert form(str(own), SAMPLE).stdout.startswith("OUR OWN NOTICE TO THE INSURER")
    own.write_text(text.replace("people.insurer", "people.insured"), encoding="utf-8")
    result = form(str(own), SAMPLE)
    assert result.exit_code == 2
    assert "parts[1].lines[0].from: unknown question people.insured; did you mean" in result.stderr

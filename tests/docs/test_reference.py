"""The reference lists what the code has: every fact, key, question and kind of error."""

import re
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from typing import Any

import pytest

from comity.core.exchange import Problem
from comity.core.intake import read_form
from comity.core.intake.form import AnswerKind
from comity.core.intake.projection import read_projection
from comity.core.language import read_vocabulary
from comity.core.language.vocabulary import RESERVED
from comity.core.terms import Code, InputError
from tests.core.intake.test_form import shipped
from tests.docs.generated import PAGES, renewed
from tests.docs.samples import COMMANDS, INPUTS, said
from tests.structure.source import ROOT, python_files

REFERENCE = ROOT / "docs/reference"
BARE: dict[str, Any] = {"form": "1", "grade": "A"}
ENTRY = re.compile(r"^### (\S+)\n\n(.+?)\n\n```text\n(.*?)^```$", re.MULTILINE | re.DOTALL)
ALARM = re.compile(r'(?:alarm\(records, node, |Alarm\(id=key, kind=)"(.+?)"')


def page(name: str) -> str:
    return (REFERENCE / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_generated_tables_are_up_to_date(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text == renewed(path), "run `python -m tests.docs.generated`"
    assert "<!-- generated: " in text


ERRORS = {code: (words, example) for code, words, example in ENTRY.findall(page("errors.md"))}


def test_every_kind_of_error_is_explained_and_no_other() -> None:
    assert list(ERRORS) == [str(code) for code in Code]
    assert len(re.findall("^### ", page("errors.md"), re.MULTILINE)) == len(Code)


@pytest.mark.parametrize("code", Code)
def test_the_example_of_an_error_is_what_is_said(code: Code) -> None:
    words, example = ERRORS[code]
    assert len(words) > 20
    assert example == said(code)
    assert f"[{code}]\nhelp: " in example


def test_every_kind_of_error_is_raised_somewhere() -> None:
    source = "".join(text for path, text in python_files("src").items() if path.name != "errors.py")
    assert [code for code in Code if f"Code.{code.name}" not in source] == []
    assert INPUTS.keys() | COMMANDS.keys() == set(Code)


def keys_read(read: Callable[[dict[str, Any]], object], document: dict[str, Any]) -> list[str]:
    """Return the keys that a reader names when it meets one that it does not know."""
    with pytest.raises(InputError) as caught:
        read(document)
    assert caught.value.code is Code.UNKNOWN_KEY
    return caught.value.advice.removeprefix("the keys here are ").split(", ")


@pytest.mark.parametrize(
    ("table", "document"),
    [
        ("key of a fact", {"facts": {"a": {"unknown": 1}}}),
        ("key of a list", {"values": {"a": {"unknown": 1}}}),
    ],
)
def test_every_key_of_a_vocabulary_is_documented(table: str, document: dict[str, Any]) -> None:
    _, _, after = page("vocabulary.md").partition(f"| {table} | meaning |\n|---|---|\n")
    rows, _, _ = after.partition("\n\n")
    documented = re.findall(r"^\| `(\w+)`", rows, re.MULTILINE)
    read = keys_read(lambda found: read_vocabulary(found, "v"), {"name": "x", **document})
    assert sorted(documented) == sorted(read)


def test_every_reserved_word_is_documented() -> None:
    (sentence,) = re.findall(
        r"The words of the language.*?are taken", page("vocabulary.md"), re.DOTALL
    )
    assert set(re.findall(r"`(\w+)`", sentence)) == RESERVED


def test_every_type_of_answer_is_documented() -> None:
    _, _, after = page("report-file.md").partition("| type | what may be answered |\n|---|---|\n")
    rows, _, _ = after.partition("\n\n")
    assert re.findall(r"^\| `([\w ]+)`", rows, re.MULTILINE) == list(AnswerKind)


def test_every_key_of_a_report_is_documented() -> None:
    from_form = keys_read(lambda found: read_form(found, "f"), {"unknown": 1})
    assert from_form == ["version", "translation_reviewed_by", "sections", "values"]
    for key in ("organisation", "form", "choices", "in_confidence", "tlp", "scenario"):
        assert f"| `{key}` |" in page("report-file.md")


def test_every_key_of_a_layout_is_documented() -> None:
    read_layout = lambda found: read_projection(found, "l", shipped())  # noqa: E731 - one call, tried thrice
    line = {"label": "x", "unknown": 1}
    top = keys_read(read_layout, {"unknown": 1})
    part = keys_read(read_layout, {**BARE, "parts": [{"unknown": 1}]})
    inner = keys_read(read_layout, {**BARE, "parts": [{"heading": "x", "lines": [line]}]})
    documented = re.findall(r"^\| `(\w+)`", page("forms.md"), re.MULTILINE)
    assert sorted(documented) == sorted(
        each for each in (*top, *part, *inner) if not each.endswith("_cy")
    )


def test_every_kind_of_alarm_is_listed_and_no_other() -> None:
    source = python_files("src")
    raised = {kind for text in source.values() for kind in ALARM.findall(text)}
    judge = source[PurePosixPath("src/comity/core/exchange/judge.py")]
    raised |= {Problem[each] for each in re.findall(r"RefusedError\(Problem\.(\w+)\)", judge)}
    text = (ROOT / "docs/how-to/run-nodes.md").read_text(encoding="utf-8")
    listed = text.partition("An alarm is an entry")[2].partition("`.")[0] + "`"
    assert len(raised) > 15
    assert set(re.findall(r"`([a-z-]+)`", listed)) == raised

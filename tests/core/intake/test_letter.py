"""A letter says something that can be shown, with a few files that fit into one envelope."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.core.intake import (
    MOST_FILE,
    MOST_LETTER_FILES,
    CaseStatus,
    Letter,
    NamedFile,
    named_file,
    read_letter,
    written,
)
from comity.core.intake.form import MOST_LONG_TEXT
from comity.core.terms import Code, Digest, InputError, digest_of, encode

ABOUT = frozenset({digest_of("told")})


def file(number: int, size: int = 1) -> NamedFile:
    return NamedFile(name=f"{number}.txt", bytes=size, sha256=Digest(f"{number:064x}"))


@pytest.mark.parametrize(
    "letter",
    [
        Letter(text="More soon.\n\nJo", about=ABOUT),
        Letter(text="", about=ABOUT, files=(named_file("a", b"a"),)),
        Letter(text="", about=frozenset(), status=CaseStatus.CLOSED),
        Letter(text="x" * MOST_LONG_TEXT, about=ABOUT),
        Letter(text="x", about=ABOUT, files=tuple(map(file, range(MOST_LETTER_FILES)))),
        Letter(text="x", about=ABOUT, files=(file(1, MOST_FILE - 1), file(2, 1))),
    ],
)
def test_what_a_letter_says_is_read_as_it_was_written(letter: Letter) -> None:
    assert read_letter(encode(letter)) == letter


@pytest.mark.parametrize(
    ("text", "files", "code"),
    [
        ("", (), Code.WRONG_TYPE),
        (" ", (), Code.BAD_TEXT),
        ("x ", (), Code.BAD_TEXT),
        ("a\x07b", (), Code.BAD_TEXT),
        ("a\rb", (), Code.BAD_TEXT),
        ("x" * (MOST_LONG_TEXT + 1), (), Code.TOO_LARGE),
        ("x", tuple(map(file, range(MOST_LETTER_FILES + 1))), Code.TOO_MANY),
        ("x", (file(1), file(1)), Code.TOO_MANY),
        ("x", (file(1, MOST_FILE), file(2, 1)), Code.TOO_LARGE),
    ],
)
def test_a_letter_that_says_nothing_too_much_or_what_cannot_be_shown_is_none(
    text: str, files: tuple[NamedFile, ...], code: Code
) -> None:
    with pytest.raises(InputError) as error:
        Letter(text=text, about=ABOUT, files=files)
    assert error.value.code is code


@given(st.text(max_size=80))
def test_what_somebody_wrote_stands_with_one_kind_of_line_break_and_no_margins(text: str) -> None:
    found = written(text)
    assert found == found.strip()
    assert "\r\n" not in found
    assert written(found) == found


@pytest.mark.parametrize("data", [b"", b"{}", b"comity file\nx", b'{"about":[],"text":"x"} '])
def test_what_is_no_letter_is_refused(data: bytes) -> None:
    with pytest.raises(InputError):
        read_letter(data)

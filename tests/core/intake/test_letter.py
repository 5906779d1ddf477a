"""A letter says something that can be shown, with a few files that fit into one envelope."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.core.intake import (
    ATTACHMENTS,
    MESSAGE,
    MOST_FILE,
    MOST_LETTER_FILES,
    CaseStatus,
    Concerning,
    Enclosed,
    Letter,
    NamedFile,
    Words,
    named_file,
    read_letter,
    read_part,
    written,
)
from comity.core.intake.form import MOST_LONG_TEXT
from comity.core.terms import Code, Digest, InputError, digest_of, encode

ABOUT = Concerning(about=frozenset({digest_of("told")}))


def file(number: int, size: int = 1) -> NamedFile:
    return NamedFile(name=f"{number}.txt", bytes=size, sha256=Digest(f"{number:064x}"))


def letter(text: str, *files: NamedFile, about: Concerning = ABOUT) -> Letter:
    return Letter(words=Words(text=text), enclosed=Enclosed(files=files), concerning=about)


LETTERS = [
    letter("More soon.\n\nJo"),
    letter("", named_file("a", b"a")),
    Letter(words=Words(text="", status=CaseStatus.CLOSED)),
    letter("x" * MOST_LONG_TEXT),
    letter("x", *map(file, range(MOST_LETTER_FILES))),
    letter("x", file(1, MOST_FILE - 1), file(2, 1), about=Concerning(about=frozenset())),
]


@pytest.mark.parametrize("written_so", LETTERS)
def test_what_a_letter_says_is_read_as_it_was_written_in_whichever_order_it_comes(
    written_so: Letter,
) -> None:
    contents = [content for _, content in written_so.contents()]
    found = read_letter(contents)
    assert found == read_letter(reversed(contents)) == written_so
    assert (found.text, found.status) == (written_so.words.text, written_so.words.status)
    assert found.files == written_so.enclosed.files


@pytest.mark.parametrize("written_so", LETTERS)
def test_the_words_of_a_letter_name_no_file_and_nothing_that_was_told(written_so: Letter) -> None:
    (section, words), *others = written_so.contents()
    assert section == MESSAGE
    assert read_part(words) == written_so.words
    beside = [each.sha256 for each in written_so.files] + sorted(written_so.concerning.about)
    assert not [each for each in beside if each.encode() in words]
    named = [content for section, content in others if section == ATTACHMENTS]
    assert not [
        each for each in written_so.concerning.about for one in named if each.encode() in one
    ]


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
        letter(text, *files)
    assert error.value.code is code


@given(st.text(max_size=80))
def test_what_somebody_wrote_stands_with_one_kind_of_line_break_and_no_margins(text: str) -> None:
    found = written(text)
    assert found == found.strip()
    assert "\r\n" not in found
    assert written(found) == found


WORDS, ENCLOSED = encode(Words(text="x")), encode(Enclosed(files=(file(1),)))


@pytest.mark.parametrize(
    "contents",
    [
        [], [b""], [b"{}"], [b"comity file\nx"], [WORDS + b" "], [ENCLOSED], [encode(ABOUT)],
        [WORDS, WORDS], [WORDS, ENCLOSED, ENCLOSED], [WORDS, b'{"answers":{}}'],
        [encode(Words(text=""))],
    ],
)  # fmt: skip
def test_what_is_no_letter_or_more_than_one_is_refused(contents: list[bytes]) -> None:
    with pytest.raises(InputError):
        read_letter(contents)

"""A file is named without a path, measured and digested; its content passes for nothing else."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.core.intake import (
    FILES,
    MOST_FILE,
    NamedFile,
    digest_of_bytes,
    file_content,
    file_in,
    files_in,
    named_file,
)
from comity.core.intake.files import FILE_MARK, MOST_NAME
from comity.core.terms import Code, InputError, canonical

NOTE = named_file("note.txt", b"Pay.")


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("note.txt", "note.txt"),
        ("C:\\Users\\jo\\note.txt", "note.txt"),
        ("../../etc/passwd", "passwd"),
        ("  a note .txt ", "a note .txt"),
        ("nodyn dŵr.txt", "nodyn dŵr.txt"),
    ],
)
def test_of_a_name_only_the_last_part_is_kept(written: str, name: str) -> None:
    assert named_file(written, b"x").name == name


@given(st.text(max_size=40), st.binary(min_size=1, max_size=40))
def test_whatever_a_file_is_called_its_name_holds_no_path_and_no_line_break(
    written: str, data: bytes
) -> None:
    try:
        named = named_file(written, data)
    except InputError:
        return
    assert not set(named.name) & set("/\\\n\t\r\0")
    assert (named.bytes, named.sha256) == (len(data), sha256(data).hexdigest())


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("empty", b"", Code.WRONG_TYPE),
        ("large", bytes(MOST_FILE + 1), Code.TOO_LARGE),
        ("", b"x", Code.BAD_TEXT),
        ("a/", b"x", Code.BAD_TEXT),
        ("a\nb", b"x", Code.BAD_TEXT),
        ("gpj.\u202eexe", b"x", Code.BAD_TEXT),
        ("n" * (MOST_NAME + 1), b"x", Code.BAD_TEXT),
    ],
)
def test_a_file_that_cannot_be_taken_is_refused(name: str, data: bytes, code: Code) -> None:
    with pytest.raises(InputError) as error:
        named_file(name, data)
    assert error.value.code is code


def test_the_largest_file_and_the_longest_name_are_taken() -> None:
    assert named_file("n" * MOST_NAME, bytes(MOST_FILE)).bytes == MOST_FILE


def test_what_came_may_name_no_file_that_cannot_be() -> None:
    for name, size in (("a/b", 1), ("a\\b", 1), ("", 1), ("a\tb", 1), ("a", -1)):
        with pytest.raises(InputError):
            NamedFile(name=name, bytes=size, sha256=digest_of_bytes(b""))
    assert NamedFile(name="a", bytes=0, sha256=digest_of_bytes(b"")).bytes == 0


@given(st.binary(max_size=60))
def test_a_file_is_sealed_as_it_is_and_no_canonical_content_passes_for_one(data: bytes) -> None:
    assert file_in(file_content(data)) == data
    assert file_in(canonical({"text": data.hex()})) is None
    assert file_in(FILE_MARK[:-1]) is None


def test_the_answers_of_a_section_name_its_files() -> None:
    assert files_in({FILES: [NOTE.said()]}) == (NOTE,)
    assert files_in({}) == ()
    assert files_in({FILES: "none"}) == ()

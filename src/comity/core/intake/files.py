"""Files: what an organisation or a body sends beside its words. No file is ever opened.

A file is named, measured and digested, and travels as an item of its own: a mark, then its bytes
as they are. Every other content is canonical JSON, which no mark begins, so neither can pass for
the other.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

from comity.core.intake.form import MOST_TEXT
from comity.core.intake.wording import BREAKS, can_be_shown
from comity.core.terms import Code, Digest, InputError, Place, Section

MOST_FILE = 2 << 20
"""How many bytes one file may have: what fits, sealed, into one envelope."""

MOST_NAME = MOST_TEXT
NOT_IN_NAMES = BREAKS | frozenset("/\\")
FILE_MARK = b"comity file\n"
ATTACHMENTS, FILES = Section("attachments"), "files"
"""The section that files stand in, and its question that names them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedFile:
    """What is said of a file: its name alone, how many bytes it has, and their digest."""

    name: str
    bytes: int
    sha256: Digest

    def __post_init__(self) -> None:
        """Check what it says.

        Raises:
            InputError: the name is a path, too long, or cannot be shown; or there is no such size.
        """
        name = self.name
        if not name or len(name) > MOST_NAME or not all(map(_stands_in_names, name)):
            message = "its name is too long, or a path, or cannot be shown"
            raise _refused(Code.BAD_TEXT, name, message, "give it a short name")
        if self.bytes < 0:
            raise _refused(Code.BAD_NUMBER, name, "it has less than 0 bytes", "say how many")

    def said(self) -> dict[str, object]:
        """Return it as an answer to a question for files."""
        return {"name": self.name, "bytes": self.bytes, "sha256": str(self.sha256)}


def named_file(written: str, data: bytes) -> NamedFile:
    """Return what is said of a file. Of its name only the last part is kept, and no path.

    Raises:
        InputError: it is empty or too large, or its name cannot be shown.
    """
    name = written.replace("\\", "/").rpartition("/")[2].strip()
    if not data:
        raise _refused(Code.WRONG_TYPE, name, "it is empty", "see that it was saved")
    if len(data) > MOST_FILE:
        most = f"it has {len(data)} bytes; at most {MOST_FILE} are taken"
        raise _refused(Code.TOO_LARGE, name, most, "send the part that matters, or pack it")
    return NamedFile(name=name, bytes=len(data), sha256=digest_of_bytes(data))


def _stands_in_names(letter: str) -> bool:
    return letter not in NOT_IN_NAMES and can_be_shown(letter)


def _refused(code: Code, name: str, message: str, advice: str) -> InputError:
    return InputError(code, message, at=Place(name=name[:60] or "a file"), advice=advice)


def digest_of_bytes(data: bytes) -> Digest:
    """Return the SHA-256 digest of a file's bytes, as any other program takes it."""
    return Digest(sha256(data).hexdigest())


def file_content(data: bytes) -> bytes:
    """Return a file as it is sealed: the mark, then its bytes."""
    return FILE_MARK + data


def file_in(content: bytes) -> bytes | None:
    """Return the bytes of the file that a content is; None if it is none."""
    return content[len(FILE_MARK) :] if content.startswith(FILE_MARK) else None


def files_in(answers: Mapping[str, object]) -> tuple[NamedFile, ...]:
    """Return the files that the answers of a section name.

    Raises:
        InputError: what stands there names none.
    """
    found = answers.get(FILES, [])
    rows = found if isinstance(found, list) else []
    return tuple(
        NamedFile(name=each["name"], bytes=each["bytes"], sha256=Digest(each["sha256"]))
        for each in rows
    )

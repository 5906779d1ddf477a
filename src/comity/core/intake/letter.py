"""Letters: what an organisation and a body write to each other in words of their own.

A letter travels in parts, so that each can be passed on or kept back by itself: its words, the
names of its files, each file, and, from a body alone, what the letter is about. The words name no
file and nothing that was told: whoever gets them from somebody else learns of nothing beside them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from comity.core.intake.files import ATTACHMENTS, MOST_FILE, NamedFile
from comity.core.intake.form import MOST_LONG_TEXT
from comity.core.intake.wording import can_be_shown
from comity.core.terms import Code, Digest, InputError, Limits, Place, Section, decode, encode

MESSAGE = Section("message")
MOST_LETTER_FILES = 5
LETTER_LIMITS = Limits(size=1 << 20)

P = TypeVar("P")


class CaseStatus(StrEnum):
    """What a body says of how far it has come with what it was told."""

    LOOKING = "looking"
    WAITING = "waiting"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The words of a letter. Only a body says a `status`."""

    text: str
    status: CaseStatus | None = None

    def __post_init__(self) -> None:
        """Check what they say.

        Raises:
            InputError: it is too much, or what cannot be shown.
        """
        if len(self.text) > MOST_LONG_TEXT:
            most = f"it has {len(self.text)} characters; at most {MOST_LONG_TEXT} are taken"
            raise _refused(Code.TOO_LARGE, most, "shorten it, or send a file with it")
        if self.text != self.text.strip() or not all(map(can_be_shown, self.text)):
            raise _refused(
                Code.BAD_TEXT, "it holds what cannot be shown", "remove control characters"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Enclosed:
    """The names of the files that come with a letter."""

    files: tuple[NamedFile, ...]

    def __post_init__(self) -> None:
        """Check them.

        Raises:
            InputError: they are too many, too large together, or one stands there twice.
        """
        names = {each.sha256 for each in self.files}
        if len(self.files) > MOST_LETTER_FILES or len(names) < len(self.files):
            most = f"at most {MOST_LETTER_FILES} files go with one letter, each once"
            raise _refused(Code.TOO_MANY, most, "send another letter with the others")
        if sum(each.bytes for each in self.files) > MOST_FILE:
            most = f"its files have more than {MOST_FILE} bytes together"
            raise _refused(Code.TOO_LARGE, most, "send another letter with the others")


@dataclass(frozen=True, slots=True, kw_only=True)
class Concerning:
    """What a letter of a body is about: digests of what the organisation told that body."""

    about: frozenset[Digest]


NO_FILES, NOTHING = Enclosed(files=()), Concerning(about=frozenset())


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One letter, whole."""

    words: Words
    enclosed: Enclosed = NO_FILES
    concerning: Concerning = NOTHING

    def __post_init__(self) -> None:
        """Check that it says something.

        Raises:
            InputError: it does not.
        """
        if not (self.words.text or self.words.status or self.enclosed.files):
            raise _refused(Code.WRONG_TYPE, "it says nothing", "write something")

    @property
    def text(self) -> str:
        """What it says."""
        return self.words.text

    @property
    def status(self) -> CaseStatus | None:
        """How far the body is that wrote it, if it says so."""
        return self.words.status

    @property
    def files(self) -> tuple[NamedFile, ...]:
        """The files that come with it."""
        return self.enclosed.files

    def contents(self) -> list[tuple[Section, bytes]]:
        """Return the parts in which it travels, its files aside."""
        found = [(MESSAGE, encode(self.words))]
        if self.enclosed.files:
            found.append((ATTACHMENTS, encode(self.enclosed)))
        if self.concerning.about:
            found.append((MESSAGE, encode(self.concerning)))
        return found


def read_part(content: bytes) -> Words | Enclosed | Concerning:
    """Return the part of a letter that a content is.

    Raises:
        InputError: it is none.
    """
    found = _as(Words, content) or _as(Enclosed, content)
    return found or decode(Concerning, content, "a letter", LETTER_LIMITS)


def _as(kind: type[P], content: bytes) -> P | None:
    try:
        return decode(kind, content, "a letter", LETTER_LIMITS)
    except InputError:
        return None


def read_letter(contents: Iterable[bytes]) -> Letter:
    """Return the letter that came in these parts, its files aside.

    Raises:
        InputError: they are not those of one letter.
    """
    found = [read_part(each) for each in contents]
    parts = {type(each): each for each in found}
    words = parts.get(Words)
    if len(parts) < len(found) or not isinstance(words, Words):
        raise _refused(Code.WRONG_TYPE, "it is not one letter", "see how it was sent")
    enclosed, concerning = parts.get(Enclosed), parts.get(Concerning)
    return Letter(
        words=words,
        enclosed=enclosed if isinstance(enclosed, Enclosed) else NO_FILES,
        concerning=concerning if isinstance(concerning, Concerning) else NOTHING,
    )


def written(text: str) -> str:
    """Return what somebody wrote as it stands in a letter: one kind of line break, no margins."""
    return text.replace("\r\n", "\n").strip()


def _refused(code: Code, message: str, advice: str) -> InputError:
    return InputError(code, message, at=Place(name="the message"), advice=advice)

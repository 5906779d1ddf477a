"""Letters: what an organisation and a body write to each other in words of their own.

A letter says what it is about by digests of what the organisation told that body; nothing else of
the organisation or of other bodies stands in it. Its files travel beside it.
"""

from dataclasses import dataclass
from enum import StrEnum

from comity.core.intake.files import MOST_FILE, NamedFile
from comity.core.intake.form import MOST_LONG_TEXT
from comity.core.intake.wording import can_be_shown
from comity.core.terms import Code, Digest, InputError, Limits, Place, Section, decode

MESSAGE = Section("message")
MOST_LETTER_FILES = 5
LETTER_LIMITS = Limits(size=1 << 20)


class CaseStatus(StrEnum):
    """What a body says of how far it has come with what it was told."""

    LOOKING = "looking"
    WAITING = "waiting"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One letter. Only a body says a `status`, and one that does needs no words."""

    text: str
    about: frozenset[Digest]
    files: tuple[NamedFile, ...] = ()
    status: CaseStatus | None = None

    def __post_init__(self) -> None:
        """Check what it says.

        Raises:
            InputError: it says nothing, too much, or what cannot be shown.
        """
        if not (self.text or self.files or self.status):
            raise _refused(Code.WRONG_TYPE, "it says nothing", "write something")
        if len(self.text) > MOST_LONG_TEXT:
            most = f"it has {len(self.text)} characters; at most {MOST_LONG_TEXT} are taken"
            raise _refused(Code.TOO_LARGE, most, "shorten it, or send a file with it")
        if self.text != self.text.strip() or not all(map(can_be_shown, self.text)):
            raise _refused(
                Code.BAD_TEXT, "it holds what cannot be shown", "remove control characters"
            )
        names = {each.sha256 for each in self.files}
        if len(self.files) > MOST_LETTER_FILES or len(names) < len(self.files):
            most = f"at most {MOST_LETTER_FILES} files go with one letter, each once"
            raise _refused(Code.TOO_MANY, most, "send another letter with the others")
        if sum(each.bytes for each in self.files) > MOST_FILE:
            most = f"its files have more than {MOST_FILE} bytes together"
            raise _refused(Code.TOO_LARGE, most, "send another letter with the others")


def _refused(code: Code, message: str, advice: str) -> InputError:
    return InputError(code, message, at=Place(name="the message"), advice=advice)


def read_letter(content: bytes) -> Letter:
    """Return the letter that a content is.

    Raises:
        InputError: it is none.
    """
    return decode(Letter, content, "a letter", LETTER_LIMITS)


def written(text: str) -> str:
    """Return what somebody wrote as it stands in a letter: one kind of line break, no margins."""
    return text.replace("\r\n", "\n").strip()

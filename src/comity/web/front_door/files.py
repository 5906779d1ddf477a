"""Files on pages: what was sent along with a form, what is wrong with it, and how it is shown."""

from collections.abc import Iterable

from django.http import HttpRequest

from comity.core.intake import FILES, MOST_FILE, NamedFile, files_in
from comity.core.terms import Code, Digest, InputError
from comity.faces import MOST_UPLOAD_BYTES
from comity.node.attach_file import TakenFile
from comity.web.front_door.words import said
from comity.words.catalogue import Language

FILE = "file"
"""The field in which a file is sent."""


def sent_files(request: HttpRequest) -> list[TakenFile]:
    """Return the files that came with a form, each read no further than one may be large."""
    return [
        TakenFile(each.name or "", each.read(MOST_FILE + 1)) for each in request.FILES.getlist(FILE)
    ]


def wrong_with(error: InputError) -> str:
    """Return the sentence that says why a file is refused."""
    return "error.file_large" if error.code is Code.TOO_LARGE else "error.file"


def is_too_large(request: HttpRequest) -> bool:
    """Return whether a form is larger than is taken: then nothing of it has been read."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    return not length.isdecimal() or int(length) > MOST_UPLOAD_BYTES


def listed(files: Iterable[object], language: Language) -> str:
    """Return what an answer says of files, a line each."""
    return "\n".join(file_told(each, language) for each in files_in({FILES: files}))


def file_told(file: NamedFile, language: Language) -> str:
    """Return what is said of a file, in one line."""
    return said("files.size", language, name=file.name, bytes=f"{file.bytes:,}")


def files_told(files: Iterable[NamedFile], language: Language) -> list[dict[str, str]]:
    """Return what a page shows of files, and by which digest it asks for one."""
    return [
        {"name": each.name, "told": file_told(each, language), "sha256": str(each.sha256)}
        for each in files
    ]


def digest_in(written: str) -> Digest | None:
    """Return the digest by which a page asks for a file; None if it is none."""
    try:
        return Digest(written)
    except InputError:
        return None

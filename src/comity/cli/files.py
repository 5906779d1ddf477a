"""Files: bytes from disk or standard input, and agreements by name or path."""

import sys
from pathlib import Path

from comity.core.agreement import Agreement, read_agreement
from comity.core.language import read_vocabulary
from comity.core.terms import Code, InputError, Place, read_document, suggestion
from comity.shipped import SHIPPED, shipped_agreements, standard_vocabulary

MOST_BYTES = 8 << 20
"""No file larger than this is even read; each reader has its own, smaller limit."""


def read_bytes(name: str) -> bytes:
    """Return a file's bytes, or standard input's if the name is `-`.

    Raises:
        InputError: there is no such file, or it cannot be read.
    """
    try:
        if name == "-":
            return sys.stdin.buffer.read(MOST_BYTES)
        with Path(name).open("rb") as file:
            return file.read(MOST_BYTES)
    except OSError as error:
        raise InputError(
            Code.NOT_FOUND,
            (error.strerror or "cannot be read").lower(),
            at=Place(name=name),
            advice="check the file's name and your right to read it",
        ) from None


def load_agreement(name: str, vocabulary_file: str | None = None) -> Agreement:
    """Return a shipped agreement by its name, or the one in a file.

    Words of its own come from a vocabulary file, which adds to the standard vocabulary.

    Raises:
        InputError: there is no such agreement, or it does not load.
    """
    vocabulary = standard_vocabulary()
    if vocabulary_file:
        document = read_document(read_bytes(vocabulary_file), vocabulary_file)
        vocabulary = read_vocabulary(document, vocabulary_file, vocabulary)
    if name in shipped_agreements():
        return read_agreement((SHIPPED / f"{name}.md").read_bytes(), f"{name}.md", vocabulary)
    if not name.endswith(".md") and not Path(name).exists():
        near = suggestion(name, shipped_agreements())
        raise InputError(
            Code.NOT_FOUND,
            f"no agreement of this name is shipped{near}",
            at=Place(name=name),
            advice=f"use {', '.join(shipped_agreements())} or the path of a Markdown file",
        )
    return read_agreement(read_bytes(name), name, vocabulary)

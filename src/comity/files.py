"""Files: bytes from disk or standard input, and agreements and layouts by name or path."""

import sys
from collections.abc import Iterable
from pathlib import Path

from comity.core.agreement import Agreement, read_agreement
from comity.core.intake.projection import Projection, read_projection
from comity.core.language import read_vocabulary
from comity.core.terms import Code, Digest, InputError, Place, read_document, suggestion
from comity.shipped import (
    report_form,
    shipped_agreement,
    shipped_agreements,
    shipped_projection,
    shipped_projections,
    shipped_text,
    shipped_vocabulary,
    shipped_words,
    standard_vocabulary,
    standard_words,
)

MOST_BYTES = 8 << 20
"""No file larger than this is even read; each reader has its own, smaller limit."""


def read_bytes(name: str, most: int = MOST_BYTES) -> bytes:
    """Return a file's first bytes, at most so many; standard input's if the name is `-`.

    Raises:
        InputError: there is no such file, or it cannot be read.
    """
    try:
        if name == "-":
            return sys.stdin.buffer.read(most)
        with Path(name).open("rb") as file:
            return file.read(most)
    except OSError as error:
        raise InputError(
            Code.NOT_FOUND,
            (error.strerror or "cannot be read").lower(),
            at=Place(name=name),
            advice="check the file's name and your right to read it",
        ) from None


def beside(name: str, what: str) -> Path:
    """Return where the vocabulary, or the cases, of an agreement in a file stand: beside it."""
    return Path(f"{name.removesuffix('.md')}.{what}.toml")


def record_beside(name: str) -> Path:
    """Return where the record of an agreement in a file stands: the folder beside it."""
    return Path(f"{name.removesuffix('.md')}.record")


def load_agreement(name: str, vocabulary_file: str | None = None) -> Agreement:
    """Return a shipped agreement by its name, or the one in a file.

    Words of its own come from a vocabulary file, which adds to the standard vocabulary: the one
    that is named, or `NAME.vocabulary.toml` beside `NAME.md`.

    Raises:
        InputError: there is no such agreement, or it does not load.
    """
    is_shipped = name in shipped_agreements()
    if is_shipped and not vocabulary_file:
        return shipped_agreement(name)
    vocabulary = shipped_vocabulary(name) if is_shipped else standard_vocabulary()
    own_words = beside(name, "vocabulary")
    if vocabulary_file is None and own_words.exists():
        vocabulary_file = str(own_words)
    if vocabulary_file:
        document = read_document(read_bytes(vocabulary_file), vocabulary_file)
        vocabulary = read_vocabulary(document, vocabulary_file, vocabulary)
    if is_shipped:
        return read_agreement(shipped_text(name), f"{name}.md", vocabulary)
    if not name.endswith(".md") and not Path(name).exists():
        near = suggestion(name, shipped_agreements())
        raise InputError(
            Code.NOT_FOUND,
            f"no agreement of this name is shipped{near}",
            at=Place(name=name),
            advice=f"use {', '.join(shipped_agreements())} or the path of a Markdown file",
        )
    return read_agreement(read_bytes(name), name, vocabulary)


def load_projection(name: str) -> Projection:
    """Return a shipped layout by its name, or the one in a file.

    Raises:
        InputError: there is no such layout, or it does not load.
    """
    if name in shipped_projections():
        return shipped_projection(name)
    if not name.endswith(".toml"):
        known = shipped_projections()
        raise InputError(
            Code.NOT_FOUND,
            f"no form of this name is shipped{suggestion(name, known)}",
            at=Place(name=name),
            advice=f"use {', '.join(known)} or the path of a TOML file",
        )
    return read_projection(read_document(read_bytes(name), name), name, report_form())


def texts_of(names: Iterable[str]) -> dict[Digest, tuple[bytes, tuple[bytes, ...]]]:
    """Return, by digest, the text of each agreement and those of its vocabulary.

    Raises:
        InputError: there is no such agreement, or it does not load.
    """
    return {load_agreement(name).digest: _text_of(name) for name in names}


def _text_of(name: str) -> tuple[bytes, tuple[bytes, ...]]:
    if name in shipped_agreements():
        return shipped_text(name), shipped_words(name)
    own = beside(name, "vocabulary")
    words = (read_bytes(str(own)),) if own.exists() else ()
    return read_bytes(name), (standard_words(), *words)

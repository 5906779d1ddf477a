"""Audit: agreements are read once, for dozens of bundles hold the same three."""

from collections.abc import Iterator

import pytest

from comity.core.agreement import Agreement, read_agreement
from comity.core.audit import decisions
from comity.core.language import Vocabulary


@pytest.fixture(autouse=True, scope="package")
def agreements_are_read_once() -> Iterator[None]:
    """Keep each agreement that was read; it never changes."""
    kept: dict[tuple[bytes, str, str], Agreement] = {}

    def read(data: bytes, name: str, vocabulary: Vocabulary) -> Agreement:
        key = (data, name, vocabulary.digest)
        if key not in kept:
            kept[key] = read_agreement(*key[:2], vocabulary)
        return kept[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(decisions, "read_agreement", read)
        yield

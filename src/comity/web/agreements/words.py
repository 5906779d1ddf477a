"""Words: what the page itself says, in each of its languages, from `words.toml`."""

from collections.abc import Mapping
from functools import cache
from importlib import resources

from comity.core.terms import read_toml
from comity.words import Language

FOLDER = resources.files("comity.web.agreements")


@cache
def words(language: Language) -> Mapping[str, str]:
    """Return everything that a page says by itself, by its key."""
    return {key: said[language] for key, said in catalogue().items()}


@cache
def catalogue() -> Mapping[str, Mapping[str, str]]:
    """Return all messages, each in every language."""
    found = read_toml((FOLDER / "words.toml").read_bytes(), "words.toml")
    return {key: dict(said) for key, said in found.items()}  # type: ignore[call-overload]  # tables of texts, which a test holds

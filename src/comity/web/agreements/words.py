"""Words: what the page itself says, in each of its languages, from `words.toml`."""

from collections.abc import Mapping
from functools import cache
from importlib import resources

from comity.core.terms import Table, read_toml
from comity.words import Language
from comity.words.catalogue import sentences

FILE = "words.toml"
FOLDER = resources.files("comity.web.agreements")


@cache
def words(language: Language) -> Mapping[str, str]:
    """Return everything that a page says by itself, by its key."""
    return {key: said[language] for key, said in catalogue().items()}


@cache
def catalogue() -> Mapping[str, Mapping[Language, str]]:
    """Return all messages, each in every language."""
    return sentences(Table(read_toml((FOLDER / FILE).read_bytes(), FILE), FILE))

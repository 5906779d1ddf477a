"""Words: what the pages say by themselves, from the files of this folder."""

from collections.abc import Mapping
from functools import cache
from importlib import resources

from comity.core.terms import Table, read_toml
from comity.words.catalogue import Language, sentences

FOLDER = resources.files("comity.web.front_door")
FILES = ("words.toml", "reporting.toml", "accounts.toml", "others.toml", "letters.toml")


def said(key: str, language: Language, **values: object) -> str:
    """Return the sentence of a key, with these values put in.

    Raises:
        KeyError: there is no such sentence, or a value that it needs is not given.
    """
    return catalogue()[key][language].format(**values)


@cache
def catalogue() -> Mapping[str, Mapping[Language, str]]:
    """Return every sentence by its key, in each language."""
    tables = (Table(read_toml((FOLDER / each).read_bytes(), each), each) for each in FILES)
    return {key: said for table in tables for key, said in sentences(table).items()}

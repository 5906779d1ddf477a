"""Wording: a text in English and in Welsh, and which letters a text for people may hold."""

from dataclasses import dataclass
from unicodedata import category

from comity.core.terms import Code, Table

BREAKS = frozenset("\n\t")
SHAPING = frozenset("\u00ad\u200c\u200d")
"""Soft hyphen and joiners: not printable by themselves, yet part of how people write."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """One text in English and, where somebody wrote it, in Welsh."""

    en: str
    cy: str = ""


def can_be_shown(letter: str) -> bool:
    """Return whether a letter prints, breaks a line or shapes others; no other control may."""
    return letter.isprintable() or letter in BREAKS | SHAPING or category(letter) == "Zs"


def worded(table: Table, key: str, default: str | None = None) -> Wording:
    """Return the text of a key, and of the same key with `_cy` behind it.

    Raises:
        InputError: it is missing and there is no default, is no text, or holds a character that
            cannot be shown.
    """
    return Wording(en=_shown(table, key, default), cy=_shown(table, f"{key}_cy", ""))


def value_worded(table: Table) -> Wording:
    """Return what a table with the keys `en` and `cy` says.

    Raises:
        InputError: as in `worded`, or there is another key.
    """
    table.only("en", "cy")
    return Wording(en=_shown(table, "en", None), cy=_shown(table, "cy", ""))


def _shown(table: Table, key: str, default: str | None) -> str:
    found = table.text(key, default)
    if not all(map(can_be_shown, found)):
        message = f"{key} holds a character that cannot be shown"
        raise table.error(Code.BAD_TEXT, message, "remove control characters", key)
    return found

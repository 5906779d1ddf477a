"""Shipped: what comes with the package as data: agreements, their vocabulary, forms, the notice."""

from functools import cache
from importlib import resources

from comity.core.agreement import Agreement, read_agreement
from comity.core.intake import Form, read_form
from comity.core.language import Vocabulary, read_vocabulary
from comity.core.terms import ORGANISATION, PartyId, Table, read_toml

FORMS = resources.files("comity") / "forms"
SHIPPED = resources.files("comity") / "agreements"
NOT_BODIES = frozenset({"FRONT_DOOR", ORGANISATION})


def shipped_agreements() -> list[str]:
    """Return the names of the agreements that ship with the package."""
    return sorted(
        entry.name.removesuffix(".md") for entry in SHIPPED.iterdir() if entry.name.endswith(".md")
    )


@cache
def standard_vocabulary() -> Vocabulary:
    """Return the vocabulary that every agreement can use."""
    name = "vocabulary.toml"
    return read_vocabulary(read_toml((SHIPPED / name).read_bytes(), name), name)


@cache
def report_form() -> Form:
    """Return the form that reports are checked against."""
    name = "report-1.toml"
    return read_form(read_toml((FORMS / name).read_bytes(), name), name)


@cache
def notice(key: str = "text") -> str:
    """Return what every command says until a body has commissioned its node.

    It is in English, and under `text_cy` in Welsh.
    """
    name = "notice.toml"
    table = Table(read_toml((FORMS / name).read_bytes(), name), name)
    return "\n".join(table.table(each).text(key) for each in table.values)


def bodies() -> frozenset[PartyId]:
    """Return the bodies that an organisation can choose: every party that is no front door."""
    known = standard_vocabulary().values["parties"].meanings
    return frozenset(PartyId(each) for each in known if each not in NOT_BODIES)


def shipped_agreement(name: str) -> Agreement:
    """Return a shipped agreement by its name."""
    return read_agreement(
        (SHIPPED / f"{name}.md").read_bytes(), f"{name}.md", standard_vocabulary()
    )

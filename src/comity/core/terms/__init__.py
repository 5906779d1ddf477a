"""Terms: the nouns that every other room shares, and the one form they take as bytes."""

from comity.core.terms.canonical import canonical, digest_of, salted_digest
from comity.core.terms.documents import Limits, read_document, read_json, read_toml
from comity.core.terms.errors import Code, InputError, Place, suggestion
from comity.core.terms.ids import (
    ORGANISATION,
    ConsentId,
    Digest,
    EvidenceId,
    ItemId,
    OrganisationId,
    PartyId,
    Purpose,
    Section,
    instant,
    origin,
)
from comity.core.terms.tables import Table

__all__ = [
    "ORGANISATION",
    "Code",
    "ConsentId",
    "Digest",
    "EvidenceId",
    "InputError",
    "ItemId",
    "Limits",
    "OrganisationId",
    "PartyId",
    "Place",
    "Purpose",
    "Section",
    "Table",
    "canonical",
    "digest_of",
    "instant",
    "origin",
    "read_document",
    "read_json",
    "read_toml",
    "salted_digest",
    "suggestion",
]

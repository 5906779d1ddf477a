"""What ships: each file has its agreement, nothing from memory binds, and a node holds its own."""

import re

import pytest

from comity.bootstrap import agreements
from comity.cli.disclose import _ground
from comity.core.agreement.model import Grade
from comity.core.terms import InputError
from comity.shipped import SHIPPED, USUAL, shipped_agreement, shipped_agreements

MUST = re.compile(r"\b(must|shall|is obliged|has to|have to)\b", re.IGNORECASE)
STANDARD = "vocabulary.toml"


def test_every_file_that_ships_belongs_to_an_agreement() -> None:
    names = {entry.name for entry in SHIPPED.iterdir() if entry.is_file()} - {STANDARD}
    kinds = (".md", ".cases.toml", ".vocabulary.toml")
    allowed = {f"{name}{kind}" for name in shipped_agreements() for kind in kinds}
    assert names - allowed == set()
    assert {f"{name}.cases.toml" for name in shipped_agreements()} <= names
    folders = {entry.name for entry in SHIPPED.iterdir() if entry.is_dir()} - {"__pycache__"}
    assert folders == {f"{name}.record" for name in shipped_agreements()}


@pytest.mark.parametrize("name", shipped_agreements())
def test_what_rests_on_memory_never_says_that_somebody_must(name: str) -> None:
    clauses = shipped_agreement(name).clauses
    from_memory = [each for each in clauses if each.grade is Grade.FROM_MEMORY]
    assert [each.id for each in from_memory if says(each.text)] == []


def says(text: str) -> bool:
    return MUST.search(text) is not None


def test_a_clause_that_says_must_is_noticed() -> None:
    assert says("the ICO must share notifications")
    assert not says("the mustering of ships")
    assert any(
        says(each.text)
        for name in shipped_agreements()
        for each in shipped_agreement(name).clauses
        if each.grade is Grade.SEEN
    )


def test_a_node_holds_the_agreements_of_the_united_kingdom_unless_others_are_named() -> None:
    bodies = frozenset().union(*(each.parties for each in agreements().all))
    assert bodies == {"FRONT_DOOR", "ICO", "NCA", "NCSC"}
    assert set(USUAL) < set(shipped_agreements())
    [australian] = agreements(("au-limited-use-2024",)).all
    assert australian.digest not in agreements().digests
    assert "AU_NCSC" in australian.parties


def test_an_officer_states_facts_of_the_agreements_that_the_node_holds() -> None:
    stated = "incident_kind=other_incident:assessed on Monday"
    own = agreements(("au-limited-use-2024",))
    assert _ground(stated, own) == ("incident_kind", ("other_incident", "assessed on Monday"))
    with pytest.raises(InputError, match="incident_kind is no fact"):
        _ground(stated, agreements())

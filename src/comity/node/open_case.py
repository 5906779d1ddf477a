"""Open case: a body's own file about one organisation."""

from comity.core.casework import Case
from comity.core.ledger import EntryType
from comity.core.terms import CaseId, OfficerId, OrganisationId
from comity.node.node import Node, NotPossibleError, note
from comity.store.port import Records

ON_ARRIVAL = OfficerId("on-arrival")


def open_case(node: Node, organisation: OrganisationId, officer: OfficerId) -> Case:
    """Open a case about an organisation.

    Raises:
        NotPossibleError: there is one already.
    """
    with node.store.writing() as records:
        held = records.cases.find(organisation=organisation)
        if held:
            raise NotPossibleError(
                f"there is a case about {organisation} already", f"use {held[0].id}"
            )
        return _opened(records, node, organisation, officer)


def case_of(records: Records, node: Node, organisation: OrganisationId) -> Case:
    """Return the case about an organisation, opening one if there is none."""
    held = records.cases.find(organisation=organisation)
    return held[0] if held else _opened(records, node, organisation, ON_ARRIVAL)


def held_case(records: Records, case: CaseId) -> Case:
    """Return a case.

    Raises:
        NotPossibleError: there is none of this id.
    """
    found = records.cases.get(case)
    if found is None:
        raise NotPossibleError(f"there is no case {case}", "list the cases: case list")
    return found


def _opened(records: Records, node: Node, organisation: OrganisationId, officer: OfficerId) -> Case:
    case = Case(
        id=node.new_id(CaseId, "case"),
        organisation=organisation,
        opened_by=officer,
        opened_at=node.now(),
    )
    records.cases.add(case)
    note(records, node, EntryType.CASE_OPENED, case=case.id)
    return case

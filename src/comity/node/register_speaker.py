"""Register speaker: at a front door, in peace, somebody who may speak for an organisation.

Once an organisation has reported, an attacker may be reading its mail and answering its telephone.
Then nobody registers any more: a colleague vouches, or a body calls back.
"""

from comity.core.consent import Entitlement
from comity.core.terms import EvidenceId, OrganisationId
from comity.node.mandates import Basis, Speaker, begin
from comity.node.node import Node, NotPossibleError
from comity.store.port import Records
from comity.store.records import Mandate


def register_speaker(node: Node, speaker: Speaker, shown_by: EvidenceId) -> Mandate:
    """Give a mandate on a record that shows who the person is and that they may speak.

    Raises:
        NotPossibleError: the organisation has a report here, or the time is over or too long.
    """
    with node.store.writing() as records:
        if has_reported(records, speaker.organisation):
            raise NotPossibleError(
                f"{speaker.organisation} has reported an incident: nobody can be registered now",
                "let a speaker vouch, or record a call-back: speaker vouch, speaker called-back",
            )
        return begin(records, node, speaker, Basis(Entitlement.REGISTERED, shown_by))


def has_reported(records: Records, organisation: OrganisationId) -> bool:
    """Return whether there is any report; no report is ever closed at a front door so far."""
    reported = records.reports.first(organisation=organisation)
    return bool(reported or records.told.first(organisation=organisation))

"""Register organisation: at a front door, an account with a data key of its own."""

from comity.core.ledger import EntryType
from comity.core.terms import OrganisationId
from comity.node.contents import account_key, data_key
from comity.node.node import Node, note
from comity.store.port import Records
from comity.store.records import Account


def register_organisation(records: Records, node: Node, organisation: OrganisationId) -> Account:
    """Return the organisation's account, making it if there is none."""
    account = records.accounts.get(organisation)
    if account is None:
        key = data_key(records, node, account_key(organisation))
        account = Account(organisation=organisation, data_key=key.id, registered_at=node.now())
        records.accounts.add(account)
        note(records, node, EntryType.REGISTERED, organisation=organisation)
    return account

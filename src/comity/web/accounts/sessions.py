"""Sessions: who is signed in, kept so that whoever reads the database reads nothing in them.

A session holds the secret of one-time codes while they are set up, and with which name somebody
signed in.
"""

from typing import Any

from django.contrib.sessions.backends import db

from comity.bootstrap import this_node
from comity.core.terms import SealError
from comity.web.accounts.adapters import as_locked, wrapped_key

PLACE = "accounts/session"


class SessionStore(db.SessionStore):
    """Keeps sessions as Django does, and locked under this node's vault."""

    def encode(self, session_dict: dict[str, Any]) -> str:
        """Return what a session holds, as it is kept."""
        signed = super().encode(session_dict).encode()
        return this_node().keys.vault.lock(wrapped_key(), PLACE, signed).hex()

    def decode(self, session_data: bytes | str) -> dict[str, Any]:
        """Return what a session holds; nothing if it was not kept by this node."""
        try:
            locked = as_locked(str(session_data))
            signed = this_node().keys.vault.unlock(wrapped_key(), PLACE, locked)
        except (ValueError, SealError):
            return {}
        return super().decode(signed.decode())

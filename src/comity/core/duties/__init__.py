"""Duties: what a disclosure that was made leaves somebody to do, until it is done.

A permit names obligations. Once the disclosure has been made, each becomes a duty of the party
that owes it, with the instant by which it is due. A duty is *open* until it is *done*; one that is
not done by then is *breached*, and stays so, though it can still be done late.
"""

from comity.core.duties.duty import AlreadyDoneError, Discharge, Duty, State, begun, done, duties_of

__all__ = ["AlreadyDoneError", "Discharge", "Duty", "State", "begun", "done", "duties_of"]

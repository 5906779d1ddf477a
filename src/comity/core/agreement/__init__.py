"""Agreement: clauses as versioned data, each with its rule beside it.

An agreement is one literate Markdown file: the text of a clause, where that text comes from,
and the rules that carry it out. The file loads only if every clause has a rule or says why it
has none, and only if no rule could be loosened by joining labels.

An agreement *governs* a disclosure between two of its parties. It *watches* a disclosure of
anything that one of its parties was given or made, whoever passes it on to whom: so a promise
made by two bodies holds against a third that relays.
"""

from comity.core.agreement.holding import Agreements, Case, InPlay, MalformedError
from comity.core.agreement.model import Agreement, Clause, RedLine
from comity.core.agreement.read import read_agreement
from comity.core.agreement.rulebook import Prepared
from comity.core.agreement.rules import Effect, Rule

__all__ = [
    "Agreement",
    "Agreements",
    "Case",
    "Clause",
    "Effect",
    "InPlay",
    "MalformedError",
    "Prepared",
    "RedLine",
    "Rule",
    "read_agreement",
]

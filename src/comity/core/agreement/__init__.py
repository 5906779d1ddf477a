"""Agreement: clauses as versioned data, each with its rule beside it.

An agreement is one literate Markdown file: the text of a clause, where that text comes from,
and the rules that carry it out. The file loads only if every clause has a rule or says why it
has none, and only if no rule could be loosened by joining labels.

An agreement *governs* a disclosure between two of its parties. It *watches* a disclosure of
anything that one of its parties was given or made, whoever passes it on to whom: so a promise
made by two bodies holds against a third that relays.
"""

from comity.core.agreement.holding import Agreements, Case, InPlay, MalformedError
from comity.core.agreement.model import Agreement, Clause, Flow, RedLine
from comity.core.agreement.obligations import Obligation, Owner
from comity.core.agreement.read import read_agreement
from comity.core.agreement.rulebook import Prepared
from comity.core.agreement.rules import Effect, Rule
from comity.core.agreement.versions import (
    Signing,
    check_timeline,
    in_force,
    not_a_successor,
    read_signing,
    sign_version,
    with_rules_of,
)

__all__ = [
    "Agreement",
    "Agreements",
    "Case",
    "Clause",
    "Effect",
    "Flow",
    "InPlay",
    "MalformedError",
    "Obligation",
    "Owner",
    "Prepared",
    "RedLine",
    "Rule",
    "Signing",
    "check_timeline",
    "in_force",
    "not_a_successor",
    "read_agreement",
    "read_signing",
    "sign_version",
    "with_rules_of",
]

"""Words: what a decision says to a person, in English and in Welsh.

Every sentence stands once, in `catalogue.toml`, in both languages. The texts of agreements and the
meanings of their facts are quoted in the language in which they are written.
"""

from comity.words.catalogue import Language, dated, moment, say
from comity.words.consent import why_not_covered
from comity.words.decision import decision_data, decision_lines, outcome
from comity.words.rules import rule_data, rule_lines

__all__ = [
    "Language",
    "dated",
    "decision_data",
    "decision_lines",
    "moment",
    "outcome",
    "rule_data",
    "rule_lines",
    "say",
    "why_not_covered",
]

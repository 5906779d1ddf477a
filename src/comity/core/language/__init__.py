"""Language: the one expression language of the product, typed and three-valued.

A condition speaks about facts that a vocabulary file declares. It is true, false or unknown:
whoever uses it decides what unknown means (in an agreement: a permit needs true, a forbid fires
unless false). There are no loops, functions or texts, so every question about a condition can
be decided.

The way of a condition: text -> `parse` -> syntax -> `check` -> `Condition` -> `compiled`. The
kinds of condition are in `conditions`; the grammar in `docs/reference/agreement-language.md`.
"""

from comity.core.language.check import Names, check
from comity.core.language.compile import Facts, Test, compiled
from comity.core.language.conditions import Condition
from comity.core.language.parse import Fragment, parse
from comity.core.language.vocabulary import Fact, Kind, Value, Vocabulary, read_vocabulary

__all__ = [
    "Condition",
    "Fact",
    "Facts",
    "Fragment",
    "Kind",
    "Names",
    "Test",
    "Value",
    "Vocabulary",
    "check",
    "compiled",
    "parse",
    "read_vocabulary",
]

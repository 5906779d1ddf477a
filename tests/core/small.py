"""Small agreements, written for one test each."""

from comity.core.agreement import Agreement, read_agreement
from comity.core.language import read_vocabulary
from comity.core.terms import read_toml
from tests.core.world import vocabulary

LOOSE = """# An agreement that permits everything

version 1.0.0, in force from 2020-01-01
parties: NCSC, ICO
status: for a test

## 1 Everything
cites: T1; grade A
> Everything may be passed on.

```rule
1.a  permit  any
```

## Sources
- T1: none; written for a test; nothing
"""

OBTAINED = """
name = "obtained"

[facts.lawfully_obtained]
type = "yes or no"
meaning = "the source got it lawfully"
supplied_by = "the source"
of_source = true
"""

READY = """
name = "ready"

[facts.ready]
type = "yes or no"
meaning = "it is ready"
supplied_by = "the discloser"
"""

STRICT = LOOSE.replace("1.a  permit  any", "1.a  permit  any\n1.b  forbid  any\n     unless  ready")

DATED = LOOSE.replace(
    "in force from 2020-01-01", "in force from 2020-01-01, limit = 5, limit = 10 from 2025-01-01"
).replace("permit  any", "permit  limit <= smallest_group")


def agreement_with_a_dated_parameter() -> Agreement:
    """Return an agreement whose limit is 5, and 10 from 2025 on."""
    return read_agreement(DATED.encode(), "dated.md", vocabulary())


def two_vocabularies() -> tuple[Agreement, Agreement]:
    """Return two agreements that know one fact: only the second wants evidence for it."""
    easy = read_vocabulary(read_toml(READY.encode(), "easy"), "easy", vocabulary())
    evidence = READY + 'evidence = "a record"\n'
    strict = read_vocabulary(read_toml(evidence.encode(), "strict"), "strict", vocabulary())
    return (
        read_agreement(LOOSE.encode(), "loose.md", easy),
        read_agreement(STRICT.encode(), "strict.md", strict),
    )


def loose_agreement() -> Agreement:
    """Return an agreement between two bodies that permits everything."""
    return read_agreement(LOOSE.encode(), "loose.md", vocabulary())


def agreement_with_a_source_fact() -> Agreement:
    """Return an agreement whose vocabulary has a source fact that the gate does not derive."""
    words = read_vocabulary(
        read_toml(OBTAINED.encode(), "obtained.toml"), "obtained.toml", vocabulary()
    )
    return read_agreement(LOOSE.encode(), "loose.md", words)

"""A small agreement that has one of everything, for tests to change."""

from comity.core.agreement import Agreement, read_agreement
from tests.core.strategies_language import VOCABULARY

TEXT = """\
# A small agreement

version 1.2.0, in force from 2026-01-01, smallest group k = 10, limit = 3, limit = 5 from 2026-07-01
parties: NORTH, SOUTH
status: a test

It is about nothing.

## 1 Purpose
cites: S1, S2; grade A
> They work
> together.

note: not executable because it states a purpose

## 2.a-b Telling
cites: S2; grade B
>~ North may tell South.

Why so: it is a test.

```define
covered = told and told_until >= now
        and maker is ORG
```
```rule
2.1  permit  giver is NORTH and taker is SOUTH
     and     k <= least and least < limit
     unless  names_people
     then    discloser before sending, shown by signed: write it
             down; and sign
     then    recipient within 2 days: wait
2.2  forbid  taker is SOUTH
     source  not maker is NORTH
     unless  covered
     cure    ask the organisation
             first
2.3  forbid  any
     unless  regimes within agreed
```
```prove
N-1  never   taker is SOUTH and not signed
     source  not told
N-2  never   signed and
             any source (maker is giver)
```
```assure
A-1  allowed when giver is NORTH
     and     signed
```

## Sources

Some words.

- S1: https://example.org/a; read 2026-11-23; the text itself
- S2: none; written 2026-11-23; a note
"""


def load(text: str) -> Agreement:
    """Return the agreement that a text states, in the test vocabulary."""
    return read_agreement(text.encode(), "small.md", VOCABULARY)


def altered(old: str, new: str) -> str:
    """Return the small agreement with one piece of its text replaced."""
    assert TEXT.count(old) == 1, old
    return TEXT.replace(old, new)

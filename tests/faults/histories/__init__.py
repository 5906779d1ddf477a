"""Histories: random lives of three bodies and a front door, replayed from one number.

`world` is what lives: the real use cases on stores in memory, with one clock, one source of chance
and one wire, all of which can be forked. `acts` are what may happen next. `oracle` knows only what
people did and what left a node; it imports neither the gate nor an agreement. `play` makes a
history from its number, tells it as a story and shrinks it; `planted` holds the mistakes that a
careless engineer makes, each of which the oracle must find.
"""

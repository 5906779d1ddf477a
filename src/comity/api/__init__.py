"""API: the machines' face. It turns a request into one use case and its outcome into an answer.

What it answers depends on the message, on where the pair stands and on pinned keys, and on nothing
that a case could change. Every failure is one word from a closed list.
"""

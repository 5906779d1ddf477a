"""The rules, pure: values in, values out; no input or output, no clock, no chance.

The rooms stand in the order in which data passes through them, and each imports only rooms
before it: `terms < language < markings < consent, agreement < intake < gate < ledger`. The gate
is the exception that proves the rule: it never imports `intake`, so it cannot see content.
"""

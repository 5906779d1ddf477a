"""Back ends: one agreement's rules, put into other forms that decide alike.

The gate decides by the closures of `core.language.compile`. What is made here is for others: for
replay and for programs that embed one agreement (`evaluator`), for many requests at once (`batch`,
which needs numpy), for rows of a database (`sql`) and for another policy engine (`cedar`). Each is
made from the typed conditions, never from an agreement's text, and all are compared with the gate's
closures on random requests, unknown facts included. No node decides by any of them.

What all of them say is the decision of *one* agreement: permitted if it governs and is in force, at
least one source is named, a permit is true, and no forbid may be.
"""

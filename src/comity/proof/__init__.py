"""Proof: what an agreement promises, shown for every request that there could ever be.

The way: `kleene` writes what the gate sees of a condition as what must and what may hold; `model`
says the steps of the gate in such conditions; `claims`, `theorems`, `joining` and `flows` say what
is to be shown; `smtlib` and `cnf` write it for solvers, each in its own way; `solvers` asks three
of them; `prove` puts it together; `certificate` checks refutations without a solver, and
`counterexample` makes of what fails one English sentence.

What is proved is about the rules as the file states them. Trusted beside it: the reader of the
file, the two translations (three solvers agree on them, and tests compare them with the gate on
random requests), the supply of facts, and that the gate is the only door. A node imports nothing
of this: it runs the gate, and whoever doubts checks certificates.
"""

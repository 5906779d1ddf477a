"""Tests of the proofs: that they say what the gate does, and that a fault in them is found."""

"""Tests of the back ends: each decides as the gate's own closures do."""

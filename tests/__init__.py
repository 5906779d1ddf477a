"""Tests: each states a rule of Comity."""

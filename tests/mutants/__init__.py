"""Planted bugs: what a careless engineer might do, and the tests that notice."""

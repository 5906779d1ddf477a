"""Tests of the structure: who imports whom, who makes what, how it is written."""

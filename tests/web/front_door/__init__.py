"""Tests of the pages of a front door."""

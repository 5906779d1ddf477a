"""Tests of the lawyers' view."""

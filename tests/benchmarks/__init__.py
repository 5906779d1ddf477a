"""Tests of the benchmarks: they run, and their engines decide alike."""

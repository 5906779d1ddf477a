"""Canaries: tokens put into what is told in confidence, and the search for their traces."""

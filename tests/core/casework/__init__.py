"""Casework: what a person writes carries everything that they may have had in mind."""

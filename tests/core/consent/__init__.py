"""Consent: what an answer allows, and when."""

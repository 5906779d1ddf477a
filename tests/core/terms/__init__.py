"""Shared nouns: strict documents, checked ids, one form as bytes."""

"""Signposting: whom to tell, by when, and what to ask next."""

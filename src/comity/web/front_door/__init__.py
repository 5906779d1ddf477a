"""Front door: an organisation's pages: help first, then whom to tell, and by when."""

"""Keys, sealing, signing and transport."""

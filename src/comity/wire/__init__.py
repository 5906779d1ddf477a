"""Wire: keys, sealing, signing and transport. It implements ports that the core declares."""

"""The ledger: what is recorded cannot be taken out or changed unseen."""

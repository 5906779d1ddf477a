"""What an organisation reports, and which body gets which of it."""

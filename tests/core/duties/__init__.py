"""The duties room: what is owed begins with the disclosure; a breach cannot be undone."""

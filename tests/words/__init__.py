"""Words: what a decision says is true, whole, and there in both languages."""

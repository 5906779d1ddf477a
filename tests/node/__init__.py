"""The use cases, on real nodes in one process."""

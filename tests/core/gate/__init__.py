"""The gate: silence, doubt and error refuse."""

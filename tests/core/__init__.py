"""The rules of the core, room by room."""

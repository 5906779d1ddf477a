"""The audit room: whatever is changed in a bundle is found, and the entry is named."""

"""The notices room: an organisation is told, and silence ends whatever delays that."""

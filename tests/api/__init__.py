"""The node face and its page, as whoever can reach the address sees them."""

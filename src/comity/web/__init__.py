"""Web: pages for people, as functions from values to HTML. Who serves them is not decided here."""

"""UI: what all pages for people share: the layout, the styles and the way they are rendered."""

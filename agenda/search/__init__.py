"""Search for readers: what they type, what is found, and the page that shows it."""

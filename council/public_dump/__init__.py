"""Everything that is public as one file of JSON lines, at an address of the site."""

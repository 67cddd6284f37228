"""Pictures: cleaning what editors upload, its files, and their addresses."""

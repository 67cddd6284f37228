"""The note editor on the server: what was typed, its mistakes and checks, merging and saving."""

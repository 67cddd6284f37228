"""Screens for translators: the translation editor, the languages of a meeting, the language grid, find and replace."""

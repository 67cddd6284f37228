"""Screens for translators: the translation editor, the languages of a meeting, the language grid, find and replace."""

from agenda.admin.translation.editor import edit_translation
from agenda.admin.translation.find_and_replace import find_and_replace
from agenda.admin.translation.languages import show_languages
from agenda.admin.translation.submit import submit_translation_screen

__all__ = ["edit_translation", "find_and_replace", "show_languages", "submit_translation_screen"]

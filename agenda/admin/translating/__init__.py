"""Screens for translators: the translation editor, the languages of a meeting, the language grid, find and replace."""

from agenda.admin.translating.desk import edit_translation
from agenda.admin.translating.everywhere import find_and_replace
from agenda.admin.translating.languages import show_languages
from agenda.admin.translating.submitting import submit_translation_screen

__all__ = ["edit_translation", "find_and_replace", "show_languages", "submit_translation_screen"]

"""Screens for translators: the translation editor, the languages of a meeting, the language grid, find and replace."""

from agenda.admin.translating.desk import desk_step
from agenda.admin.translating.everywhere import everywhere_screen
from agenda.admin.translating.languages import languages_screen
from agenda.admin.translating.submitting import submit_translation_step

__all__ = ["desk_step", "everywhere_screen", "languages_screen", "submit_translation_step"]

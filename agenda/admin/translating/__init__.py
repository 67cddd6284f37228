"""The screens of translators: the desk, a meeting's languages, and how far all of them are."""

from agenda.admin.translating.desk import desk_step
from agenda.admin.translating.languages import languages_screen
from agenda.admin.translating.submitting import submit_translation_step

__all__ = ["desk_step", "languages_screen", "submit_translation_step"]

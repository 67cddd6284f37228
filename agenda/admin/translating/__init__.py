"""The screens of translators: the desk, a meeting's languages, and how far all of them are."""

from agenda.admin.translating.desk import desk_step
from agenda.admin.translating.languages import languages_screen

__all__ = ["desk_step", "languages_screen"]

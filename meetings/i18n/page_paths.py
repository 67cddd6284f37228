"""Paths of public pages."""

from django.conf import settings

from meetings.i18n.languages import LANGUAGES


def get_page_path(address: str, language: str) -> str:
    """Return the path of a page in the language, or in the site's default language if it has no pages in that one."""
    page_language = language if language in LANGUAGES else settings.LANGUAGE_CODE
    return f"/{page_language}/{address}"

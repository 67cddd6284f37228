"""The language of a page's content, and the language of the interface around it.

A page at `/fi/…` shows texts and dates in Finnish, where they exist. Its interface is translated by gettext: it is in
Finnish once there is a Finnish catalogue, and in English until then.
"""

from functools import cache

from babel import Locale
from django.conf import settings
from django.utils.translation import get_language, override, pgettext
from django.utils.translation.trans_real import parse_accept_lang_header

from meetings.documents.choices import Language

LANGUAGES = frozenset(Language.values)


def get_page_language() -> str:
    """Return the language of the page's texts and dates."""
    return get_language() or settings.LANGUAGE_CODE


def get_interface_language() -> str:
    """Return the language of the interface, which the catalogue itself names; English if there is no catalogue."""
    return read_interface_language(get_language())


@cache
def read_interface_language(_language: str | None) -> str:
    return pgettext("code of the language that this is translated into", "en")


def has_catalogue(language: str) -> bool:
    """Return True if the interface is translated into the language."""
    with override(language):
        return get_interface_language() == language


def get_accepted_language(header: str) -> str:
    """Return the first language in `Accept-Language` that is one of the 24, in any region (“de-AT”), or English."""
    tags = (tag.split("-")[0] for tag, quality in parse_accept_lang_header(header) if quality)
    return next((tag for tag in tags if tag in LANGUAGES), settings.LANGUAGE_CODE)


def get_own_name(language: str) -> str:
    """Return the language's name in that language: “français”."""
    return Language(language).label if language in LANGUAGES else language


def get_language_name(language: str) -> str:
    """Return the language's name in the language of the interface: “French”."""
    name: str = Locale.parse(get_interface_language()).languages.get(language, language)
    return name

"""The language that a page is in, and the one that the words around its content are in.

A page at `/fi/…` has its content and its dates in Finnish, as far as there are any. Its other words are gettext's:
in Finnish, too, once there is a catalogue for it, and in English until then.
"""

from django.conf import settings
from django.utils.translation import get_language, override, pgettext
from django.utils.translation.trans_real import parse_accept_lang_header

from meetings.vocabulary import Language

LANGUAGES = frozenset(Language.values)


def page_language() -> str:
    return get_language() or settings.LANGUAGE_CODE


def language_of_words() -> str:
    """As the catalogue itself says; where there is none, these are the English words."""
    return pgettext("code of the language that this is translated into", "en")


def has_words(language: str) -> bool:
    with override(language):
        return language_of_words() == language


def accepted_language(header: str) -> str:
    """The first of `Accept-Language` that is one of the 24, whatever the region (“de-AT”), else English."""
    tags = (tag.split("-")[0] for tag, quality in parse_accept_lang_header(header) if quality)
    return next((tag for tag in tags if tag in LANGUAGES), settings.LANGUAGE_CODE)

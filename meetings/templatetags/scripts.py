"""A template filter that marks Greek words within a text, so that screen readers pronounce them as Greek."""

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from meetings.documents.choices import Language
from meetings.documents.schema import Document
from meetings.i18n.greek_words import split_greek

register = template.Library()


@register.filter(name="with_greek")
def mark_greek(text: str, document: Document) -> SafeString | str:
    """Return the text with its runs of Greek words marked as Greek.

    It is unchanged if it has none, or if the document is in Greek.
    """
    if text.isascii() or document.language == Language.EL:
        return text
    return format_html_join("", "{}", ((mark_if_greek(*piece),) for piece in split_greek(text)))


def mark_if_greek(text: str, is_greek: bool) -> SafeString | str:
    return format_html('<span lang="el">{}</span>', text) if is_greek else text

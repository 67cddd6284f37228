"""Template filters for links to public registers and to the pages of files."""

from collections.abc import Mapping

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from agenda.presentation.files import FileReference
from meetings.documents import register_urls
from meetings.i18n.languages import get_page_language

register = template.Library()


@register.filter(name="treaty_articles")
def render_treaty_articles(text: str) -> SafeString:
    """Return a legal basis with links to the Articles of the Treaties."""
    pieces = register_urls.link_treaty_articles(text)
    return format_html_join(
        "", "{}", [[format_html('<a href="{1}">{0}</a>', *each) if each.url else each.text] for each in pieces]
    )


@register.filter
def register_url(number: str) -> str:
    return register_urls.get_document_url(number, get_page_language())


@register.filter
def eur_lex_url(code: str) -> str:
    return register_urls.get_procedure_url(code, get_page_language())


@register.filter
def file_of(files: Mapping[str, FileReference] | str, code: str) -> FileReference | None:
    """Return the file with that code as printed. Pages of texts that are not live have no `files`."""
    return files.get(code) if isinstance(files, Mapping) else None

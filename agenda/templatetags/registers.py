"""Template filters for links to public registers."""

from django import template

from agenda import registers
from meetings.languages import get_page_language

register = template.Library()


@register.filter
def register_url(number: str) -> str:
    return registers.get_document_url(number, get_page_language())


@register.filter
def eur_lex_url(code: str) -> str:
    return registers.get_procedure_url(code, get_page_language())

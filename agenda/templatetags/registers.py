"""Links to the public registers in templates."""

from django import template

from agenda import registers
from meetings.languages import page_language

register = template.Library()


@register.filter
def in_register(number: str) -> str:
    return registers.document_address(number, page_language())


@register.filter
def in_eur_lex(code: str) -> str:
    return registers.procedure_address(code, page_language())

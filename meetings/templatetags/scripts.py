"""A template filter that marks Greek words within a text, so that screen readers pronounce them as Greek.

In texts of the Council, Greek letters mean Greek. Cyrillic letters do not tell the language: they may be Bulgarian,
Ukrainian or Macedonian, and a wrong voice is worse than none.
"""

import re

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from meetings.documents.shape import Document
from meetings.vocabulary import Language

register = template.Library()

WORD = "(?<!\\w)[\u0370-\u03ff\u1f00-\u1fff]+(?!\\w)"
GREEK_RUN = re.compile(rf"({WORD}(?:[^\w(]+{WORD})*)")
MIN_GREEK_LETTERS = 4  # α, μ or ΔΤ are symbols rather than Greek words


@register.filter(name="with_greek")
def mark_greek(text: str, document: Document) -> SafeString | str:
    """Return the text with its runs of Greek words marked as Greek; unchanged if the document is in Greek."""
    if document.language == Language.EL:
        return text
    parts = ((mark_greek_run(part) if index % 2 else part,) for index, part in enumerate(GREEK_RUN.split(text)))
    return format_html_join("", "{}", parts)


def mark_greek_run(run: str) -> SafeString | str:
    return format_html('<span lang="el">{}</span>', run) if sum(map(str.isalpha, run)) >= MIN_GREEK_LETTERS else run

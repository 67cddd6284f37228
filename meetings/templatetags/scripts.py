"""Words of another script within a text, for those who hear the page.

Greek letters tell their language, as far as the Union is concerned. Cyrillic does not: it may be Bulgarian, Ukrainian,
or Macedonian, and a wrong voice is worse than none.
"""

import re

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from meetings.documents.shape import Document
from meetings.vocabulary import Language

register = template.Library()

WORD = "(?<!\\w)[\u0370-\u03ff\u1f00-\u1fff]+(?!\\w)"
GREEK = re.compile(rf"({WORD}(?:[^\w(]+{WORD})*)")
LEAST = 4  # letters: of α, μ or ΔΤ nobody can tell


@register.filter
def with_greek(text: str, document: Document) -> SafeString | str:
    """The text with its runs of Greek words marked as such; as it is in a Greek document."""
    if document.language == Language.EL:
        return text
    parts = ((marked(part) if place % 2 else part,) for place, part in enumerate(GREEK.split(text)))
    return format_html_join("", "{}", parts)


def marked(run: str) -> SafeString | str:
    return format_html('<span lang="el">{}</span>', run) if sum(map(str.isalpha, run)) >= LEAST else run

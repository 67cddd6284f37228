"""Template filters for texts about the API."""

import re

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

register = template.Library()


@register.filter(name="coded")
def mark_code(text: object) -> SafeString:
    """Return the text as HTML, with everything between backticks as code."""
    parts = re.split("`([^`]+)`", str(text))
    return format_html_join(
        "", "{}", ((format_html("<code>{}</code>", part) if index % 2 else part,) for index, part in enumerate(parts))
    )

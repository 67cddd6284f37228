"""Words about the API in templates."""

import re

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

register = template.Library()


@register.filter
def coded(text: object) -> SafeString:
    """The text with what stands between backticks as code."""
    parts = re.split("`([^`]+)`", str(text))
    return format_html_join(
        "", "{}", ((format_html("<code>{}</code>", part) if place % 2 else part,) for place, part in enumerate(parts))
    )

"""Changes in templates."""

from collections.abc import Iterable

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from agenda.comparing import Run, RunKind

register = template.Library()


@register.filter
def told(runs: Iterable[Run]) -> SafeString:
    """The runs as del and ins elements, each with a word for those who hear the page."""
    marks = {RunKind.DELETED: ("del", _("removed:")), RunKind.INSERTED: ("ins", _("new:"))}
    return format_html_join("", "{}", ((marked(run.text, *marks.get(run.kind, ("", ""))),) for run in runs))


def marked(text: str, tag: str, heard: str) -> SafeString | str:
    if not tag:
        return text
    shown = text.strip("\n") or "¶"
    word = shown.lstrip(" ") or shown
    return format_html(
        '{3}<{0}><span class="visually-hidden">{1} </span>{2}</{0}>{4}',
        tag,
        heard,
        word,
        shown.removesuffix(word),  # the space before the first word is not struck out with it
        "\n" * text.endswith("\n"),
    )

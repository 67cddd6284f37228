"""Changes in templates."""

from collections.abc import Iterable

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from agenda.comparing import Run, RunKind
from meetings.languages import language_of_words

register = template.Library()


@register.filter
def told(runs: Iterable[Run], texts_in: str = "") -> SafeString:
    """The runs as del and ins elements, each with a word for those who hear the page.

    `texts_in` is the language of the runs, where it is another than that of the word.
    """
    lang = format_html(' lang="{}"', language_of_words()) if texts_in else ""
    marks = {RunKind.DELETED: ("del", _("removed:")), RunKind.INSERTED: ("ins", _("new:"))}
    return format_html_join("", "{}", ((marked(run.text, *marks.get(run.kind, ("", "")), lang),) for run in runs))


def marked(text: str, tag: str, heard: str, lang: str) -> SafeString | str:
    if not tag:
        return text
    shown = text.strip("\n") or "¶"
    word = shown.lstrip(" ") or shown
    return format_html(
        '{3}<{0}><span class="visually-hidden"{5}>{1} </span>{2}</{0}>{4}',
        tag,
        heard,
        word,
        shown.removesuffix(word),  # the space before the first word is not struck out with it
        "\n" * text.endswith("\n"),
        lang,
    )

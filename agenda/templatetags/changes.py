"""Template filters that show changes."""

from collections.abc import Iterable

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from agenda.documents.diff.word_diff import DiffKind, DiffRun
from meetings.i18n.languages import get_interface_language

register = template.Library()


@register.filter
def render_runs(runs: Iterable[DiffRun], texts_in: str = "") -> SafeString:
    """Render the runs with del and ins elements, each with a word for screen readers.

    `texts_in` is the language of the runs, if it differs from that of the words for screen readers.
    """
    lang = format_html(' lang="{}"', get_interface_language()) if texts_in else ""
    marks = {DiffKind.DELETED: ("del", _("removed:")), DiffKind.INSERTED: ("ins", _("new:"))}
    return format_html_join("", "{}", ((render_run(run.text, *marks.get(run.kind, ("", "")), lang),) for run in runs))


def render_run(text: str, tag: str, spoken_label: str, lang: str) -> SafeString | str:
    if not tag:
        return text
    visible = text.strip("\n") or "¶"
    word = visible.lstrip(" ") or visible
    return format_html(
        '{3}<{0}><span class="visually-hidden"{5}>{1} </span>{2}</{0}>{4}',
        tag,
        spoken_label,
        word,
        visible.removesuffix(word),  # The space before the first word is not struck out.
        "\n" * text.endswith("\n"),
        lang,
    )

"""Rich text: the small, closed set of HTML that texts may hold, and the database column that holds to it."""

import html
import re
from itertools import groupby
from typing import Any

import nh3
from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

ALLOWED_TAGS = {"p", "strong", "em", "a", "ul", "ol", "li", "h3", "h4", "blockquote", "sub", "sup", "br"}
ALLOWED_ATTRIBUTES = {"a": {"href", "hreflang"}, "ol": {"start"}}
RICH_TEXT_HINT = _(  # in angle brackets it would be HTML itself: the admin marks help as safe
    "A blank line begins a paragraph, a new line a line, “- ” at its beginning a point of a list; **two stars** make "
    "bold. Or HTML, with the elements p, strong, em, a, ul, ol, li and h3."
)
ALLOWED_SCHEMES = {"http", "https", "mailto"}
BLOCK = "</?(?:p|ul|ol|li|h3|h4|blockquote)(?: [^>]*)?>"
SPACE_AROUND_BLOCKS = re.compile(rf"\s*({BLOCK})\s*")
AFTER_BLOCKS = re.compile(r"(</(?:p|ul|ol|li|h3|h4|blockquote)>|<[uo]l>)(?!$|\s*\n)")
# What is no element (“<ann@example.eu>”, “1 < 2”) is words, which the cleaning would take for markup and remove.
HTML_ELEMENTS = (
    "a abbr address article aside audio b big blockquote body br button caption center cite code col colgroup dd del "
    "details dfn div dl dt em embed fieldset figcaption figure font footer form frame h1 h2 h3 h4 h5 h6 head header hr "
    "html i iframe img input ins kbd label legend li link main map mark math menu meta nav noscript object ol optgroup "
    "option p param picture pre q s samp script section select small source span strike strong style sub summary sup "
    "svg table tbody td template textarea tfoot th thead time title tr tt u ul var video wbr xml"
)
LITERAL_LESS_THAN = re.compile(
    rf"<(?!/?(?:{'|'.join(HTML_ELEMENTS.split())}|[a-z]+:[a-z]+)(?:\s[^<>]*)?/?>|!--.*?-->|![a-z\[][^<>]*>)",
    re.IGNORECASE | re.DOTALL,
)
EMPTY_PARAGRAPH = re.compile(r"<p>(?:\s|&nbsp;|<br>)*</p>")
# What word processors paste, in the words of the closed set.
PASTED_MARKUP = [
    (re.compile(r"<(/?)b(?:\s[^>]*)?>", re.IGNORECASE), r"<\1strong>"),
    (re.compile(r"<(/?)i(?:\s[^>]*)?>", re.IGNORECASE), r"<\1em>"),
    (re.compile(r"<(/?)h[12](?:\s[^>]*)?>", re.IGNORECASE), r"<\1h3>"),
    (re.compile(r"<(/?)div(?:\s[^>]*)?>", re.IGNORECASE), r"<\1p>"),
    (re.compile(r"(</(?:td|th|tr|h5|h6|dt|dd|section|caption)>)", re.IGNORECASE), r" \1"),
]


def clean_html(text: str) -> str:
    """The text with everything outside the closed set removed; the words inside removed tags stay apart from others.

    White space around paragraphs and lists means nothing and goes, so that a text has one spelling and one digest.
    Where there is no paragraph yet, blank lines make them.
    """
    text = LITERAL_LESS_THAN.sub("&lt;", text)
    for foreign, ours in PASTED_MARKUP:
        text = foreign.sub(ours, text)
    cleaned = nh3.clean(
        text, tags=ALLOWED_TAGS, attributes=ALLOWED_ATTRIBUTES, url_schemes=ALLOWED_SCHEMES, link_rel=None
    )
    cleaned = EMPTY_PARAGRAPH.sub("", cleaned).strip()
    if cleaned and not re.search(BLOCK, cleaned):
        cleaned = "".join(f"<p>{paragraph}</p>" for paragraph in re.split(r"\s*\n\s*\n\s*", cleaned))
    return SPACE_AROUND_BLOCKS.sub(r"\1", cleaned).strip()


TYPED_BOLD = re.compile(r"\*\*(?=\S)([^*\n]+)(?<=\S)\*\*")
TYPED_LIST_MARK = re.compile(r"[-–•]\s+")
TYPED_EQUIVALENTS = (
    (re.compile("<p>|<ul>"), ""),
    (re.compile("</p>"), "\n\n"),
    (re.compile("<br>"), "\n"),
    (re.compile("<li>"), "- "),
    (re.compile("</li>|</ul>"), "\n"),
    (re.compile("</?strong>"), "**"),
)


def from_typed(text: str) -> str:
    """HTML of what somebody typed, as HINT says; text with paragraphs or lists in HTML is HTML throughout."""
    if re.search(BLOCK, text):
        return clean_html(text)
    lines = [line.strip() for line in TYPED_BOLD.sub(r"<strong>\1</strong>", text).splitlines()]
    runs = ((kind, list(some)) for kind, some in groupby(lines, classify_line))
    return clean_html("".join(render_block(kind, some) for kind, some in runs))


def classify_line(line: str) -> str:
    return "" if not line else "ul" if TYPED_LIST_MARK.match(line) else "p"


def render_block(kind: str, lines: list[str]) -> str:
    if kind == "ul":
        return "<ul>{}</ul>".format("".join(f"<li>{TYPED_LIST_MARK.sub('', line, count=1)}</li>" for line in lines))
    return f"<p>{'<br>'.join(lines)}</p>" if kind else ""


def as_typed(text: str) -> str:
    """The HTML as somebody would type it, where that says the same; else as HTML, a block a line."""
    shown = text
    for tags, typed in TYPED_EQUIVALENTS:
        shown = tags.sub(typed, shown)
    shown = re.sub(r"\n{3,}", "\n\n", shown).strip()
    for typed in (html.unescape(shown), shown):
        if from_typed(typed) == text:
            return typed
    return AFTER_BLOCKS.sub("\\1\n", text)


class RichTextarea(forms.Textarea):
    def format_value(self, value: Any) -> str | None:
        shown = super().format_value(value)
        return as_typed(shown) if shown else shown


class TypedRichText(forms.CharField):
    def clean(self, value: Any) -> Any:
        typed = super().clean(value)
        return from_typed(typed) or typed  # what says nothing is refused by the column

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether it says something else: how it was shown means nothing."""
        return clean_html(initial or "") != from_typed(data or "")


class RichTextField(models.TextField):
    """A column of sanitised HTML. It is cleaned on every way in: forms, imports and plain ORM saves alike."""

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        text = clean_html(super().pre_save(model_instance, add) or "")
        setattr(model_instance, self.attname, text)
        return text

    def clean(self, value: Any, model_instance: models.Model | None) -> Any:
        cleaned = clean_html(value or "")
        if value and not cleaned and not self.blank:
            raise ValidationError(_("Nothing of this can stand in a text: write some words."), code="blank")
        return super().clean(cleaned, model_instance)

    def formfield(self, **options: Any) -> Any:  # type: ignore[override]
        widget = RichTextarea(attrs={"class": "vLargeTextField", "rows": 8})
        return super().formfield(
            **{"help_text": RICH_TEXT_HINT} | options | {"form_class": TypedRichText, "widget": widget}
        )

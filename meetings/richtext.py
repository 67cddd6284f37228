"""Rich text: the small, closed set of HTML that texts may hold, and the database column that holds to it."""

import re
from typing import Any

import nh3
from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

TAGS = {"p", "strong", "em", "a", "ul", "ol", "li", "h3", "h4", "blockquote", "sub", "sup", "br"}
ATTRIBUTES = {"a": {"href", "hreflang"}, "ol": {"start"}}
HINT = _(  # in angle brackets it would be HTML itself: the admin marks help as safe
    "Blank lines make paragraphs. Bold and the like as HTML, with the elements p, strong, em, a, ul, ol, li and h3."
)
SCHEMES = {"http", "https", "mailto"}
BLOCK = "</?(?:p|ul|ol|li|h3|h4|blockquote)(?: [^>]*)?>"
AROUND_BLOCKS = re.compile(rf"\s*({BLOCK})\s*")
AFTER_BLOCKS = re.compile(r"(</(?:p|ul|ol|li|h3|h4|blockquote)>|<[uo]l>)(?!$|\s*\n)")
EMPTY = re.compile(r"<p>(?:\s|&nbsp;|<br>)*</p>")
# What word processors paste, in the words of the closed set.
FOREIGN = [
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
    for foreign, ours in FOREIGN:
        text = foreign.sub(ours, text)
    cleaned = nh3.clean(text, tags=TAGS, attributes=ATTRIBUTES, url_schemes=SCHEMES, link_rel=None).strip()
    if cleaned and not re.search(BLOCK, cleaned):
        cleaned = "".join(f"<p>{paragraph}</p>" for paragraph in re.split(r"\s*\n\s*\n\s*", cleaned))
    return AROUND_BLOCKS.sub(r"\1", EMPTY.sub("", cleaned)).strip()


class RichTextarea(forms.Textarea):
    """Shows each paragraph and each point of a list on a line of its own."""

    def format_value(self, value: Any) -> str | None:
        shown = super().format_value(value)
        return AFTER_BLOCKS.sub("\\1\n", shown) if shown else shown


class TypedRichText(forms.CharField):
    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether it says something else: the lines in which it was shown mean nothing."""
        return clean_html(initial or "") != clean_html(data or "")


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
        return super().formfield(**{"help_text": HINT} | options | {"form_class": TypedRichText, "widget": widget})

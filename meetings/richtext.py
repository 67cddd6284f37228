"""Rich text: the small, closed set of HTML that texts may hold, and the database column that holds to it."""

from typing import Any

import nh3
from django.db import models

TAGS = {"p", "strong", "em", "a", "ul", "ol", "li", "h3", "h4", "blockquote", "sub", "sup", "br"}
ATTRIBUTES = {"a": {"href", "hreflang"}, "ol": {"start"}}
SCHEMES = {"http", "https", "mailto"}


def clean_html(text: str) -> str:
    """The text with everything outside the closed set removed; the words inside removed tags stay."""
    return nh3.clean(text, tags=TAGS, attributes=ATTRIBUTES, url_schemes=SCHEMES, link_rel=None).strip()


class RichTextField(models.TextField):
    """A column of sanitised HTML. It is cleaned on every way in: forms, imports and plain ORM saves alike."""

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        text = clean_html(super().pre_save(model_instance, add) or "")
        setattr(model_instance, self.attname, text)
        return text

"""“Help” in the header: the guide for the press office, opened at the section on the screen that one comes from."""

import re
from functools import cache
from itertools import pairwise
from pathlib import Path

from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import slugify
from django.utils.translation import gettext as _

GUIDE = Path(settings.BASE_DIR) / "docs" / "editors.md"
PICTURES = "guide"  # the folder of the static files that has docs/img


def show_help(request: HttpRequest) -> HttpResponse:
    """Show the guide. Everybody who may sign in may read it."""
    context = admin.site.each_context(request) | {"title": _("Help"), "guide": render_guide()}
    return render(request, "admin/agenda/help.html", context)


@cache
def render_guide() -> SafeString:
    """Return the guide as HTML, with the anchors that its links name. Links to other files of `docs` become words."""
    from markdown_it import MarkdownIt

    _title, _line, text = GUIDE.read_text().partition("\n")
    text = re.sub(r"\[([^]]+)\]\([\w-]+\.md[^)]*\)", r"\1", text)
    text = re.sub(r"\(img/([\w.-]+)\)", lambda picture: f"({static(f'{PICTURES}/{picture[1]}')})", text)
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = parser.parse(text)
    for heading, words in pairwise(tokens):
        if heading.type == "heading_open":
            heading.attrSet("id", slugify(words.content))
    html: str = parser.renderer.render(tokens, parser.options, {})
    html = html.replace("<th></th>", "<td></td>")  # Markdown has no table without headers
    return mark_safe(html)  # noqa: S308 our own file, and without HTML

"""Rich text: the limited set of HTML that texts can contain, and the database column that enforces it."""

import hashlib
import html
import re
import sys
from contextlib import suppress
from itertools import groupby
from typing import Any

import nh3
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from meetings.bounded_store import BoundedStore
from meetings.documents.combining_marks import remove_excess_marks
from meetings.fields.line import CONTROL_CHARACTERS, DIRECTION_SIGNS, HIDDEN_SIGNS
from meetings.fields.tag_nesting import (
    ALLOWED_ATTRIBUTES,
    ATTRIBUTES,
    BLOCK_TAGS,
    INLINE_TAGS,
    check_length,
    nest_tags,
)

ENTRY_SIZE = 300  # bytes, beside the text
kept_clean_texts = BoundedStore[bytes, str](20_000_000)
"""The clean forms of texts, by the digest of what they were cleaned from."""
ALLOWED_TAGS = {*BLOCK_TAGS, *INLINE_TAGS, "br"}
ALLOWED_SCHEMES = {"http", "https", "mailto"}
CLEANER = nh3.Cleaner(tags=ALLOWED_TAGS, attributes=ALLOWED_ATTRIBUTES, url_schemes=ALLOWED_SCHEMES, link_rel=None)
# Patterns of tags exclude “<” too, or else many tags without an end would each be read to the end of the text.
BLOCK_NAME = f"(?:{'|'.join(sorted(BLOCK_TAGS))})"
BLOCK_TAG = f"</?{BLOCK_NAME}(?: [^<>]*)?>"
SPLIT_AT_BLOCKS = re.compile(f"({BLOCK_TAG})")
SPLIT_AT_BLANK_LINES = re.compile(r"\n[^\S\n]*\n")  # with the space around them, each space would be read many times
AFTER_BLOCKS = re.compile(rf"(</{BLOCK_NAME}>|<[uo]l>)(?!$|\s*\n)")
# Anything in angle brackets that is not an element (“<ann@example.eu>”, “1 < 2”) is text. Without escaping, the
# cleaning would remove it as markup.
HTML_ELEMENTS = (
    "a abbr address article aside audio b big blockquote body br button caption center cite code col colgroup dd del "
    "details dfn div dl dt em embed fieldset figcaption figure font footer form frame h1 h2 h3 h4 h5 h6 head header hr "
    "html i iframe img input ins kbd label legend li link main map mark math menu meta nav noscript object ol optgroup "
    "option p param picture pre q s samp script section select small source span strike strong style sub summary sup "
    "svg table tbody td template textarea tfoot th thead time title tr tt u ul var video wbr xml"
)
LITERAL_LESS_THAN = re.compile(
    rf"<(?!/?(?:{'|'.join(HTML_ELEMENTS.split())}|[a-z]+:[a-z]+)(?:\s[^<>]*)?/?>|![a-z\[][^<>]*>)",
    re.IGNORECASE,
)
EMPTY_PARAGRAPH = re.compile(r"<p>(?:\s|&nbsp;|<br>)*</p>")
EMPTY_LIST_PART = re.compile(r"<li>(?:\s|&nbsp;|<br>)*</li>|<([uo]l)(?: [^<>]*)?>\s*</\1>")
LINE_SEPARATORS = re.compile("\r\n?|[\v\f\x85\u2028\u2029]")
REFUSED_IN_TEXTS = re.compile(f"(?![\t\n])[{DIRECTION_SIGNS}{HIDDEN_SIGNS}{CONTROL_CHARACTERS}]")
# Elements that word processors paste, with their equivalents in the limited set.
PASTED_MARKUP = [
    (re.compile(rf"<(/?)b{ATTRIBUTES}>", re.IGNORECASE), r"<\1strong>"),
    (re.compile(rf"<(/?)i{ATTRIBUTES}>", re.IGNORECASE), r"<\1em>"),
    (re.compile(rf"<(/?)h[12]{ATTRIBUTES}>", re.IGNORECASE), r"<\1h3>"),
    (re.compile(rf"<(/?)div{ATTRIBUTES}>", re.IGNORECASE), r"<\1p>"),
    (re.compile(r"(</(?:td|th|tr|h5|h6|dt|dd|section|caption)>)", re.IGNORECASE), r" \1"),
]


def clean_html(text: str) -> str:
    """Return the text without markup outside the limited set. The words inside removed tags stay separated.

    White space around paragraphs and lists is insignificant and removed, so that a text has one form and one digest. If
    there are no paragraphs, blank lines create them. Invisible signs that no format should contain go. Raise
    ValidationError if the text is too long, its tags too deep, or the address of a link cannot be read (`nest_tags`).

    The clean forms are kept, since a save asks for them several times, and to find one takes a tenth of the time.
    """
    check_length(len(text))
    key = hashlib.sha256(text.encode(errors="surrogatepass")).digest()
    cleaned = kept_clean_texts.get(key)
    if cleaned is None:
        cleaned = clean_afresh(text)
        kept_clean_texts.put(key, cleaned, sys.getsizeof(cleaned) + ENTRY_SIZE)
    return cleaned


def clean_afresh(text: str) -> str:
    text = LITERAL_LESS_THAN.sub("&lt;", remove_comments(remove_invisible_signs(text)))
    for pasted, equivalent in PASTED_MARKUP:
        text = pasted.sub(equivalent, text)
    cleaned = sanitise(text)
    if (visible := remove_invisible_signs(cleaned)) != cleaned:  # without a sign, an address may have another scheme
        cleaned = sanitise(visible)
    cleaned = remove_empty_blocks(cleaned).strip()
    if cleaned and not re.search(BLOCK_TAG, cleaned):
        paragraphs = filter(None, map(str.strip, SPLIT_AT_BLANK_LINES.split(cleaned)))
        cleaned = sanitise("".join(f"<p>{paragraph}</p>" for paragraph in paragraphs))  # formatting ends in each
    cleaned = remove_empty_blocks("".join(map(str.strip, SPLIT_AT_BLOCKS.split(cleaned))))
    check_length(len(cleaned))
    return cleaned


def sanitise(text: str) -> str:
    return CLEANER.clean(nest_tags(text))


def remove_invisible_signs(text: str) -> str:
    """Return the text without the characters that `validate_line` refuses. Separators of lines become line feeds."""
    if text.isascii() and text.isprintable():  # several times as fast
        return text
    return remove_excess_marks(REFUSED_IN_TEXTS.sub("", LINE_SEPARATORS.sub("\n", text)))


def remove_empty_blocks(text: str) -> str:
    """Return the text without paragraphs and list items that have no words, and the lists that are empty then."""
    text, count = EMPTY_PARAGRAPH.sub("", text), 1
    while count:
        text, count = EMPTY_LIST_PART.subn("", text)
    return text


def remove_comments(text: str) -> str:
    """Return the text without HTML comments. One without an end stays."""
    kept, position = [], 0
    while (start := text.find("<!--", position)) >= 0 and (end := text.find("-->", start + 4)) >= 0:
        kept.append(text[position:start])
        position = end + len("-->")
    return "".join(kept) + text[position:]


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


def parse_typed_text(text: str) -> str:
    """Return the HTML of a typed text.

    A blank line starts a new paragraph, a line with “- ” is a bullet, and **two asterisks** are bold. If the text
    contains paragraphs or lists in HTML, all of it is HTML.
    """
    if re.search(BLOCK_TAG, text):
        return clean_html(text)
    lines = [line.strip() for line in TYPED_BOLD.sub(r"<strong>\1</strong>", text).splitlines()]
    blocks = ((kind, list(group)) for kind, group in groupby(lines, classify_line))
    return clean_html("".join(render_block(kind, group) for kind, group in blocks))


def classify_line(line: str) -> str:
    return "" if not line else "ul" if TYPED_LIST_MARK.match(line) else "p"


def render_block(kind: str, lines: list[str]) -> str:
    if kind == "ul":
        return "<ul>{}</ul>".format("".join(f"<li>{TYPED_LIST_MARK.sub('', line, count=1)}</li>" for line in lines))
    return f"<p>{'<br>'.join(lines)}</p>" if kind else ""


def format_as_typed(text: str) -> str:
    """Return the HTML as it would be typed, if that results in the same HTML; otherwise as HTML, one block per line."""
    candidate = text
    for tags, typed in TYPED_EQUIVALENTS:
        candidate = tags.sub(typed, candidate)
    candidate = re.sub(r"\n{3,}", "\n\n", candidate).strip()
    with suppress(ValidationError):  # too long
        for typed in (html.unescape(candidate), candidate):
            if parse_typed_text(typed) == text:
                return typed
    return AFTER_BLOCKS.sub("\\1\n", text)


class RichTextField(models.TextField):
    """A column of sanitised HTML. It is cleaned on every save, from forms, imports and the ORM."""

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        text = clean_html(super().pre_save(model_instance, add) or "")
        setattr(model_instance, self.attname, text)
        return text

    def clean(self, value: Any, model_instance: models.Model | None) -> Any:
        cleaned = clean_html(value or "")
        if value and not cleaned and not self.blank:
            raise ValidationError(_("This contains no text that can be shown. Enter some words."), code="blank")
        return super().clean(cleaned, model_instance)

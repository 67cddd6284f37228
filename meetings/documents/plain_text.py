"""Convert rich text (the closed set of HTML in `meetings.fields.richtext`) to plain text.

The text is stored as the sanitizer wrote it, so replacing each tag is enough, and is several times as fast as a parser.
"""

import re
import unicodedata
from collections.abc import Mapping
from html import unescape

from meetings.documents.combining_marks import remove_excess_marks

TAG = re.compile(r"<(/?[a-z][a-z0-9]*)[^<>]*>")
INVISIBLE_CHARACTERS = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")  # such as soft hyphens within words
BLOCKS = ("p", "h3", "h4", "blockquote", "ul", "ol", "li")
SPACES: Mapping[str, str] = dict.fromkeys(["br", *BLOCKS, *(f"/{tag}" for tag in BLOCKS)], " ")
WORD_BREAKS = {**SPACES, "sup": " "}
LINE_BREAKS: Mapping[str, str] = dict.fromkeys(["br", "ul", "ol", *(f"/{tag}" for tag in BLOCKS)], "\n")
SIGN, DASH = "•", "–"  # neither is a word
LIST_SIGNS = dict(SPACES) | dict.fromkeys(["li", "h3", "h4"], f" {SIGN} ") | dict.fromkeys(["/ul", "/ol"], f" {DASH} ")
REPEATED_DASH = re.compile(rf"{DASH}(?: {DASH})+")


def html_to_line(html: str) -> str:
    """Return the text on one line."""
    return squeeze(replace_tags(html, SPACES))


def html_to_words(html: str) -> str:
    """Return the text on one line, with superscripts apart, since the mark of a footnote is not part of a number."""
    return squeeze(replace_tags(html, WORD_BREAKS))


def html_to_lines(html: str, bullet: str = "- ") -> str:
    """Return one line per paragraph or entry of a list, with the bullet before each entry.

    Spaces and tabs become one space, as in a browser. No-break spaces stay.
    """
    text = re.sub("[ \t]+", " ", replace_tags(html, {**LINE_BREAKS, "li": f"\n{bullet}"}))
    return "\n".join(line for each in text.split("\n") if (line := each.strip()))


def html_to_search_text(html: str) -> str:
    """Return one line in which list entries and headings start with a sign, and lists end with a dash.

    So they do not look like one sentence in an extract. Characters are normalized, see `normalize_characters`.
    """
    line = REPEATED_DASH.sub(DASH, squeeze(replace_tags(html, LIST_SIGNS)))
    line = line.replace(f"{DASH} {SIGN}", SIGN).removeprefix(f"{SIGN} ").removesuffix(f" {DASH}")
    return normalize_characters(line)


def shorten_text(text: str, max_length: int) -> str:
    """Return the text on one line, cut between two words if it is too long."""
    line = squeeze(text)
    if len(line) <= max_length:
        return line
    return line[: max_length - 1].rsplit(" ", 1)[0].rstrip(" ,;:.–-") + "…"


def cut_text(text: str, max_length: int) -> str:
    """Return the text, cut at a number of characters, of which the last is “…” then.

    It counts as the columns of PostgreSQL do. Django's `Truncator` does not count combining marks, of which a word can
    have hundreds.
    """
    return text if len(text) <= max_length else text[: max_length - 1] + "…"


def replace_tags(html: str, replacements: Mapping[str, str]) -> str:
    """Return the text with each tag replaced, or left out."""
    return unescape(TAG.sub(lambda tag: replacements.get(tag[1], ""), html))


def normalize_characters(text: str) -> str:
    """Return the text in Unicode's composed form (NFC), without characters that nobody sees."""
    if text.isascii():  # nothing to do
        return text
    return INVISIBLE_CHARACTERS.sub("", unicodedata.normalize("NFC", remove_excess_marks(text)))


def squeeze(text: str) -> str:
    return " ".join(text.split())

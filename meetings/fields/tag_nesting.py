"""Write the tags of an HTML text anew, so that a parser of HTML has little to do.

A parser opens formatting that was not closed again in each paragraph, and looks through all open elements at each
block, so that 100 kB can become gigabytes, or take seconds. In the result there are only tags of the limited set, whose
attributes end where they seem to; formatting and links end with their block; no format stands in itself; and nothing is
deeper than `MAX_DEPTH`.
"""

import re
from collections import Counter

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

BLOCK_TAGS = {"p", "ul", "ol", "li", "h3", "h4", "blockquote"}
INLINE_TAGS = {"strong", "em", "a", "sub", "sup"}
ALLOWED_ATTRIBUTES = {"a": {"href"}, "ol": {"start"}}
"""Reviewers see what these say: an address beside its link, a number before its entry. Add none that nobody sees."""
LIST_START = re.compile(r"""(["'])(?!1\1)[1-9][0-9]{0,3}\1""")  # lists begin with 1 anyway
DEEP_TAGS = BLOCK_TAGS - {"p", "li"}  # those two do not stand in each other without one of these
MAX_DEPTH = 50
# Attributes are read as parsers of HTML do: quotation marks hold “>” only where a value begins. “<” is in none of these
# patterns, or else many tags without an end would each be read to the end of the text.
NAME, VALUE = r"[^\s/<>=]++", r"""(?:"[^"<]*+"|'[^'<]*+'|[^\s"'<>][^\s<>]*+)"""
ATTRIBUTE = re.compile(rf"({NAME})(?:\s*+=\s*+({VALUE})?+)?+")
ATTRIBUTES = rf"(?:\s(?:[\s/]++|{NAME}(?:\s*+=\s*+{VALUE}?+)?+)*+(?=>)|\s[^<>]*)?"
TAG = re.compile(rf"<(?:(/?)([a-z][a-z0-9:]*)({ATTRIBUTES})/?|![^<>]*)>", re.IGNORECASE)
HREF = re.compile(r"(?<![\w-])href\s*+=", re.IGNORECASE)
PROGRAM_START, PROGRAM_END = (re.compile(f"<{end}(script|style)(?=[\\s/>])[^<>]*>?", re.I) for end in ("", "/"))
# Texts of the limited set that are nested as they would be written anew, such as nearly all that are stored.
TEXT, WORDS = "[^<>]*+", r"[^<>\s][^<>]*+"
NESTED_INLINE = "|".join(["<br>", *(f"<{tag}>{WORDS}</{tag}>" for tag in ("strong", "em", "sub", "sup"))])
NESTED_LINE = rf"""{TEXT}(?:(?:{NESTED_INLINE}|<a href="[^"<>]*+">{WORDS}</a>){TEXT})*+"""
NESTED_BLOCKS = [f"<{tag}>{NESTED_LINE}</{tag}>" for tag in ("p", "h3", "h4")]
NESTED_LISTS = [f"<{tag}>(?:<li>{NESTED_LINE}</li>)*+</{tag}>" for tag in ("ul", "ol")]
NESTED_TEXT = re.compile(f"(?:{'|'.join([*NESTED_BLOCKS, *NESTED_LISTS])})*+|{NESTED_LINE}")
MAX_TEXT_LENGTH = 100_000
"""In characters. It is checked before cleaning, whose time grows with the length, and for the result."""
MAX_REPEATED_LENGTH = 3000
"""How much longer than the text all its formats can be, in characters. They begin again in each of their paragraphs."""


def check_length(length: int) -> None:
    if length > MAX_TEXT_LENGTH:
        message = _("This text has %(length)d characters. The maximum is %(maximum)d: shorten it.")
        raise ValidationError(message, code="max_length", params={"length": length, "maximum": MAX_TEXT_LENGTH})


def nest_tags(text: str) -> str:
    """Return the text with its tags nested. Raise ValidationError if they cannot be, or make it too long."""
    if NESTED_TEXT.fullmatch(text):
        check_length(len(text))
        return text
    return write_tags_anew(text)


def write_tags_anew(text: str) -> str:
    words, *rest = TAG.split(remove_programs(text))
    nested = NestedText(len(text) + MAX_REPEATED_LENGTH)
    nested.add_words(words)
    for slash, name, attributes, words in zip(*(rest[n::4] for n in range(4)), strict=True):
        if name:
            nested.add_tag(bool(slash), name.lower(), attributes)
        nested.add_words(words)
    return "".join(nested.pieces)


def remove_programs(text: str) -> str:
    """Return the text without scripts and styles. One without an end goes on to the end of the text."""
    kept, position = [], 0
    while start := PROGRAM_START.search(text, position):
        kept.append(text[position : start.start()])
        end = PROGRAM_END.search(text, start.end())
        position = end.end() if end else len(text)
    return "".join(kept) + text[position:]


class NestedText:
    """A text that is written piece by piece.

    `inline` has the formatting and links that are open in the source, the outermost first. The first `written` of them
    are open in the pieces, too: the others begin with the next words. A format that is open already has an empty tag.
    `formats_left` is how long further formats can be.
    """

    def __init__(self, max_formats: int) -> None:
        self.formats_left = max_formats
        self.pieces: list[str] = []
        self.length = self.written = 0
        self.inline: list[tuple[str, str]] = []
        self.deep = Counter[str]()
        self.is_between_blocks = True

    def add(self, piece: str) -> None:
        self.pieces.append(piece)
        self.length += len(piece)
        check_length(self.length)

    def add_words(self, words: str) -> None:
        if words.strip() or not (self.is_between_blocks or not words):
            self.open_inline()
        self.add(words.replace("<", "&lt;"))

    def open_inline(self) -> None:
        for _name, tag in self.inline[self.written :]:
            self.add(tag)
            self.formats_left -= len(tag)
        if self.formats_left < 0:
            message = _(
                "Too many paragraphs of this text repeat its formats, or a long address. Remove some formats or links."
            )
            raise ValidationError(message, code="formats")
        self.written, self.is_between_blocks = len(self.inline), False

    def close_inline(self, first: int) -> None:
        """End the formatting from the `first` on, the innermost first."""
        for name, tag in reversed(self.inline[first : self.written]):
            self.add(f"</{name}>" if tag else "")
        self.written = min(self.written, first)

    def add_tag(self, is_end: bool, name: str, attributes: str) -> None:
        if name == "br":
            self.open_inline()
            self.add("<br>")
        elif name in BLOCK_TAGS:
            self.add_block_tag(is_end, name, attributes)
        elif name in INLINE_TAGS and is_end:
            self.end_inline(name)
        elif name in INLINE_TAGS:
            if name == "a":  # a link ends where the next one begins
                self.end_inline(name)
            is_open = any(name == other for other, _tag in self.inline)
            self.inline.append((name, "" if is_open else build_tag(name, attributes)))
            check_depth(len(self.inline))

    def end_inline(self, name: str) -> None:
        """End the last open element of that name; those within it go on after it."""
        for index in reversed(range(len(self.inline))):
            if self.inline[index][0] == name:
                self.close_inline(index)
                del self.inline[index]
                break

    def add_block_tag(self, is_end: bool, name: str, attributes: str) -> None:
        self.close_inline(0)
        self.is_between_blocks = True
        if name in DEEP_TAGS:
            self.deep[name] = max(0, self.deep[name] + (-1 if is_end else 1))
            check_depth(self.deep.total())
        self.add(f"</{name}>" if is_end else build_tag(name, attributes))


def check_depth(depth: int) -> None:
    if depth > MAX_DEPTH:
        message = _(
            "This text has more than %(maximum)d lists, quotations or formats in each other. Close or remove some."
        )
        raise ValidationError(message, code="max_depth", params={"maximum": MAX_DEPTH})


def build_tag(name: str, attributes: str) -> str:
    """Return the tag with those of its attributes that it may have. Raise ValidationError if a link has no address."""
    found: dict[str, str] = {}
    for key, value in ATTRIBUTE.findall(attributes) if name in ALLOWED_ATTRIBUTES else ():
        if key.lower() in ALLOWED_ATTRIBUTES[name] and value:
            found.setdefault(key.lower(), value if value[0] in "\"'" else '"{}"'.format(value.replace('"', "&quot;")))
    if name == "ol" and not LIST_START.fullmatch(found.get("start", "")):
        return "<ol>"
    if name == "a" and "href" not in found and HREF.search(attributes):
        message = _("The address of a link cannot be read: <a%(attributes)s>. Put the address in quotation marks.")
        raise ValidationError(message, code="link", params={"attributes": attributes[:100]})
    return f"<{name}{''.join(f' {key}={value}' for key, value in found.items())}>"

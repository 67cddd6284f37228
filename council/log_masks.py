"""Keep out of the log what would let its readers in."""

import logging
import re
import time
from urllib.parse import unquote

LINK_PATH = re.compile(
    # Not within a word. Django writes some signs of an address as \uff0f, \xa0 or \n.
    r"(?:(?<![\w-])|(?<=\\[tnr])|(?<=\\x[0-9a-f]{2})|(?<=\\u[0-9a-f]{4})|(?<=\\u[0-9a-f]{8}))"
    r"(?:preview|set-password)(?:;[^/;\s\"'<>]{0,99}+){0,9}+[^\w/-]*+/+",  # in linear time
    re.IGNORECASE,
)
SOURCE_LINE = re.compile(r'  File "[^"]+", line \d+')  # of a traceback, which may name a module of previews
_WORD = re.compile(r"[^\s\"'<>]+")
MAX_DECODINGS = 3


class LinkTokenFormatter(logging.Formatter):
    """Mask the tokens of preview links, and of links to set a password: whoever has the address can open it.

    It masks the whole entry: whatever the message, its arguments and the traceback contain, and whoever wrote it. Times
    are in UTC: those of Brussels come twice at the end of summer time.
    """

    converter = staticmethod(time.gmtime)
    default_time_format, default_msec_format = "%Y-%m-%dT%H:%M:%S", "%s.%03dZ"

    def format(self, record: logging.LogRecord) -> str:
        return mask_link_tokens(super().format(record))


def mask_link_tokens(text: str) -> str:
    return "\n".join(line if SOURCE_LINE.match(line) else mask_line(line) for line in text.split("\n"))


def mask_line(line: str) -> str:
    """Mask all that follows the path of a link: a token may have a space or a quotation mark before or in it.

    Of an address that hides the path by its spelling, nothing is left.
    """
    found = LINK_PATH.search(line)
    beginnings = [line[: found.end()]] if found else []
    beginnings += [f"{line[: word.start()]}/" for word in _WORD.finditer(line) if hides_link(word[0])]
    shown = min(beginnings, key=len, default=line)
    return f"{shown}…" if re.search(r"\w", line[len(shown) :]) else line


def hides_link(word: str) -> bool:
    plain = word.replace("\\", "/")
    for _time in range(MAX_DECODINGS):
        plain = unquote(plain).replace("\\", "/")
    return plain != word and LINK_PATH.search(plain) is not None

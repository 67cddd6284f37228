"""Keep out of the log what would let its readers in."""

import logging
import re
from urllib.parse import unquote

LINK_TOKEN = re.compile(r"(/(?:preview|set-password)/+)[^\s\"']+", re.IGNORECASE)
_WORD = re.compile(r"[^\s\"'<>]+")
MAX_DECODINGS = 3


class LinkTokenFormatter(logging.Formatter):
    """Mask the tokens of preview links, and of links to set a password: whoever has the address can open it.

    It masks the whole entry: whatever the message, its arguments and the traceback contain, and whoever wrote it.
    """

    def format(self, record: logging.LogRecord) -> str:
        return mask_link_tokens(super().format(record))


def mask_link_tokens(text: str) -> str:
    return _WORD.sub(lambda word: mask_word(word[0]), text)


def mask_word(word: str) -> str:
    """Mask what follows the path of a link. Of an address that hides it by its spelling, nothing is left."""
    plain = word.replace("\\", "/")
    for _time in range(MAX_DECODINGS):
        plain = unquote(plain).replace("\\", "/")
    if plain == word:
        return LINK_TOKEN.sub(r"\1…", word)
    return "/…" if LINK_TOKEN.search(plain) else word

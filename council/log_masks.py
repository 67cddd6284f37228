"""Keep out of the log what would let its readers in."""

import logging
import re

LINK_TOKEN = re.compile(r"((?:/preview|/admin/+set-password)/+)[^\s\"']+", re.IGNORECASE)


class LinkTokenFilter(logging.Filter):
    """Mask the tokens of preview links, and of links to set a password: whoever has the address can open it."""

    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        if (masked := LINK_TOKEN.sub(r"\1…", message)) != message:
            record.msg, record.args = masked, None
        return True

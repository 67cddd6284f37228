"""Keep out of the log what would let its readers in."""

import logging
import re

PREVIEW_TOKEN = re.compile(r"(/preview/+)[^/\s\"']+", re.IGNORECASE)


class PreviewTokenFilter(logging.Filter):
    """Mask the tokens of preview links in messages: whoever has the address of one can open it."""

    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        if (masked := PREVIEW_TOKEN.sub(r"\1…", message)) != message:
            record.msg, record.args = masked, None
        return True

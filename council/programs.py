"""What programs read: the API, feeds and calendars. CORS, limits and compression hold for these addresses.

What is costly is for people, and limited all the same: whoever asks a thousand times finds out by time, or keeps others
from it.

What is written about the API is a page like any other: whoever has asked too often has to be able to read why.
"""

import re

PAGES_ABOUT = r"docs/$|problems/[\w-]+/$"
ADDRESSES = rf"^(?:/api/(?!{PAGES_ABOUT})|/[a-z]{{2}}/(?:.+/)?[^/]+\.(?:atom|ics)$)"
_FOR_PROGRAMS = re.compile(ADDRESSES)
_COSTLY = re.compile(r"^/[a-z]{2}/(?:search/$|(?:.+/)?note\.(?:pdf|docx|txt)$)")


def is_for_programs(path: str) -> bool:
    return _FOR_PROGRAMS.match(path) is not None


def is_costly(path: str) -> bool:
    return _COSTLY.match(path) is not None

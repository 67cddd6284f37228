"""What programs read: the API, feeds and calendars. CORS, limits and compression hold for these addresses.

What is written about the API is a page like any other: whoever has asked too often has to be able to read why.
"""

import re

PAGES_ABOUT = r"docs/$|problems/[\w-]+/$"
ADDRESSES = rf"^(?:/api/(?!{PAGES_ABOUT})|/[a-z]{{2}}/(?:.+/)?[^/]+\.(?:atom|ics)$)"
# Files take as long to make as what programs read: whoever asks for all of them at once is told to wait.
FILES = r"^/[a-z]{2}/(?:.+/)?note\.(?:pdf|docx|txt)$"
_FILES = re.compile(FILES)
_FOR_PROGRAMS = re.compile(ADDRESSES)


def is_for_programs(path: str) -> bool:
    return _FOR_PROGRAMS.match(path) is not None


def is_counted(path: str) -> bool:
    """Whether the rate holds there. What it refuses of a file is told to people."""
    return is_for_programs(path) or _FILES.match(path) is not None

"""Recognise the paths that programs read: the API, feeds and calendars. CORS, limits and compression apply to them.

Some pages for people are costly and therefore limited, too. A client that requests them a thousand times could learn
something from the response times, or could keep others from using them.

Other pages are limited by the processor time that they take, so that nobody needs to count how often people read.

The documentation of the API counts as a page, not as a program: clients that have sent too many requests must be able
to read why. The admin is not limited: only users with an account reach it.
"""

import re

DOCUMENTATION_PATHS = r"$|docs/?$|docs/press-conferences/?$|problems/[\w-]+/$"
PROGRAM_PATHS = rf"^(?:/api/(?!{DOCUMENTATION_PATHS})|/[a-z]{{2}}/(?:.+/)?[^/]+\.(?:atom|ics)$)"
_PROGRAM_PATH = re.compile(PROGRAM_PATHS)
_COSTLY_PATH = re.compile(
    r"^/[a-z]{2}/(?:search/(?:calendar\.ics|feed\.atom)?$|(?:.+/)?note\.(?:pdf|docx|txt)$)|^/api/v1/dump/[^/]+$"
)

_CALENDAR_PATH = re.compile(r"/calendar\.ics$")
_SEARCH_PARAMETER = re.compile(r"(?:^|&)(?:q|%71)=")


def is_for_programs(path: str) -> bool:
    return _PROGRAM_PATH.match(path) is not None


def is_limited(path: str) -> bool:
    return not path.startswith("/admin/")


def is_costly(path: str, query: str) -> bool:
    """Return True for searches, also those of the API, and for files."""
    return _COSTLY_PATH.match(path) is not None or (
        path.startswith("/api/v1/") and _SEARCH_PARAMETER.search(query) is not None
    )


def is_calendar(path: str) -> bool:
    """Return True for calendars of many meetings, which may take a second."""
    return _CALENDAR_PATH.search(path) is not None

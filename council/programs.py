"""What programs read: the API, feeds and calendars. CORS, limits and compression hold for these addresses."""

import re

ADDRESSES = r"^(?:/api/|/[a-z]{2}/(?:.+/)?[^/]+\.(?:atom|ics)$)"
_FOR_PROGRAMS = re.compile(ADDRESSES)


def is_for_programs(path: str) -> bool:
    return _FOR_PROGRAMS.match(path) is not None

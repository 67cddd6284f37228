"""Mark the texts of a page with their places in the document, so that a reviewer can comment on them.

Only the review screen asks for the marks. The bytes of public pages do not change.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString

from meetings.documents.traversal import PART_KINDS

has_marks: ContextVar[bool] = ContextVar("has_marks", default=False)
KINDS = frozenset(PART_KINDS.values())
NO_MARK = SafeString("")


@contextmanager
def mark_texts() -> Iterator[None]:
    """Mark the texts of the pages that are rendered within this context."""
    token = has_marks.set(True)
    try:
        yield
    finally:
        has_marks.reset(token)


def format_text_mark(path: Sequence[Any]) -> SafeString:
    """Return ` data-text="agenda <id> text"` for the path of a text (as in `fallbacks`), or an empty string.

    A text of the document itself has only the name of its member. A text within a member, such as the alternative text
    of a picture, has the name of that member.
    """
    if not has_marks.get() or (len(path) > 1 and (len(path) < 3 or path[0] not in KINDS)):
        return NO_MARK
    return format_html(' data-text="{}"', " ".join(map(str, path[:3])))

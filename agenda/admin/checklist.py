"""Lay out the checks of a document for a screen: grouped as in the note editor, each with a link to its field."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from agenda.dashboard.admin_urls import check_url
from agenda.documents.checks import MAX_NAME_LENGTH, Check, CheckLevel, get_point_name
from agenda.documents.diff.labels import get_part_name
from agenda.workflow.drafts import Subject, SubjectDocument
from meetings.documents.schema import Point
from meetings.documents.traversal import get_part_kind, walk_parts

CHECK_HEADINGS = {
    CheckLevel.SUBMIT: _("Before you submit"),
    CheckLevel.PUBLISH: _("Before it is published"),
    CheckLevel.ODD: _("Please check"),
}


@dataclass(frozen=True)
class ChecklistGroup:
    """The checks of a level. Each entry is a message and the URL of its field."""

    level: CheckLevel
    heading: str
    entries: list[tuple[str, str]]


def build_checklist(subject: Subject, document: SubjectDocument, checks: Sequence[Check]) -> list[ChecklistGroup]:
    """Return the groups that have checks."""
    parts = {(get_part_kind(part), str(part.id)): part for part in walk_parts(document)}

    def list_entries(level: CheckLevel) -> list[tuple[str, str]]:
        return [
            (add_part_name(check.message, parts.get((check.kind, check.id))), check_url(subject, check))
            for check in checks
            if check.level == level
        ]

    groups = (ChecklistGroup(level, str(heading), list_entries(level)) for level, heading in CHECK_HEADINGS.items())
    return [group for group in groups if group.entries]


def add_part_name(message: str, part: Any) -> str:
    """Return the message, after the name of its part if it does not mention it. Messages shorten long names."""
    if part is None:
        return message
    name = get_point_name(part) if isinstance(part, Point) else getattr(part, "title", "") or getattr(part, "name", "")
    is_mentioned = name and name[: MAX_NAME_LENGTH - 1].casefold() in message.casefold()
    return message if is_mentioned else f"{capfirst(get_part_name(part))}: {message}"

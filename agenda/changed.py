"""Collect what has changed in the programme and agenda of a meeting since it was first published.

An alert says when a change was announced, but may leave out details such as the earlier time or the room. So the page
also shows the earlier times and places of the points themselves, unless an alert already contains exactly that.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from meetings.day_sheet.entries import ScheduleEntry
from meetings.documents.shape import Item, MeetingDocument
from meetings.indexing import walk_items
from meetings.templatetags.publishing import format_page_clock
from meetings.vocabulary import PointKind, PointState

MAX_OPEN_ALERTS = 3  # alerts that are shown without opening “Earlier changes”
MAX_LISTED_CHANGES = 4  # further changes are shown at their place in the programme only
PRIORITY_POINT_KINDS = (PointKind.PRESS_CONFERENCE, PointKind.PRESS_BRIEFING, PointKind.DOORSTEP)
CHANGED_POINT_STATES = (PointState.CANCELLED, PointState.DELAYED, PointState.MOVED)
MATCHED_TITLE_LENGTH = 100  # first characters of a title, as alerts may shorten it


@dataclass(frozen=True)
class RecentChanges:
    """The points and items that have changed. `has_more` means that other points or items have changed, too."""

    points: Sequence[ScheduleEntry] = field(default_factory=list)
    items: Sequence[Item] = field(default_factory=list)
    has_more: bool = False

    def __bool__(self) -> bool:
        return bool(self.points or self.items)


def collect_recent_changes(document: MeetingDocument, entries: Sequence[ScheduleEntry]) -> RecentChanges:
    """Return the changed points that are not over and the changed items, without those that the newest alerts describe
    completely in the reader's language.
    """
    newest = document.alerts[:MAX_OPEN_ALERTS]
    alert_texts = [alert.text.casefold() for alert in newest if f"alerts.{alert.id}.text" not in document.fallbacks]

    def is_in_alerts(*words: str) -> bool:
        return any(all(word.casefold() in text for word in words) for text in alert_texts)

    changed = [
        entry
        for entry in entries
        if not entry.is_over
        if (entry.previous or entry.state in CHANGED_POINT_STATES) and not is_in_alerts(*list_change_words(entry))
    ]
    shown = changed
    if len(changed) > MAX_LISTED_CHANGES:
        shown = [entry for entry in changed if entry.point.kind in PRIORITY_POINT_KINDS][:MAX_LISTED_CHANGES]
    items = [
        item
        for item, _parent in walk_items(document.agenda)
        if item.state and not is_in_alerts(item.title[:MATCHED_TITLE_LENGTH])
    ]
    has_more = len(changed) > len(shown) or len(items) > MAX_LISTED_CHANGES
    return RecentChanges(shown, items[:MAX_LISTED_CHANGES], has_more=has_more)


def list_change_words(entry: ScheduleEntry) -> list[str]:
    """Return the words that an alert must contain to describe the change completely."""
    point, was = entry.point, entry.previous[-1].was if entry.previous else None
    words = [str(point.state.label)] if point.state == PointState.CANCELLED or not was else []
    if was and (was.time, was.time_text) != (point.time, point.time_text):
        words += [format_page_clock(point.time) or point.time_text, format_page_clock(was.time) or was.time_text]
    if was and was.place and was.place != point.place:
        words += [point.place, was.place]
    return [str(point.kind.label), *words] if len(words) < 2 else words

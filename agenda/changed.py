"""What changed of a note since readers knew it first, as its points and items tell it.

What was written of a change on the day (an alert) says when it was told, and may leave out half of it: the time that
was, the room. So what the points themselves say of earlier times stands beside it, unless it has told just that.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from meetings.day_sheet.entries import Entry
from meetings.documents.shape import Item, MeetingDocument
from meetings.indexing import walk
from meetings.templatetags.publishing import clock
from meetings.vocabulary import PointKind, PointState

NEWEST = 3  # alerts that stand open on the page
MOST = 4  # more than these are told at their place in the programme only
FOR_THE_PRESS = (PointKind.PRESS_CONFERENCE, PointKind.PRESS_BRIEFING, PointKind.DOORSTEP)
OTHERWISE = (PointState.CANCELLED, PointState.DELAYED, PointState.MOVED)
LONGEST = 100  # of a title, as far as alerts surely have it


@dataclass(frozen=True)
class Changed:
    """`has_more`: other points changed, too."""

    points: Sequence[Entry] = field(default_factory=list)
    items: Sequence[Item] = field(default_factory=list)
    has_more: bool = False

    def __bool__(self) -> bool:
        return bool(self.points or self.items)


def changed(document: MeetingDocument, entries: Sequence[Entry]) -> Changed:
    """What is still ahead or on, and none of the newest alerts tells in full in the reader's language."""
    newest = document.alerts[:NEWEST]
    told = [one.text.casefold() for one in newest if f"alerts.{one.id}.text" not in document.fallbacks]

    def is_told(*words: str) -> bool:
        return any(all(word.casefold() in text for word in words) for text in told)

    found = [
        entry
        for entry in entries
        if not entry.is_over
        if (entry.previous or entry.state in OTHERWISE) and not is_told(*telling(entry))
    ]
    shown = found if len(found) <= MOST else [one for one in found if one.point.kind in FOR_THE_PRESS][:MOST]
    items = [item for item, _parent in walk(document.agenda) if item.state and not is_told(item.title[:LONGEST])]
    return Changed(shown, items[:MOST], has_more=len(found) > len(shown) or len(items) > MOST)


def telling(entry: Entry) -> list[str]:
    """The words that a sentence has which tells the whole change."""
    point, was = entry.point, entry.previous[-1].was if entry.previous else None
    words = [str(point.state.label)] if point.state == PointState.CANCELLED or not was else []
    if was and (was.time, was.time_text) != (point.time, point.time_text):
        words += [clock(point.time) or point.time_text, clock(was.time) or was.time_text]
    if was and was.place and was.place != point.place:
        words += [point.place, was.place]
    return [str(point.kind.label), *words] if len(words) < 2 else words

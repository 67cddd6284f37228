"""What a text that is not live takes over of a change: what it says as readers saw it. Else it keeps its own.

A time and its day are one value, and so are the state of an item and the note on it. By the source document it is
decided for all languages: what is only translated otherwise is no other value. A point that readers have not seen is
later where everything is.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

import msgspec
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from agenda.models import AgendaItem
from agenda.publishing.facts.changes import DATES, NOT_BEGUN, WHEN_AND_WHERE, Facts, Values
from agenda.publishing.facts.lateness import begins_later, day_of
from agenda.publishing.facts.settling import time_values
from agenda.publishing.facts.telling import LONGEST_TITLE, day, name_of, when
from meetings.documents.shape import Item, MeetingDocument, Point
from meetings.indexing import walk
from meetings.models import Meeting, ProgrammePoint
from meetings.vocabulary import ItemState, MeetingStatus, PointKind, PointState, TimePrecision

WHEN = {"date", "time", "time_precision", "time_text"}


def taken_over(facts: Facts, held: MeetingDocument) -> Facts:
    """The change as the text takes it over whose source document this is."""
    live = facts.live_in(held.language)
    return replace(
        facts,
        points=unseen_later(facts, held, live)
        | {
            key: point_values(facts.points[key], point, old, same_time=clock(point, held) == clock(old, live))
            for key, (point, old) in both(points_in, held, live, facts.points).items()
        },
        items={
            key: item_values(facts.items[key], *pair) for key, pair in both(items_in, held, live, facts.items).items()
        },
        meeting=status_values(facts.meeting, held, live),
    )


def unseen_later(facts: Facts, held: MeetingDocument, live: MeetingDocument) -> dict[UUID, Values]:
    """New times of the points that readers have not seen; they are not delayed by anything announced."""
    points = points_in(held)
    later = begins_later(held, facts.late, facts.now) if facts.late else {}
    return {
        key: time_values(points[key], {"time": f"{begins:%H:%M}"})
        | ({"date": begins.date()} if begins.date() != day_of(points[key], held) else {})
        for key, begins in later.items()
        if key not in points_in(live)
    }


def points_in(document: MeetingDocument) -> dict[UUID, Any]:
    return {point.id: point for point in document.programme}


def items_in(document: MeetingDocument) -> dict[UUID, Any]:
    return {item.id: item for item, _parent in walk(document.agenda)}


def both(
    parts_in: Callable[[MeetingDocument], dict[UUID, Any]],
    held: MeetingDocument,
    live: MeetingDocument,
    wanted: Collection[UUID],
) -> Mapping[UUID, tuple[Any, Any]]:
    """The parts that change and that both have, as each says them."""
    own_parts, live_parts = parts_in(held), parts_in(live)
    return {key: (own_parts[key], live_parts[key]) for key in wanted if key in own_parts}


def clock(point: Point, document: MeetingDocument) -> tuple[Any, str]:
    """How exact the time is, and how it is printed, makes no other time of it."""
    return day_of(point, document), point.time or point.time_text


def point_values(new: Values, held: Point, old: Point, *, same_time: bool) -> Values:
    lost: set[str] = set() if same_time else set(WHEN)
    lost |= {name for name in ("place", "live", "speakers") if getattr(held, name) != getattr(old, name)}
    adopted = without(new, lost)
    return adopted if takes_state(new, adopted, held.state, old.state) else without(adopted, {"state"})


def takes_state(new: Values, taken: Values, held: PointState, old: PointState) -> bool:
    """Delayed and moved follow from time and place: they go with these. All else is said of every point to be."""
    if "state" in new and {new["state"], old} <= set(NOT_BEGUN):
        moved = new.keys() & set(WHEN_AND_WHERE)
        return held == old and (not moved or not moved.isdisjoint(taken))
    return held == old or {held, old} <= set(NOT_BEGUN)


def item_values(new: Values, held: Item, old: Item) -> Values:
    same = held.state == old.state and ("state" in new or held.state_note == old.state_note)
    return new if same else {}


def status_values(new: Values, held: MeetingDocument, live: MeetingDocument) -> Values:
    """A reason of its own may be that of another date as well, and a date of its own stays. So does having none."""
    own_date = (held.start_date, held.end_date) != (live.start_date, live.end_date)
    stays_without = held.start_date is None and own_date and new.get("status") != MeetingStatus.POSTPONED
    if "status" in new and (held.status != live.status or stays_without):
        return {}
    lost = set(DATES) if own_date else set()
    lost |= set() if held.status_reason in ("", live.status_reason) else {"status_reason"}
    return without(new, lost)


def without(values: Values, names: Collection[str]) -> Values:
    return {name: value for name, value in values.items() if name not in names}


def own_words(facts: Facts, held: MeetingDocument) -> str:
    """What the text says otherwise and keeps, as “Press conference: 16:00”; empty where it takes all of it over."""
    live, adapted = facts.live_in(held.language), taken_over(facts, held)
    conflicts = [status_words(kept(facts.meeting, adapted.meeting, held).difference(DATES), held)]
    for key, (point, old) in both(points_in, held, live, facts.points).items():
        names = kept(facts.points[key], adapted.points[key], point)
        texts = ", ".join(point_words(names, point, old, held, live))
        conflicts.append(texts and f"{name_of(point, held)}: {texts}")
    for key, (item, _old) in both(items_in, held, live, facts.items).items():
        conflicts.append(item_words(item) if kept(facts.items[key], adapted.items[key], item) else "")
    return "; ".join(filter(None, conflicts))


def kept(new: Values, taken: Values, held: Any) -> set[str]:
    return {name for name in new.keys() - taken.keys() if new[name] != getattr(held, name)}


def status_words(names: Collection[str], held: MeetingDocument) -> str:
    status = str(held.status.label) if "status" in names else ""
    reason = f"“{held.status_reason}”" if names and held.status_reason else ""
    text = ", ".join(filter(None, (status, reason)))
    return text and _("The meeting: %s") % text


def point_words(
    names: Collection[str], point: Point, old: Point, held: MeetingDocument, live: MeetingDocument
) -> Iterator[str]:
    if not WHEN.isdisjoint(names):
        another_day = day(point, held) if day_of(point, held) != day_of(old, live) else ""
        yield " ".join(filter(None, (another_day, when(point, held)))) or _("no time")
    if "place" in names:
        yield point.place or _("no place")
    if "live" in names:
        yield _("streamed live") if point.live else _("not streamed live")
    if "speakers" in names:
        yield (
            _("with %s") % ", ".join(speaker.name for speaker in point.speakers) if point.speakers else _("no speaker")
        )
    if "state" in names and point.state != old.state:
        yield str(point.state.label)


def item_words(item: Item) -> str:
    note = f" ({item.state_note})" if item.state_note else ""
    return f"“{Truncator(f'{item.number} {item.title}'.strip()).chars(LONGEST_TITLE)}”: {item.state.label}{note}"


def said_by_rows(meeting: Meeting, facts: Facts) -> MeetingDocument:
    """What the rows of the working copy say of facts, in the shape of a document: nothing else of it counts."""
    return msgspec.structs.replace(
        facts.live_in(meeting.source_language),
        status=MeetingStatus(meeting.status),
        status_reason=meeting.status_reason,
        start_date=meeting.start_date,
        timezone=meeting.time_zone,
        programme=[said_by_point(row) for row in ProgrammePoint.objects.filter(meeting=meeting)],
        agenda=[
            Item(id=row.pk, number=row.number, title=row.title, state=ItemState(row.state), state_note=row.state_note)
            for row in AgendaItem.objects.filter(meeting=meeting)
        ],
    )


def said_by_point(row: ProgrammePoint) -> Point:
    facts = {name: getattr(row, name) for name in ("title", "date", "time_text", "live", "place", "speakers")}
    return Point(
        id=row.pk,
        kind=PointKind(row.kind),
        time=f"{row.time:%H:%M}" if row.time else None,
        time_precision=TimePrecision(row.time_precision),
        state=PointState(row.state),
        **facts,
    )

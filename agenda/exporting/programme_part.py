"""The programme of a note in reading order: a table a day, of when and what."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from msgspec.structs import replace

from agenda.exporting.blocks import Block, Blocks, Fact, Heading, Listing, Paragraph, Run, Timetable, joined
from agenda.exporting.telling import Runs, Telling, note
from agenda.rendering import by_day
from meetings.documents.shape import Point, Speaker
from meetings.spoken import said_time
from meetings.templatetags.publishing import items_of
from meetings.times import printed_precision, says_more
from meetings.vocabulary import PointKind, TimePrecision


def programme_blocks(telling: Telling) -> Iterator[Block]:
    days = by_day(telling.document)
    for day, points in days:
        if (day and len(days) > 1) or day != telling.document.start_date:
            yield Heading(3, telling.days(day, None))
        head = ([telling.word(pgettext("heading of a programme", "Time"))], [telling.word(_("What happens"))])
        yield Timetable(head, [point_row(telling, point, day) for point in points])
    zone = _("Local times (%(timezone)s)") % {"timezone": telling.document.timezone}
    yield from note([telling.word(zone)])


def point_row(telling: Telling, point: Point, day: dt.date | None) -> Fact:
    return Fact(time_runs(telling, point), list(point_blocks(telling, point, day)))


def time_runs(telling: Telling, point: Point, *earlier: Any) -> Runs:
    """“about 13:00”; as printed where that says more than a clock and how exact it is."""
    if point.time_text and (point.time is None or says_more(point.time_text)):
        return telling.text(point.time_text, "programme", point.id, *earlier, "time_text")
    said, language = said_time(point)
    if said:
        return [Run(said, telling.marked(language))]
    unknown = point.time_precision == TimePrecision.TO_BE_CONFIRMED
    return [telling.word(_("time to be confirmed"))] if unknown else []


def point_blocks(telling: Telling, point: Point, day: dt.date | None) -> Iterator[Block]:
    yield Paragraph(point_name(telling, point))
    if point.state:
        yield Paragraph([telling.label(point.state.label, strong=True)])
    for place in range(len(point.previous))[-2:]:
        yield from note([telling.word(_("Planned before:")), Run(" "), *was(telling, point, place, day)])
    yield from note(point_facts(telling, point))
    yield from speakers(telling, point.speakers, point)
    yield from telling.rich(point.text, "programme", point.id, "text")
    for item in items_of(telling.document, point):
        number = [Run(f"{item.number} ")] if item.number else []
        yield from note(number + telling.text(item.title, "agenda", item.id, "title"))
    yield from telling.links(point.links)


def was(telling: Telling, point: Point, place: int, day: dt.date | None) -> Runs:
    """When and where the point was to be before: “Thursday 14 September 2017 · about 13:00 · Press room”."""
    earlier = point.previous[place]
    precision = printed_precision(earlier.time_text)
    before = replace(point, time=earlier.time, time_text=earlier.time_text, time_precision=precision)
    path = ("previous", place)
    return joined(
        [
            telling.days(earlier.date if earlier.date != day else None, None),
            time_runs(telling, before, *path) if earlier.time or earlier.time_text else [],
            telling.text(earlier.place if earlier.place != point.place else "", "programme", point.id, *path, "place"),
        ]
    )


def point_name(telling: Telling, point: Point) -> Runs:
    title = telling.text(point.title, "programme", point.id, "title", strong=True)
    if not title:
        return [telling.word(point.kind.label, strong=True)]
    return title if point.kind == PointKind.OTHER else joined([title, [telling.word(point.kind.label, quiet=True)]])


def point_facts(telling: Telling, point: Point) -> Runs:
    return joined(
        [
            telling.session(point.session),
            telling.text(point.place, "programme", point.id, "place"),
            [telling.word(_("Streamed live"))] if point.live else [],
            [telling.word(_("In the margins of the meeting"))] if point.in_margins else [],
        ]
    )


def speakers(telling: Telling, speakers: list[Speaker], point: Point) -> Iterator[Block]:
    entries: list[Blocks] = []
    for place, speaker in enumerate(speakers):
        role = telling.text(speaker.role, "programme", point.id, "speakers", place, "role", quiet=True)
        entries.append([Paragraph(joined([[Run(speaker.name)], role], ", "))])
    if entries:
        yield Listing(entries=entries)

"""The programme of an exported note: one table per day, with times and events."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from msgspec.structs import replace

from agenda.export.blocks import (
    Block,
    Blocks,
    Heading,
    LabelledContent,
    ListBlock,
    Paragraph,
    TextRun,
    Timetable,
    join_runs,
)
from agenda.export.note_formatter import NoteFormatter, Runs, build_small_paragraph
from agenda.presentation.meeting_context import group_points_by_day
from meetings.documents.called_off import is_called_off
from meetings.documents.choices import PointKind, TimePrecision
from meetings.documents.schedule import find_live_streams
from meetings.documents.schema import Point, Speaker
from meetings.documents.traversal import find_items
from meetings.i18n.point_times import format_time_and_language
from meetings.i18n.printed_times import has_extra_words, parse_printed_precision


def build_programme_blocks(formatter: NoteFormatter) -> Iterator[Block]:
    if is_called_off(formatter.document):
        yield from build_small_paragraph([formatter.format_phrase(_("This was the programme as planned."))])
    days = group_points_by_day(formatter.document)
    for day, points in days:
        if (day and len(days) > 1) or day != formatter.document.start_date:
            yield Heading(3, formatter.format_days(day, None))
        head = (
            [formatter.format_phrase(pgettext("heading of a programme", "Time"))],
            [formatter.format_phrase(_("Event"))],
        )
        yield Timetable(head, [build_point_row(formatter, point, day) for point in points])
    zone = _("Local times (%(timezone)s)") % {"timezone": formatter.document.timezone}
    yield from build_small_paragraph([formatter.format_phrase(zone)])


def build_point_row(formatter: NoteFormatter, point: Point, day: dt.date | None) -> LabelledContent:
    return LabelledContent(format_time_runs(formatter, point), list(build_point_blocks(formatter, point, day)))


def format_time_runs(formatter: NoteFormatter, point: Point, *earlier: Any) -> Runs:
    """Return the time of a programme point, for example “about 13:00”.

    The time as printed is used if it says more than the time and its precision. `earlier` is the path of an earlier
    time of the point.
    """
    if point.time_text and (point.time is None or has_extra_words(point.time_text)):
        return formatter.format_text(point.time_text, "programme", point.id, *earlier, "time_text")
    text, language = format_time_and_language(point)
    if text:
        return [TextRun(text, formatter.get_foreign_language(language))]
    unknown = point.time_precision == TimePrecision.TO_BE_CONFIRMED
    return [formatter.format_phrase(_("time to be confirmed"))] if unknown else []


def build_point_blocks(formatter: NoteFormatter, point: Point, day: dt.date | None) -> Iterator[Block]:
    yield Paragraph(format_point_name(formatter, point))
    if point.state and not is_called_off(formatter.document):
        yield Paragraph([formatter.format_label(point.state.label, strong=True)])
    for index in range(len(point.previous))[-2:]:
        label = formatter.format_phrase(_("Previously planned:"))
        earlier_plan = format_earlier_plan(formatter, point, index, day)
        yield from build_small_paragraph([label, TextRun(" "), *earlier_plan])
    yield from build_small_paragraph(format_point_details(formatter, point))
    yield from build_speaker_blocks(formatter, point.speakers, point)
    yield from formatter.format_rich_text(point.text, "programme", point.id, "text")
    for item in find_items(formatter.document, point):
        number = [TextRun(f"{item.number} ")] if item.number else []
        yield from build_small_paragraph(number + formatter.format_text(item.title, "agenda", item.id, "title"))
    yield from formatter.build_link_list(point.links)


def format_earlier_plan(formatter: NoteFormatter, point: Point, index: int, day: dt.date | None) -> Runs:
    """Return an earlier time and place of a point, such as “Thursday 14 September 2017 · about 13:00 · Press room”.

    `index` is that of the earlier plan in `point.previous`. A day or place is shown only if it has changed.
    """
    earlier = point.previous[index]
    precision = parse_printed_precision(earlier.time_text)
    before = replace(point, time=earlier.time, time_text=earlier.time_text, time_precision=precision)
    path = ("previous", index)
    return join_runs(
        [
            formatter.format_days(earlier.date if earlier.date != day else None, None),
            format_time_runs(formatter, before, *path) if earlier.time or earlier.time_text else [],
            formatter.format_text(
                earlier.place if earlier.place != point.place else "", "programme", point.id, *path, "place"
            ),
        ]
    )


def format_point_name(formatter: NoteFormatter, point: Point) -> Runs:
    title = formatter.format_text(point.title, "programme", point.id, "title", strong=True)
    if not title:
        return [formatter.format_phrase(point.kind.label, strong=True)]
    if point.kind == PointKind.OTHER:
        return title
    return join_runs([title, [formatter.format_phrase(point.kind.label, quiet=True)]])


def format_point_details(formatter: NoteFormatter, point: Point) -> Runs:
    return join_runs(
        [
            formatter.format_session(point.session),
            formatter.format_text(point.place, "programme", point.id, "place"),
            *format_streams(formatter, point),
            [formatter.format_phrase(_("Alongside the meeting"))] if point.in_margins else [],
        ]
    )


def format_streams(formatter: NoteFormatter, point: Point) -> Iterator[Runs]:
    """Yield “Streamed live” as a link to each stream of the point, or without a link if none is known yet."""
    words = formatter.format_phrase(_("Streamed live"))
    streams = find_live_streams(formatter.document, point)
    yield from ([TextRun(words.text, words.language, link.url)] for link in streams)
    if point.live and not streams:
        yield [words]


def build_speaker_blocks(formatter: NoteFormatter, speakers: list[Speaker], point: Point) -> Iterator[Block]:
    entries: list[Blocks] = []
    for index, speaker in enumerate(speakers):
        role = formatter.format_text(speaker.role, "programme", point.id, "speakers", index, "role", quiet=True)
        entries.append([Paragraph(join_runs([[TextRun(speaker.name)], role], ", "))])
    if entries:
        yield ListBlock(entries=entries)

"""What a note says at a glance: when, where, who is in the chair, where to watch."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from msgspec.structs import replace

from agenda.exporting.blocks import Block, Blocks, Fact, Paragraph, Run, joined
from agenda.exporting.programme_part import time_runs
from agenda.exporting.telling import Runs, Telling, note, plain
from agenda.rendering import parted
from meetings.documents.calling_off import is_called_off
from meetings.documents.shape import Chair, Link, MeetingDocument, Point
from meetings.vocabulary import PointKind


def fact_rows(telling: Telling) -> Iterator[Fact]:
    document = telling.document
    presidency = document.presidency.name if document.presidency else ""
    press = [p for p in document.programme if p.kind == PointKind.PRESS_CONFERENCE and not is_called_off(document)]
    conferences = ngettext("Press conference", "Press conferences", len(press))
    told: list[tuple[str, Blocks]] = [
        (_("When"), list(when(telling))),
        (
            _("Where"),
            plain(telling.text(document.place.city, "place", "city"))
            + note(telling.text(document.place.venue, "place", "venue")),
        ),
        (_("In the chair"), [Paragraph(chair(telling, each)) for each in document.chairs]),
        (conferences, [Paragraph(press_line(telling, point)) for point in press]),
        (_("Where to watch"), [Paragraph(telling.link(link)) for link in links(document)[0]]),
        (_("Presidency"), plain(telling.text(presidency, "presidency", "name"))),
    ]
    for name, within in told:
        if within:
            yield Fact([telling.word(name)], within)


def when(telling: Telling) -> Iterator[Block]:
    document = telling.document
    yield Paragraph(
        telling.days(document.start_date, document.end_date) or [telling.word(_("No new date yet"))],
    )
    for place, earlier in enumerate(document.previous):
        was = [
            telling.days(earlier.start_date, earlier.end_date),
            telling.text(earlier.city, "previous", place, "city"),
            telling.text(earlier.venue, "previous", place, "venue"),
        ]
        yield from note([telling.word(_("Planned before:")), Run(" "), *joined(was, ", ")])


def chair(telling: Telling, chair: Chair) -> Runs:
    """“Andres Anvelt, Minister of the Interior (EE) · Home Affairs”."""
    role = telling.text(chair.role, "chairs", chair.id, "role")
    who = joined([[Run(chair.name, strong=True)], role], ", ") + ([Run(f" ({chair.country})")] if chair.country else [])
    return joined([who, telling.session(chair.session), telling.days(chair.date, None)])


def press_line(telling: Telling, point: Point) -> Runs:
    """“about 13:00 · Delayed · Home Affairs Council · Press room”."""
    document = telling.document
    day = point.date if document.start_date != document.end_date else None
    return joined(
        [
            [replace(run, strong=True) for run in time_runs(telling, point)],
            [telling.label(point.state.label)] if point.state else [],
            telling.days(day, None),
            telling.text(point.title, "programme", point.id, "title"),
            telling.text(point.place, "programme", point.id, "place"),
        ]
    )


def links(document: MeetingDocument) -> tuple[list[Link], list[Link]]:
    """Those to watch, and the others; nobody watches what does not take place."""
    return ([], document.links) if is_called_off(document) else parted(document.links, is_over=False)

"""The key facts of an exported note: date, place, chair, press conferences, and where to watch."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from msgspec.structs import replace

from agenda.export.blocks import Block, Blocks, LabelledContent, Paragraph, TextRun, join_runs
from agenda.export.note_formatter import NoteFormatter, Runs, build_paragraph, build_small_paragraph
from agenda.export.programme_section import format_time_runs
from agenda.presentation.meeting_context import split_links
from meetings.documents.called_off import is_called_off
from meetings.documents.choices import PointKind
from meetings.documents.schedule import takes_place
from meetings.documents.schema import Chair, Link, MeetingDocument, Point


def build_key_facts(formatter: NoteFormatter) -> Iterator[LabelledContent]:
    document = formatter.document
    presidency = document.presidency.name if document.presidency else ""
    press = [p for p in document.programme if p.kind == PointKind.PRESS_CONFERENCE and not is_called_off(document)]
    conferences = ngettext("Press conference", "Press conferences", len(press))
    labelled_blocks: list[tuple[str, Blocks]] = [
        (_("When"), list(build_date_blocks(formatter))),
        (
            _("Where"),
            build_paragraph(formatter.format_text(document.place.city, "place", "city"))
            + build_small_paragraph(formatter.format_text(document.place.venue, "place", "venue")),
        ),
        (
            _("Was to chair") if is_called_off(document) else _("In the chair"),
            [Paragraph(format_chair(formatter, each)) for each in document.chairs],
        ),
        (conferences, [Paragraph(format_press_conference(formatter, point)) for point in press]),
        (_("Where to watch"), [Paragraph(formatter.format_link(link)) for link in split_document_links(document)[0]]),
        (_("Presidency"), build_paragraph(formatter.format_text(presidency, "presidency", "name"))),
    ]
    for label, blocks in labelled_blocks:
        if blocks:
            yield LabelledContent([formatter.format_phrase(label)], blocks)


def build_date_blocks(formatter: NoteFormatter) -> Iterator[Block]:
    document = formatter.document
    days = formatter.format_days(document.start_date, document.end_date)
    yield Paragraph(days or [formatter.format_phrase(_("No new date yet"))])
    start = next((point for point in document.programme if point.kind == PointKind.START and point.time), None)
    if start and takes_place(document, start):
        begins = formatter.format_phrase(pgettext("of a meeting", "Start"))
        yield Paragraph([begins, TextRun(" "), *format_time_runs(formatter, start)])
    for number, earlier in enumerate(document.previous):
        date_and_place = [
            formatter.format_days(earlier.start_date, earlier.end_date),
            formatter.format_text(earlier.city, "previous", number, "city"),
            formatter.format_text(earlier.venue, "previous", number, "venue"),
        ]
        yield from build_small_paragraph(
            [formatter.format_phrase(_("Previously planned:")), TextRun(" "), *join_runs(date_and_place, ", ")]
        )


def format_chair(formatter: NoteFormatter, chair: Chair) -> Runs:
    """Return, for example, “Andres Anvelt, Minister of the Interior (EE) · Home Affairs”."""
    role = formatter.format_text(chair.role, "chairs", chair.id, "role")
    country = [TextRun(f" ({chair.country})")] if chair.country else []
    name = join_runs([[TextRun(chair.name, strong=True)], role], ", ") + country
    return join_runs([name, formatter.format_session(chair.session), formatter.format_days(chair.date, None)])


def format_press_conference(formatter: NoteFormatter, point: Point) -> Runs:
    """Return, for example, “about 13:00 · Delayed · Home Affairs Council · Press room”."""
    document = formatter.document
    day = point.date if document.start_date != document.end_date else None
    return join_runs(
        [
            [replace(run, strong=True) for run in format_time_runs(formatter, point)],
            [formatter.format_label(point.state.label)] if point.state else [],
            formatter.format_days(day, None),
            formatter.format_text(point.title, "programme", point.id, "title"),
            formatter.format_text(point.place, "programme", point.id, "place"),
        ]
    )


def split_document_links(document: MeetingDocument) -> tuple[list[Link], list[Link]]:
    """Return the links to watch and the other links. A meeting that is called off has none to watch."""
    return ([], document.links) if is_called_off(document) else split_links(document.links, is_over=False)

"""Write a document as the text of a background note: the reverse of `agenda.notes.note_parser`."""

import re

from agenda.notes.agenda_writer import TextBlocks, build_agenda_blocks, build_labelled_block, build_result_blocks
from agenda.notes.date_parser import format_days, get_date_parser, resolve_dates
from agenda.notes.document_builder import DocumentBuilder
from agenda.notes.header import REFERENCE
from agenda.notes.html_to_text import convert_html_to_lines, find_html_anchors
from agenda.notes.inline_markup import escape_markup
from agenda.notes.language_detection import load_phrases_of_notes
from agenda.notes.lead_reader import find_announced_press_conferences
from agenda.notes.line_reader import NoteError
from agenda.notes.opening_sentences import read_openings
from agenda.notes.opening_writer import build_opening_sentences, is_plain_start
from agenda.notes.phrases import NotePhrases, convert_to_capitals
from agenda.notes.press_writer import (
    build_contact_blocks,
    build_footnote_blocks,
    build_meeting_link_blocks,
    build_programme_blocks,
)
from meetings.documents.called_off import find_move, is_called_off
from meetings.documents.choices import PointKind
from meetings.documents.document_numbers import PRINTED_DOCUMENT
from meetings.documents.schema import Chair, EarlierDate, MeetingDocument, Point
from meetings.i18n.date_formats import format_day
from meetings.i18n.page_dates import format_move
from meetings.reference.configuration_names import get_meeting_title


def render_note_text(document: MeetingDocument) -> str:
    """Return the note with every text of the document, in the usual layout.

    What has no place in a background note is written in lines with a label.
    """
    phrases = load_phrases_of_notes(document.language)
    chairs, points = select_missing_in_lead(document, phrases)
    called_off = is_called_off(document)
    starts = [] if called_off else [point for point in points if is_plain_start(point)]
    programme = build_programme_blocks([point for point in points if point not in starts], phrases)
    text_anchors = find_html_anchors(document.lead, *(session.text for session in document.sessions))
    blocks = [
        *build_header_blocks(document, phrases),
        *build_opening_sentences(chairs, starts, document.sessions, phrases, is_called_off=called_off),
        *convert_html_to_lines(document.lead),
        *([phrases.output.as_planned] if programme and called_off else []),
        *programme,
        *build_meeting_link_blocks(document.links, text_anchors, phrases),
        *build_footnote_blocks(document.notice, document.footnotes),
        *build_agenda_blocks(document.sessions, document.agenda, phrases),
        *build_contact_blocks(document.contacts, phrases),
        *build_remaining_blocks(document, phrases),
    ]
    return "\n\n".join(blocks) + "\n"


def select_missing_in_lead(document: MeetingDocument, phrases: NotePhrases) -> tuple[list[Chair], list[Point]]:
    """Return the chairs and points that a reader does not find in the sentences of the lead."""
    builder = DocumentBuilder(phrases, document)
    names: set[str] = set()
    known: set[tuple[PointKind, str | None, str]] = set()
    for text in convert_html_to_lines(document.lead):
        try:
            openings = read_openings(builder, text, 0)
        except NoteError:
            openings = []
        names |= {chair.name for opening in openings for chair in opening.chairs}
        known |= {(PointKind.START, opening.printed_time.time, "") for opening in openings if opening.printed_time}
        announced = find_announced_press_conferences(builder, text)
        known |= {(point.kind, point.time, point.title) for point in announced}
    return (
        [chair for chair in document.chairs if chair.name not in names],
        [
            point
            for point in document.programme
            if (point.text or point.place or point.speakers or point.previous or point.links)
            or (point.kind, point.time, point.title) not in known
        ],
    )


def build_header_blocks(document: MeetingDocument, phrases: NotePhrases) -> TextBlocks:
    written = phrases.output
    blocks = [
        written.institution,
        "\n".join(written.press),
        written.note_type if document.notice else written.note_type.rstrip("*"),
    ]
    if document.issued_on:
        date = format_day(document.issued_on, phrases.language)
        blocks.append(written.issued_at.format(date=date))
    if PRINTED_DOCUMENT.fullmatch(document.document_number):
        blocks.append(document.document_number)
    blocks += [reference for reference in document.references if REFERENCE.fullmatch(reference)]
    blocks.append(format_meeting_title(document, phrases))
    status = ". ".join(filter(None, (format_status(document, phrases), document.status_reason)))
    blocks += build_labelled_block(phrases, "status", status)
    for alert in document.alerts:
        blocks += build_labelled_block(phrases, "alert", alert.text)
    return blocks


def format_status(document: MeetingDocument, phrases: NotePhrases) -> str:
    """Return “Moved from 9 to 18 December 2026”, “Postponed, no new date” and so on; empty if it is as planned."""
    if earlier := find_move(document):
        before, after = format_move(earlier, document, phrases.language)
        return phrases.output.statuses["moved"].format(before=before, after=after)
    return phrases.output.statuses.get(document.status, "")


def format_meeting_title(document: MeetingDocument, phrases: NotePhrases) -> str:
    city = " ".join(document.place.city.split())
    in_city = phrases.output.in_city.format(city=escape_markup(city)) if city else ""
    when = format_meeting_days(document, phrases) + in_city
    title = format_title_in_capitals(document, phrases)
    return f"{title} **{when.strip()}**" if when else title


def format_title_in_capitals(document: MeetingDocument, phrases: NotePhrases) -> str:
    """Return “JUSTICE and HOME AFFAIRS COUNCIL” and the rest of the title unchanged."""
    council = get_meeting_title(document.configuration.slug, phrases.language)
    title = " ".join(document.title.split())
    if not council or not title.startswith(council):
        return escape_markup(title)
    small = phrases.agenda.uncapitalised_words
    large = re.sub(
        r"[^\W\d_]+",
        lambda word: word[0] if word[0] in small else convert_to_capitals(word[0], phrases.language),
        council,
    )
    return escape_markup(large + title[len(council) :])


def format_meeting_days(document: MeetingDocument, phrases: NotePhrases) -> str:
    """Return the days of the meeting, with the year only if it does not follow from the date of issue."""
    start, end = document.start_date, document.end_date or document.start_date
    if start is None or end is None:
        return ""
    text = format_days(start, end, phrases.calendar)
    span = get_date_parser(phrases.calendar).find_days(text)
    try:
        has_right_year = span is not None and resolve_dates(span.days, document.issued_on, 0) == (start, end)
    except NoteError:
        has_right_year = False
    return text if has_right_year else f"{text} {end.year}"


def build_remaining_blocks(document: MeetingDocument, phrases: NotePhrases) -> TextBlocks:
    number, references = document.document_number, document.references
    texts = [
        ("number", document.number),
        ("document", "" if PRINTED_DOCUMENT.fullmatch(number) else number),
        ("references", ", ".join(each for each in references if not REFERENCE.fullmatch(each))),
        ("form", phrases.output.values.get(document.form, "")),
        ("agenda_status", phrases.output.values.get(document.agenda_status, "")),
        ("venue", document.place.venue),
        *(("previous", format_earlier_date(earlier, phrases)) for earlier in document.previous),
    ]
    blocks = [block for name, text in texts for block in build_labelled_block(phrases, name, text)]
    return blocks + [block for result in document.results for block in build_result_blocks(result, phrases)]


def format_earlier_date(earlier: EarlierDate, phrases: NotePhrases) -> str:
    start, end = earlier.start_date, earlier.end_date or earlier.start_date
    days = format_days(start, end, phrases.calendar) if start and end else ""
    return ", ".join(filter(None, (days, earlier.city, earlier.venue)))

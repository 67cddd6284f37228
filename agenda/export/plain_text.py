"""Export a document as plain text, with a mark before each passage that is not translated."""

import datetime as dt
from collections.abc import Iterator
from urllib.parse import urljoin

from msgspec.structs import replace

from agenda.documents.translations.fallback_marks import get_fallback_mark, mark_fallbacks
from agenda.documents.translations.segments import list_segments
from agenda.export.imprint import Imprint
from agenda.notes.inline_markup import remove_markup
from agenda.notes.language_detection import READABLE_LANGUAGES, load_phrases_of_notes
from agenda.notes.note_writer import render_note_text
from meetings.documents.choices import Language, TimePrecision
from meetings.documents.schedule import leave_out_cancelled_streams
from meetings.documents.schema import MeetingDocument, Point
from meetings.i18n.printed_times import has_extra_words, parse_printed_precision
from meetings.images.files import build_image_path
from meetings.images.sizes import FULL_FILE


def render_plain_text(document: MeetingDocument, imprint: Imprint) -> str:
    """Return the note for readers: as `render_importable_text`, but without markup, and with times as on the page.

    A meeting that is called off has no live streams.
    """
    document = write_times_for_readers(leave_out_cancelled_streams(document))
    return remove_markup(render_importable_text(document, imprint))


def write_times_for_readers(document: MeetingDocument) -> MeetingDocument:
    """Write “about 13:00” where notes print “+/- 13:00”, as pages do."""
    words = load_phrases_of_notes(document.language).output
    forms = {TimePrecision.APPROXIMATE: words.about, TimePrecision.TO_BE_CONFIRMED: words.unsure}

    def write_time(time: str | None, text: str, precision: TimePrecision) -> str:
        is_simple = time and precision in forms and not has_extra_words(text)
        return forms[precision].format(time=time) if is_simple else text

    def write_times(point: Point) -> Point:
        previous = [
            replace(was, time_text=write_time(was.time, was.time_text, parse_printed_precision(was.time_text)))
            for was in point.previous
        ]
        time_text = write_time(point.time, point.time_text, point.time_precision)
        return replace(point, time_text=time_text, previous=previous)

    return replace(document, programme=[write_times(point) for point in document.programme])


def render_importable_text(document: MeetingDocument, imprint: Imprint) -> str:
    """Return the note with its status label above it and its origin as the last line, which the import recognizes."""
    mark = f"{imprint.status_label}\n\n" if imprint.status_label else ""
    provenance = f"\n{format_provenance(document, imprint)}\n" if imprint.page_url else ""
    return mark + render_marked_note(link_pictures(document, imprint)) + provenance


def link_pictures(document: MeetingDocument, imprint: Imprint) -> MeetingDocument:
    """Give infographics that are only pictures the address of the picture, unless the text is not published."""
    if not imprint.page_url or not any(link.image and not link.url for link in document.links):
        return document
    links = [
        replace(link, url=urljoin(imprint.page_url, build_image_path(link.image.digest, FULL_FILE)))
        if link.image and not link.url
        else link
        for link in document.links
    ]
    return replace(document, links=links)


def format_provenance(document: MeetingDocument, imprint: Imprint) -> str:
    at = imprint.at.astimezone(dt.UTC)
    return f"{imprint.page_url}note.txt, edition {imprint.edition_number}, {document.language}, {at:%Y-%m-%dT%H:%M:%SZ}"


def render_marked_note(document: MeetingDocument) -> str:
    """Return the note with fallback texts marked, and with remarks about its languages at the top."""
    return "".join(f"{line}\n\n" for line in list_remarks(document)) + render_note_text(mark_fallbacks(document))


def list_remarks(document: MeetingDocument) -> Iterator[str]:
    language, source = Language(document.language), Language(document.source_language)
    if any(segment.path in document.fallbacks for segment in list_segments(document)):
        yield (
            f"Text that begins with “{get_fallback_mark(source).strip()}” has not been translated and is shown in "
            f"{source.label}."
        )
    if language not in READABLE_LANGUAGES:
        named = f"{language.label} ({language})"
        yield f"Headings and other standard phrases are in English: they are not available in {named} yet."

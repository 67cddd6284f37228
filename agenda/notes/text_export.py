"""A document as the text of a background note: the way back from `agenda.notes.reading`."""

import datetime as dt
import re

from agenda.notes.agenda_text import Blocks, agenda_blocks, labelled, result_blocks
from agenda.notes.announcements import held_in_text
from agenda.notes.dates import calendar_of, dates_of, day_and_month, write_days
from agenda.notes.draft import Draft
from agenda.notes.english import ENGLISH
from agenda.notes.header import REFERENCE
from agenda.notes.html_text import html_anchors, html_lines
from agenda.notes.languages import READABLE
from agenda.notes.lines import NoteError
from agenda.notes.marks import Anchor, literal
from agenda.notes.opening import read_openings
from agenda.notes.opening_text import opening_sentences, told_in_opening
from agenda.notes.press_text import contact_blocks, footnote_blocks, meeting_link_blocks, programme_blocks
from agenda.notes.references import DOCUMENT
from agenda.notes.words import NoteWords, capitals
from meetings.documents.shape import Chair, MeetingDocument, Point
from meetings.reference.configuration_names import meeting_title
from meetings.vocabulary import AgendaStatus, Form, MeetingStatus, PointKind


def note_text(document: MeetingDocument) -> str:
    """Every text of the document, in the family's layout; what a note has no place for stands in labelled lines."""
    words = READABLE.get(document.language, ENGLISH)
    told = ToldInLead(document, words)
    chairs = [chair for chair in document.chairs if not told.chair(chair)]
    points = [point for point in document.programme if not told.point(point)]
    starts = [point for point in points if told_in_opening(point)]
    blocks = [
        *header_blocks(document, words),
        *opening_sentences(chairs, starts, document.sessions, words),
        *html_lines(document.lead),
        *programme_blocks([point for point in points if not told_in_opening(point)], words),
        *meeting_link_blocks(document.links, standing_anchors(document), words),
        *footnote_blocks(document.notice, document.footnotes),
        *agenda_blocks(document.sessions, document.agenda, words),
        *contact_blocks(document.contacts, words),
        *rest_blocks(document, words),
    ]
    return "\n\n".join(blocks) + "\n"


def standing_anchors(document: MeetingDocument) -> set[Anchor]:
    return {
        anchor
        for html in (document.lead, *(session.text for session in document.sessions))
        for anchor in html_anchors(html)
    }


class ToldInLead:
    """What reading the lead would find in its sentences: it is not written a second time."""

    def __init__(self, document: MeetingDocument, words: NoteWords) -> None:
        start = document.start_date or dt.date.min
        draft = Draft(words, start=start, end=document.end_date or start)
        self.chairs: set[str] = set()
        self.points: set[tuple[PointKind, str | None, str]] = set()
        for text in html_lines(document.lead):
            try:
                openings = read_openings(draft, text, 0)
            except NoteError:
                openings = []
            self.chairs |= {chair.name for opening in openings for chair in opening.chairs}
            self.points |= {(PointKind.START, opening.moment.time, "") for opening in openings if opening.moment}
            self.points |= {(point.kind, point.time, point.title) for point in held_in_text(draft, text)}

    def chair(self, chair: Chair) -> bool:
        return chair.name in self.chairs

    def point(self, point: Point) -> bool:
        bare = not (point.text or point.place or point.speakers or point.previous or point.links)
        return bare and (point.kind, point.time, point.title) in self.points


def header_blocks(document: MeetingDocument, words: NoteWords) -> Blocks:
    written = words.written
    blocks = [
        written.institution,
        "\n".join(written.press),
        written.family if document.notice else written.family.rstrip("*"),
    ]
    if document.issued_on:
        date = f"{day_and_month(document.issued_on, words.calendar)} {document.issued_on.year}"
        blocks.append(written.issued_at.format(date=date))
    if DOCUMENT.fullmatch(document.document_number):
        blocks.append(document.document_number)
    blocks += [reference for reference in document.references if REFERENCE.fullmatch(reference)]
    blocks.append(title_text(document, words))
    if document.status != MeetingStatus.CONFIRMED or document.status_reason:
        blocks += labelled(words, "status", f"{document.status}. {document.status_reason}".strip())
    for alert in document.alerts:
        blocks += labelled(words, "alert", alert.text)
    return blocks


def title_text(document: MeetingDocument, words: NoteWords) -> str:
    city = " ".join(document.place.city.split())
    when = days_text(document, words) + (words.written.in_city.format(city=literal(city)) if city else "")
    return f"{title_in_capitals(document, words)} **{when.strip()}**" if when else title_in_capitals(document, words)


def title_in_capitals(document: MeetingDocument, words: NoteWords) -> str:
    """“JUSTICE and HOME AFFAIRS COUNCIL”, with what follows it as it is."""
    council = meeting_title(document.configuration.slug, words.language)
    title = " ".join(document.title.split())
    if not council or not title.startswith(council):
        return literal(title)
    small = words.agenda.small_words
    large = re.sub(
        r"[^\W\d_]+", lambda word: word[0] if word[0] in small else capitals(word[0], words.language), council
    )
    return literal(large + title[len(council) :])


def days_text(document: MeetingDocument, words: NoteWords) -> str:
    """With the year only where the date of issue does not tell it."""
    start, end = document.start_date, document.end_date or document.start_date
    if start is None or end is None:
        return ""
    text = write_days(start, end, words.calendar)
    span = calendar_of(words.calendar).span(text)
    try:
        told = span is not None and dates_of(span.days, document.issued_on, 0) == (start, end)
    except NoteError:
        told = False
    return text if told else f"{text} {end.year}"


def rest_blocks(document: MeetingDocument, words: NoteWords) -> Blocks:
    blocks = labelled(words, "number", document.number)
    if not DOCUMENT.fullmatch(document.document_number):
        blocks += labelled(words, "document", document.document_number)
    blocks += labelled(
        words, "references", ", ".join(each for each in document.references if not REFERENCE.fullmatch(each))
    )
    blocks += labelled(words, "form", document.form.replace("_", " ") if document.form != Form.FORMAL else "")
    blocks += labelled(
        words, "agenda_status", document.agenda_status if document.agenda_status != AgendaStatus.NOT_STATED else ""
    )
    blocks += labelled(words, "venue", document.place.venue)
    for earlier in document.previous:
        days = (
            write_days(earlier.start_date, earlier.end_date or earlier.start_date, words.calendar)
            if earlier.start_date
            else ""
        )
        blocks += labelled(words, "previous", ", ".join(filter(None, (days, earlier.city, earlier.venue))))
    for result in document.results:
        blocks += result_blocks(result, words)
    return blocks

"""Parse lines into a document: the second of the three steps of an import. Nothing in this module uses a database."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from agenda.notes.body_reader import BodyReader
from agenda.notes.date_parser import get_date_parser
from agenda.notes.document_builder import DocumentBuilder, UnplacedLine
from agenda.notes.footnotes import MARKED_TEXT, find_referenced_marks
from agenda.notes.header import get_letterhead_rule, is_note_type_heading, read_header
from agenda.notes.headings import is_item_heading, parse_session_heading
from agenda.notes.inline_markup import strip_markup
from agenda.notes.language_detection import get_phrases
from agenda.notes.lead_reader import read_lead
from agenda.notes.line_reader import NoteError, NoteLine
from agenda.notes.links import parse_announced_label, parse_link_line, sort_text_links_first
from agenda.notes.paragraphs import Paragraph, collect_paragraphs
from agenda.notes.phrases import compile_phrase
from agenda.notes.press_reader import PressReader
from agenda.notes.programme_line import detect_point_kind, parse_point_line
from agenda.notes.rules import AppliedRule
from meetings.documents.choices import Language, PointKind
from meetings.documents.encoding import validate_document
from meetings.documents.schema import ConfigurationName, MeetingDocument


@dataclass(frozen=True)
class ParsedNote:
    """The result of parsing a note.

    Every word of the note is in the document, in `unplaced`, or in a line that one of the `applied_rules` has read.
    `lines` are the lines of the note.
    """

    document: MeetingDocument
    unplaced: list[UnplacedLine]
    applied_rules: list[AppliedRule]
    lines: Sequence[NoteLine]


def parse_note(lines: Sequence[NoteLine], language: str | None = None) -> ParsedNote:
    """Return the document of a background note. The language is `language`, or else it is detected.

    The presidency is left empty, because it follows from the date. Raise NoteError if the note cannot be read.
    """
    if not any(line.source for line in lines):
        raise NoteError(None, "The note is empty. Use a file with the text of a note.")
    phrases = get_phrases(lines, language)
    paragraphs, paper = collect_paragraphs(lines, phrases.language)
    builder = DocumentBuilder(phrases, start_document(phrases.language), applied_rules=paper)
    document = builder.document
    rest = paragraphs[read_header(builder, paragraphs) :]
    referenced_marks = collect_footnote_marks(builder, paragraphs)
    start = find_body_start(builder, rest)
    BodyReader(builder, PressReader(builder, referenced_marks, in_lead=False)).read(rest[start:])
    listed: tuple[list[Any], ...] = (builder.points, document.links, document.contacts, document.footnotes)
    counts = [len(parts) for parts in listed]
    read_lead(builder, rest[:start], PressReader(builder, referenced_marks, in_lead=True))
    for parts, count in zip(listed, counts, strict=True):
        parts[:] = parts[count:] + parts[:count]  # the lead is read last, because it names sessions of the body
    assign_points_to_sessions(builder)
    document.programme = builder.programme
    texts = (document.lead, *(session.text for session in document.sessions))
    document.links = sort_text_links_first(document.links, *texts)
    return ParsedNote(
        validate_document(document),
        sorted(builder.unplaced, key=lambda unplaced: unplaced.line),
        sorted(builder.applied_rules, key=lambda read: read.lines),
        lines,
    )


def start_document(language: str) -> MeetingDocument:
    """Return an empty document. The header of the note fills in the configuration and the title."""
    return MeetingDocument(
        id=uuid4(),
        language=Language(language),
        source_language=Language(language),
        configuration=ConfigurationName(code="", slug="", name=""),
        title="",
    )


def find_body_start(builder: DocumentBuilder, paragraphs: Sequence[Paragraph]) -> int:
    """Return the index of the paragraph with which the body begins.

    This is the first heading after the notice, or a session's heading before it. Without a notice, it is the first
    session or, if there are no sessions, the first item.
    """
    sessions = [at for at, paragraph in enumerate(paragraphs) if is_session_heading(builder, paragraph)]
    items = [at for at, paragraph in enumerate(paragraphs) if is_body_heading(builder, paragraph)]
    headings = sorted({*sessions, *items})
    notice = next((at for at, paragraph in enumerate(paragraphs) if is_notice(builder, paragraph)), len(paragraphs))
    behind_notice = [at for at in headings if at > notice]
    if sessions and sessions[0] < notice:
        return sessions[0]
    return next(iter(behind_notice or sessions or headings), len(paragraphs))


def collect_footnote_marks(builder: DocumentBuilder, paragraphs: Sequence[Paragraph]) -> set[str]:
    """Return the marks of footnotes. If the note has a notice, the mark after the kind of note is the notice's."""
    has_notice = any(is_notice(builder, paragraph) for paragraph in paragraphs)
    return find_referenced_marks(
        paragraph for paragraph in paragraphs if not (has_notice and is_note_type_heading(builder.phrases, paragraph))
    )


def is_notice(builder: DocumentBuilder, paragraph: Paragraph) -> bool:
    match = None if paragraph.is_long else MARKED_TEXT.fullmatch(paragraph.source)
    return bool(builder.phrases.press.notice.match(strip_markup(match["text"] if match else paragraph.source)))


def is_session_heading(builder: DocumentBuilder, paragraph: Paragraph) -> bool:
    if paragraph.is_long or is_press_information(builder, paragraph):
        return False
    return parse_session_heading(builder, paragraph) is not None


def is_body_heading(builder: DocumentBuilder, paragraph: Paragraph) -> bool:
    agenda = builder.phrases.agenda
    if paragraph.is_long or get_date_parser(builder.phrases.calendar).parse_day(paragraph.plain_text.rstrip(":")):
        return False
    if agenda.other_business.fullmatch(paragraph.plain_text) and not paragraph.bullet:
        return True
    return is_item_heading(builder.phrases, paragraph) and not is_press_information(builder, paragraph)


def is_press_information(builder: DocumentBuilder, paragraph: Paragraph) -> bool:
    """Return True if the paragraph is letterhead or information for the press, so that it is no heading of the body."""
    phrases, text = builder.phrases.press, paragraph.plain_text
    line = parse_point_line(text, builder.phrases)
    return bool(
        get_letterhead_rule(builder.phrases, paragraph)
        or compile_phrase(rf"(?:{phrases.press_heading.pattern})\s*:?").fullmatch(text)
        or phrases.other_heading.fullmatch(text.removesuffix(":"))
        or phrases.contact.fullmatch(text)
        or phrases.contacts_heading.fullmatch(text)
        or phrases.office.fullmatch(text)
        or phrases.office_address.fullmatch(text)
        or parse_link_line(builder.phrases, paragraph.text)
        or parse_announced_label(builder.phrases, paragraph.text)
        or (line.printed_time and detect_point_kind(line.title, builder.phrases, PointKind.OTHER) != PointKind.OTHER)
    )


def assign_points_to_sessions(builder: DocumentBuilder) -> None:
    """Assign points whose title is a session to that session, and its day to them if the meeting has several days."""
    for point in builder.programme:
        session = builder.find_session(point.title) if point.session is None else None
        if session:
            point.session = session.id
        if point.date is None and builder.start != builder.end:
            sessions = builder.document.sessions
            point.date = next((known.date for known in sessions if known.id == point.session), None)

"""Parse lines into a document: the second of the three steps of an import. Nothing in this module uses a database."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import uuid4

from agenda.notes import rules
from agenda.notes.body import BodyReader
from agenda.notes.dates import get_date_parser
from agenda.notes.draft import AppliedRule, DocumentBuilder, UnplacedLine, sort_by_line, sort_text_links_first
from agenda.notes.footnotes import MARKED_TEXT, find_referenced_marks
from agenda.notes.header import get_letterhead_rule, is_note_type_heading, read_header
from agenda.notes.headings import is_item_heading, parse_session_heading
from agenda.notes.languages import get_phrases
from agenda.notes.lead import read_lead
from agenda.notes.lines import NoteError, NoteLine
from agenda.notes.links import parse_announced_label, parse_link_line
from agenda.notes.marks import strip_markup
from agenda.notes.paragraphs import NoteLayout, Paragraph, collect_paragraphs
from agenda.notes.point_lines import detect_point_kind, parse_point_line
from agenda.notes.press import PressReader
from agenda.notes.words import compile_phrase
from meetings.documents.shape import MeetingDocument
from meetings.documents.text import validate_document
from meetings.vocabulary import Language, PointKind

__all__ = ["AppliedRule", "ParsedNote", "UnplacedLine", "parse_note"]


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
    builder = DocumentBuilder(get_phrases(lines, language))
    page = collect_paragraphs(lines, builder.phrases.language)
    record_paper_lines(builder, page)
    rest = page.paragraphs[read_header(builder, page.paragraphs) :]
    referenced_marks = collect_footnote_marks(builder, page.paragraphs)
    start = find_body_start(builder, rest)
    body_press = PressReader(builder, referenced_marks, in_lead=False)
    BodyReader(builder, body_press).read(rest[start:])
    body_press.close()
    read_lead(builder, rest[:start], PressReader(builder, referenced_marks, in_lead=True))
    assign_points_to_sessions(builder)
    return ParsedNote(
        validate_document(build_document(builder)),
        sorted(builder.unplaced, key=lambda unplaced: unplaced.line),
        sorted(builder.applied_rules, key=lambda read: read.lines),
        lines,
    )


def record_paper_lines(builder: DocumentBuilder, page: NoteLayout) -> None:
    """Record the lines that belong to the paper and not to the text."""
    for rule, numbers in (
        (rules.PAGE_NUMBER, page.page_numbers),
        (rules.SEPARATOR, page.separators),
        (rules.LANGUAGE_MARK, page.language_marks),
        (rules.PROVENANCE, page.provenance),
    ):
        for number in numbers:
            builder.record(rule, [number])


def find_body_start(builder: DocumentBuilder, paragraphs: Sequence[Paragraph]) -> int:
    """Return the index of the paragraph with which the body begins.

    This is the first heading after the notice, or a session's heading before it. Without a notice, it is the first
    session or, if there are no sessions, the first item.
    """
    sessions = [at for at, paragraph in enumerate(paragraphs) if is_session_heading(builder, paragraph)]
    headings = sorted(
        {*sessions, *(at for at, paragraph in enumerate(paragraphs) if is_body_heading(builder, paragraph))}
    )
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
    return (
        not paragraph.is_long
        and not is_press_information(builder, paragraph)
        and parse_session_heading(builder, paragraph) is not None
    )


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
        or parse_link_line(paragraph.text)
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
            point.date = builder.get_session_date(point.session)


def build_document(builder: DocumentBuilder) -> MeetingDocument:
    if builder.configuration is None:
        raise NoteError(None, "The note has no configuration.")
    language = Language(builder.phrases.language)
    return MeetingDocument(
        id=uuid4(),
        language=language,
        source_language=language,
        configuration=builder.configuration,
        title=builder.title,
        start_date=builder.start,
        end_date=builder.end,
        place=builder.place,
        document_number=builder.document_number,
        references=builder.references,
        issued_on=builder.issued_on,
        chairs=builder.chairs,
        lead=builder.lead,
        sessions=builder.sessions,
        agenda=builder.agenda,
        programme=builder.programme,
        links=sort_text_links_first(
            sort_by_line(builder.links), builder.lead, *(session.text for session in builder.sessions)
        ),
        contacts=sort_by_line(builder.contacts),
        footnotes=sort_by_line(builder.footnotes),
        notice=builder.notice,
    )

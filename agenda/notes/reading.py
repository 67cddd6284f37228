"""From lines to a document: the second of the three steps of an import. Nothing here knows a database."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import uuid4

from agenda.notes import rules
from agenda.notes.body import BodyReader
from agenda.notes.dates import calendar_of
from agenda.notes.draft import Draft, RuleRead, Unplaced, in_order, texts_first
from agenda.notes.footnotes import MARKED, marks_referred_to
from agenda.notes.header import is_family, letterhead, read_header
from agenda.notes.headings import is_item_heading, session_heading
from agenda.notes.languages import words_for
from agenda.notes.lead import read_lead
from agenda.notes.lines import Line, NoteError
from agenda.notes.links import announced_label, read_link_line
from agenda.notes.marks import plain_text
from agenda.notes.paragraphs import Page, Paragraph, gather
from agenda.notes.point_lines import kind_of, read_point_line
from agenda.notes.press import PressReader
from agenda.notes.words import phrase
from meetings.documents.shape import MeetingDocument
from meetings.documents.text import validated
from meetings.vocabulary import Language, PointKind

__all__ = ["Reading", "RuleRead", "Unplaced", "read_note"]


@dataclass(frozen=True)
class Reading:
    """Every word of the note is in the document, in `unplaced`, or in a line that a rule of `read` has read.

    `lines` are those of the note.
    """

    document: MeetingDocument
    unplaced: list[Unplaced]
    read: list[RuleRead]
    lines: Sequence[Line]


def read_note(lines: Sequence[Line], language: str | None = None) -> Reading:
    """The document that a background note holds, in the language given or else in the one it is found to be in.

    The presidency stays open: it follows from the date. Raises NoteError.
    """
    if not any(line.source for line in lines):
        raise NoteError(None, "The note is empty. Give a file that holds the text of a note.")
    draft = Draft(words_for(lines, language))
    page = gather(lines, draft.words.language)
    account_for_paper(draft, page)
    rest = page.paragraphs[read_header(draft, page.paragraphs) :]
    referred = referred_marks(draft, page.paragraphs)
    start = body_start(draft, rest)
    body_press = PressReader(draft, referred, in_lead=False)
    BodyReader(draft, body_press).read(rest[start:])
    body_press.close()
    read_lead(draft, rest[:start], PressReader(draft, referred, in_lead=True))
    place_points(draft)
    return Reading(
        validated(document_of(draft)),
        sorted(draft.unplaced, key=lambda unplaced: unplaced.line),
        sorted(draft.read, key=lambda read: read.lines),
        lines,
    )


def account_for_paper(draft: Draft, page: Page) -> None:
    for rule, numbers in (
        (rules.PAGE_NUMBER, page.page_numbers),
        (rules.SEPARATOR, page.separators),
        (rules.LANGUAGE_MARK, page.language_marks),
        (rules.PROVENANCE, page.provenance),
    ):
        for number in numbers:
            draft.used(rule, [number])


def body_start(draft: Draft, paragraphs: Sequence[Paragraph]) -> int:
    """Where the body begins: at the first heading behind the notice, or at a session's before it.

    Without a notice in between, at the first session, or in a note without sessions at the first item.
    """
    sessions = [at for at, paragraph in enumerate(paragraphs) if is_session(draft, paragraph)]
    headings = sorted({*sessions, *(at for at, paragraph in enumerate(paragraphs) if starts_body(draft, paragraph))})
    notice = next((at for at, paragraph in enumerate(paragraphs) if is_notice(draft, paragraph)), len(paragraphs))
    behind_notice = [at for at in headings if at > notice]
    if sessions and sessions[0] < notice:
        return sessions[0]
    return next(iter(behind_notice or sessions or headings), len(paragraphs))


def referred_marks(draft: Draft, paragraphs: Sequence[Paragraph]) -> set[str]:
    """Marks of footnotes. The one behind the kind of note is the notice's, if there is a notice."""
    has_notice = any(is_notice(draft, paragraph) for paragraph in paragraphs)
    return marks_referred_to(each for each in paragraphs if not (has_notice and is_family(draft.words, each)))


def is_notice(draft: Draft, paragraph: Paragraph) -> bool:
    match = None if paragraph.is_long else MARKED.fullmatch(paragraph.source)
    return bool(draft.words.press.notice.match(plain_text(match["text"] if match else paragraph.source)))


def is_session(draft: Draft, paragraph: Paragraph) -> bool:
    return (
        not paragraph.is_long
        and not is_for_the_press(draft, paragraph)
        and session_heading(draft, paragraph) is not None
    )


def starts_body(draft: Draft, paragraph: Paragraph) -> bool:
    agenda = draft.words.agenda
    if paragraph.is_long or calendar_of(draft.words.calendar).day(paragraph.words.rstrip(":")):
        return False
    if agenda.other_business.fullmatch(paragraph.words) and not paragraph.bullet:
        return True
    return is_item_heading(draft.words, paragraph) and not is_for_the_press(draft, paragraph)


def is_for_the_press(draft: Draft, paragraph: Paragraph) -> bool:
    words, text = draft.words.press, paragraph.words
    line = read_point_line(text, draft.words)
    return bool(
        letterhead(draft.words, paragraph)
        or phrase(rf"(?:{words.press_heading.pattern})\s*:?").fullmatch(text)
        or words.other_heading.fullmatch(text.removesuffix(":"))
        or words.contact.fullmatch(text)
        or words.contacts_heading.fullmatch(text)
        or words.office.fullmatch(text)
        or words.office_address.fullmatch(text)
        or read_link_line(paragraph.text)
        or announced_label(draft.words, paragraph.text)
        or (line.moment and kind_of(line.title, draft.words, PointKind.OTHER) != PointKind.OTHER)
    )


def place_points(draft: Draft) -> None:
    """A point that names a session belongs to it, and has the session's day where the meeting has several."""
    for point in draft.programme:
        session = draft.session_named(point.title) if point.session is None else None
        if session:
            point.session = session.id
        if point.date is None and draft.start != draft.end:
            point.date = draft.day_of_session(point.session)


def document_of(draft: Draft) -> MeetingDocument:
    if draft.configuration is None:
        raise NoteError(None, "The note has no configuration.")
    language = Language(draft.words.language)
    return MeetingDocument(
        id=uuid4(),
        language=language,
        source_language=language,
        configuration=draft.configuration,
        title=draft.title,
        start_date=draft.start,
        end_date=draft.end,
        place=draft.place,
        document_number=draft.document_number,
        references=draft.references,
        issued_on=draft.issued_on,
        chairs=draft.chairs,
        lead=draft.lead,
        sessions=draft.sessions,
        agenda=draft.agenda,
        programme=draft.programme,
        links=texts_first(in_order(draft.links), draft.lead, *(session.text for session in draft.sessions)),
        contacts=in_order(draft.contacts),
        footnotes=in_order(draft.footnotes),
        notice=draft.notice,
    )

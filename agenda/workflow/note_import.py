"""Import a note: from a file to lines, from lines to a document, from a document to the working copy."""

from pathlib import Path

from django.utils.translation import gettext as _

from agenda.notes.line_reader import MAX_FILE_SIZE, NoteError, read_lines
from agenda.notes.note_parser import ParsedNote, parse_note
from agenda.workflow.restoring import restore_meeting
from meetings.access.audit import Actor
from meetings.documents.encoding import InvalidDocument
from meetings.documents.schema import MeetingDocument
from meetings.models import Meeting


def read_note_file(path: Path, language: str | None = None) -> ParsedNote:
    """Return the file's note as a document, together with the lines that were not understood.

    `language` is the language of the note; without it, it is detected. Raise NoteError if the note cannot be read.
    """
    try:
        with path.open("rb") as file:
            data = file.read(MAX_FILE_SIZE + 1)  # `read_lines` refuses a larger file by this one byte
    except OSError as error:
        raise NoteError(None, _("The file cannot be read: %s.") % error.strerror) from error
    return parse_note(read_lines(data), language=language)


def find_existing_meeting(document: MeetingDocument) -> Meeting | None:
    """Return the meeting in the working copy that has the document's configuration, first day and address word."""
    meetings = Meeting.objects.select_related("configuration").filter(configuration__slug=document.configuration.slug)
    return meetings.filter(start_date=document.start_date, address_word=document.address_word).first()


def import_parsed_note(note: ParsedNote, *, by: Actor) -> Meeting:
    """Add the note to the working copy as a new meeting and return it.

    Raise NoteError if a meeting of that configuration and day exists already, or if the document is not valid.
    """
    document = note.document
    if existing := find_existing_meeting(document):
        message = _("%(meeting)s already exists (%(id)s), and an import never overwrites. Edit it, or delete it first.")
        raise NoteError(None, message % {"meeting": existing, "id": existing.pk})
    try:
        return restore_meeting(document, by=by)
    except InvalidDocument as error:
        raise NoteError(None, str(error)) from error

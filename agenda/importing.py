"""Importing a note: file → lines → document → working copy."""

from pathlib import Path

from django.utils.translation import gettext as _

from agenda.notes.lines import MAX_FILE_SIZE, NoteError, read_lines
from agenda.notes.reading import Reading, read_note
from agenda.restoring import restore
from meetings.audit import Actor
from meetings.documents.shape import MeetingDocument
from meetings.documents.text import InvalidDocument
from meetings.models import Meeting


def read_file(path: Path, language: str | None = None) -> Reading:
    """What the file says as a document, and what of it was not understood. Raises NoteError."""
    try:
        if path.stat().st_size > MAX_FILE_SIZE:
            raise NoteError(
                None,
                _("The file has %(size)d bytes; a note has at most %(most)d. Give the text of one note.")
                % {"size": path.stat().st_size, "most": MAX_FILE_SIZE},
            )
        data = path.read_bytes()
    except OSError as error:
        raise NoteError(None, _("The file cannot be read: %s.") % error.strerror) from error
    return read_note(read_lines(data), language=language)


def meeting_of(document: MeetingDocument) -> Meeting | None:
    """The one in the working copy that is of the document's configuration and day."""
    return (
        Meeting.objects.filter(
            configuration__slug=document.configuration.slug,
            start_date=document.start_date,
            address_word=document.address_word,
        )
        .select_related("configuration")
        .first()
    )


def import_reading(reading: Reading, *, by: Actor) -> Meeting:
    """A new meeting in the working copy. Raises NoteError where one of that configuration and day is there already."""
    document = reading.document
    there = meeting_of(document)
    if there is not None:
        raise NoteError(
            None,
            _(
                "%(meeting)s is in the working copy already (%(id)s), and an import never overwrites: "
                "edit it, or delete it first."
            )
            % {"meeting": there, "id": there.pk},
        )
    try:
        return restore(document, by=by)
    except InvalidDocument as error:
        raise NoteError(None, str(error)) from error

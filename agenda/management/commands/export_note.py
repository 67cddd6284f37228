import datetime as dt
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from agenda.export.errors import TypesettingError
from agenda.export.formats import EXPORT_FORMATS, NoteFormat
from agenda.export.imprint import Imprint
from agenda.management.lookup import find_meeting
from agenda.workflow.drafts import build_draft, compute_draft_digest
from agenda.workflow.states import TextStatus
from agenda.workflow.suppression import get_active_suppression
from meetings.documents.choices import Language
from meetings.documents.encoding import InvalidDocument, decode_document
from meetings.documents.schema import MeetingDocument, Tombstone
from meetings.models import Edition, EditionDocument, Meeting, SubjectType
from meetings.site.status_labels import format_brussels_time


class Command(BaseCommand):
    help = (
        "Exports a meeting's working copy, or one of its editions, as text, PDF, Word document or JSON. A text that is "
        "not live has a label at the top that says so."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("meeting", help="address (jha/2017/09/14) or id")
        parser.add_argument("--format", choices=tuple(EXPORT_FORMATS), default="txt")
        parser.add_argument("--output", type=Path, help="file to write (default: standard output)")
        parser.add_argument(
            "--language",
            type=str.lower,
            default="",
            help="language code, for example fr (default: the original language)",
        )
        parser.add_argument(
            "--edition",
            type=int,
            help="public number of the edition; scheduled ones have the next numbers (default: the working copy)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["language"] not in ("", *Language.values):
            known = ", ".join(Language.values)
            raise CommandError(f"“{options['language']}” is not one of the languages: {known}.", returncode=2)
        meeting, now = find_meeting(options["meeting"]), timezone.now()
        if options["edition"] is None:
            document, digest, at = *self.build_working_copy(meeting, options["language"]), now
        else:
            document, digest, at = self.load_edition(meeting, options["edition"], options["language"])
        mark = TextStatus.for_text(SubjectType.MEETING, meeting.pk, digest, now)
        of = f", as of {format_brussels_time(now)}" if mark.label and not mark.until else ""
        imprint = Imprint(at=at, status_label=f"{mark.label}{of}", edition_number=options["edition"] or 0)
        form = EXPORT_FORMATS[options["format"]]
        try:
            self.write(form, form.render(document, imprint), options["output"])
        except TypesettingError as error:
            raise CommandError(f"“{error}” could not be typeset as PDF. See the log.", returncode=2) from error
        if imprint.status_label and form.name == "json":
            self.stderr.write(imprint.status_label)

    def write(self, form: NoteFormat, content: bytes, output: Path | None) -> None:
        if output:
            try:
                output.write_bytes(content)
            except OSError as error:
                raise CommandError(f"Cannot write {output}: {error.strerror}.", returncode=2) from error
        elif form.is_text:
            self.stdout.write(content.decode(), ending="")
        elif sys.stdout.isatty():
            raise CommandError("This format is binary. Use --output, or redirect the output to a file.", returncode=2)
        else:
            sys.stdout.buffer.write(content)

    def build_working_copy(self, meeting: Meeting, language: str) -> tuple[MeetingDocument, str]:
        try:
            document = build_draft(meeting, timezone.now(), language=language)
        except InvalidDocument as error:
            raise CommandError(str(error), returncode=2) from error
        assert isinstance(document, MeetingDocument)
        return document, compute_draft_digest(document)

    def load_edition(self, meeting: Meeting, number: int, language: str) -> tuple[MeetingDocument, str, dt.datetime]:
        editions = list(Edition.objects.for_subject(SubjectType.MEETING, meeting.pk))
        if not 1 <= number <= len(editions):
            count = f"It has {len(editions)}." if editions else "Nothing has been published."
            raise CommandError(f"There is no edition {number} of “{meeting}”. {count}", returncode=2)
        rows = EditionDocument.objects.filter(edition=editions[number - 1]).select_related("document")
        texts = {row.language: row for row in rows}
        chosen = texts.get(language or editions[number - 1].source_language)
        if chosen is None:
            message = f"Edition {number} has no text in “{language}”. Its languages are: {', '.join(sorted(texts))}."
            raise CommandError(message, returncode=2)
        if not chosen.document.text or get_active_suppression(editions[number - 1]):
            raise CommandError(f"Edition {number} is suppressed, so its text is not available.", returncode=2)
        document = decode_document(chosen.document.text)
        if isinstance(document, Tombstone):
            raise CommandError(f"Edition {number} is a withdrawal notice: {document.reason}", returncode=2)
        assert isinstance(document, MeetingDocument)
        return document, chosen.document.digest, editions[number - 1].available_from

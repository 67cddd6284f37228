import json
from pathlib import Path
from typing import Any

import msgspec
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError, ProgrammingError
from django.utils.translation import ngettext

from agenda.management.database_errors import build_command_error
from agenda.management.lookup import find_meeting
from agenda.notes.language_detection import load_phrases_of_notes
from agenda.notes.line_reader import NoteError
from agenda.notes.note_parser import ParsedNote
from agenda.translation.note_matching import ImportReport, import_translation, plan_import
from agenda.workflow.errors import WorkflowError
from agenda.workflow.note_import import find_existing_meeting, import_parsed_note, read_note_file
from agenda.workflow.publication import publish
from agenda.workflow.transactions import format_instant, wait_until_live
from meetings.access.audit import Actor
from meetings.models import Meeting


class Command(BaseCommand):
    help = (
        "Imports a note of the press office: as the draft of a new meeting or, if the meeting exists in another "
        "language, as draft translations."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--dry-run",
            action="store_true",
            help="only print, as JSON, the document, the lines that were not understood, and which rule read which "
            "lines; for a translation also which texts would be added and which not",
        )
        parser.add_argument("--language", help="language of the note, for example fr (default: detected)")
        parser.add_argument(
            "--meeting",
            help="meeting of which the note is a translation, for example jha/2017/09/14, or its id (default: the "
            "meeting of the note's configuration and day)",
        )
        parser.add_argument(
            "--replace", action="store_true", help="replace existing translations by the texts of the note"
        )
        parser.add_argument(
            "--publish", action="store_true", help="publish it at once; a colleague must approve it afterwards"
        )
        parser.add_argument(
            "--reason", default="Imported and published at once.", help="why it is published without approval"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            note = read_note_file(options["file"], options["language"])
            if options["dry_run"]:
                self.print_dry_run(note, options)
                return
            meeting = self.find_translated_meeting(note, options["meeting"])
            if meeting:
                self.import_as_translation(note, meeting, options)
            else:
                self.import_new_meeting(note, options)
        except NoteError as error:
            raise CommandError(f"{options['file']}: {error}", returncode=2) from error
        except (OperationalError, ProgrammingError) as error:
            message = "Perhaps the note was imported or published. Look for it before you run the command again."
            raise build_command_error(error, message) from error

    def find_translated_meeting(self, note: ParsedNote, name: str | None) -> Meeting | None:
        """Return the meeting of which the note is a translation, or None if the note is a new meeting."""
        if name:
            return find_meeting(name)
        meeting = find_existing_meeting(note.document)
        return meeting if meeting and meeting.source_language != note.document.language else None

    def print_dry_run(self, note: ParsedNote, options: dict[str, Any]) -> None:
        printed: dict[str, Any] = {"document": note.document, "unplaced": note.unplaced, "read": note.applied_rules}
        try:
            if meeting := self.find_translated_meeting(note, options["meeting"]):
                report = plan_import(note, meeting, replace=options["replace"]).report
                printed["translation"] = {"meeting": meeting.pk, "name": str(meeting), "report": report}
        except (OperationalError, ProgrammingError):
            if options["meeting"]:
                raise
        self.stdout.write(json.dumps(msgspec.to_builtins(printed), ensure_ascii=False, indent=1))

    def import_as_translation(self, note: ParsedNote, meeting: Meeting, options: dict[str, Any]) -> None:
        if options["publish"]:
            raise CommandError(
                f"This note is a translation of “{meeting}”. An import cannot publish a translation, because it must "
                "be reviewed first. Import it without --publish.",
                returncode=2,
            )
        report = import_translation(note, meeting, by=get_actor(), replace=options["replace"])
        self.stdout.write(format_summary(report, meeting))
        for finding in report.findings:
            self.stderr.write(str(finding))

    def import_new_meeting(self, note: ParsedNote, options: dict[str, Any]) -> None:
        if options["replace"]:
            raise CommandError(
                "--replace is for translations, and this note is not a translation of an existing meeting. Use "
                "--meeting to say which meeting it translates, or leave out --replace.",
                returncode=2,
            )
        by = get_actor()
        meeting = import_parsed_note(note, by=by)
        self.stdout.write(f"Imported {meeting} ({meeting.pk}).")
        for line in note.unplaced:
            self.stderr.write(f"Not understood and not imported: line {line.line}: {line.text}")
        if options["publish"]:
            try:
                [edition] = publish(meeting, by=by, force=options["reason"])
            except WorkflowError as error:
                raise CommandError(f"Imported, but not published: {error}", returncode=2) from error
            wait_until_live(edition)
            self.stdout.write(
                f"/{edition.address} will be public from {format_instant(edition.available_from)} (Brussels time)."
            )


def get_actor() -> Actor:
    return Actor.for_command("import_note", "import")


def format_summary(report: ImportReport, meeting: Meeting) -> str:
    language, name = load_phrases_of_notes(report.language).name, f"{meeting} ({meeting.pk})"
    unchanged, replaced = len(report.standing), len(report.replaced)
    unchanged_text = ngettext("%d text is unchanged", "%d texts are unchanged", unchanged) % unchanged
    findings = f" To check: {len(report.findings)}." if report.findings else ""
    if not report.has_changes:
        return f"Nothing to change in {language} for {name}: {unchanged_text}.{findings}"
    count = len(report.placed) + replaced
    added_text = ngettext("Added %d text in %s as a draft", "Added %d texts in %s as drafts", count) % (count, language)
    if replaced:
        added_text += ngettext(", replacing %d existing text", ", replacing %d existing texts", replaced) % replaced
    review = ngettext("It must be reviewed.", "They must be reviewed.", count)
    return f"{added_text}; {unchanged_text}: {name}. {review}{findings}"

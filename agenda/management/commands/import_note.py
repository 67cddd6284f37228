import json
from pathlib import Path
from typing import Any

import msgspec
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError, ProgrammingError
from django.utils.translation import ngettext

from agenda.aligning import Report, import_translation, planned
from agenda.finding import meeting_named
from agenda.importing import find_meeting, import_reading, read_file
from agenda.notes.languages import READABLE
from agenda.notes.lines import NoteError
from agenda.notes.reading import Reading
from agenda.publishing import Refused, in_brussels, publish, wait_for
from meetings.audit import Actor
from meetings.models import Meeting


class Command(BaseCommand):
    help = (
        "Imports a note of the press office into the working copy: as a new meeting or, where the meeting is there in "
        "another language, as draft translations of it."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--dry-run",
            action="store_true",
            help="only print, as JSON, the document, what is unplaced, and which rule read what; of a translation too "
            "what would be placed, and what not",
        )
        parser.add_argument("--language", help="the note's language, where it is not to be detected")
        parser.add_argument(
            "--meeting",
            help="whose translation the note is, as jha/2017/09/14, or an id (default: of that configuration and day)",
        )
        parser.add_argument(
            "--replace", action="store_true", help="put the note's texts in the place of translations that are there"
        )
        parser.add_argument(
            "--publish", action="store_true", help="publish it at once, without approval: somebody approves it later"
        )
        parser.add_argument("--reason", default="Imported and published at once.", help="why it is published so")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            reading = read_file(options["file"], options["language"])
            if options["dry_run"]:
                self.print_dry_run(reading, options)
                return
            meeting = self.find_translated_meeting(reading, options["meeting"])
            if meeting:
                self.import_as_translation(reading, meeting, options)
            else:
                self.import_new_meeting(reading, options)
        except NoteError as error:
            raise CommandError(f"{options['file']}: {error}", returncode=2) from error
        except (OperationalError, ProgrammingError) as error:
            raise CommandError("The database has no tables yet: run manage.py migrate first.", returncode=2) from error

    def find_translated_meeting(self, reading: Reading, name: str | None) -> Meeting | None:
        """The meeting that the note is a translation of, if it is one."""
        if name:
            return meeting_named(name)
        meeting = find_meeting(reading.document)
        return meeting if meeting and meeting.source_language != reading.document.language else None

    def print_dry_run(self, reading: Reading, options: dict[str, Any]) -> None:
        printed: dict[str, Any] = {
            "document": reading.document,
            "unplaced": reading.unplaced,
            "read": reading.read,
        }
        try:
            if meeting := self.find_translated_meeting(reading, options["meeting"]):
                report = planned(reading, meeting, replace=options["replace"]).report
                printed["translation"] = {"meeting": meeting.pk, "name": str(meeting), "report": report}
        except (OperationalError, ProgrammingError):
            if options["meeting"]:
                raise
        self.stdout.write(json.dumps(msgspec.to_builtins(printed), ensure_ascii=False, indent=1))

    def import_as_translation(self, reading: Reading, meeting: Meeting, options: dict[str, Any]) -> None:
        if options["publish"]:
            raise CommandError(
                f"This note is a translation of “{meeting}”, and a translation is not published by an import: import "
                "it without --publish. Somebody reviews it first.",
                returncode=2,
            )
        report = import_translation(reading, meeting, by=get_actor(), replace=options["replace"])
        self.stdout.write(format_summary(report, meeting))
        for finding in report.findings:
            self.stderr.write(str(finding))

    def import_new_meeting(self, reading: Reading, options: dict[str, Any]) -> None:
        if options["replace"]:
            raise CommandError(
                "--replace is for translations, and this note is none of a meeting that is there: name the meeting "
                "with --meeting, or leave out --replace.",
                returncode=2,
            )
        by = get_actor()
        meeting = import_reading(reading, by=by)
        self.stdout.write(f"Imported {meeting} ({meeting.pk}).")
        for line in reading.unplaced:
            self.stderr.write(f"Not understood, and not in the meeting: line {line.line}: {line.text}")
        if options["publish"]:
            try:
                [edition] = publish(meeting, by=by, force=options["reason"])
            except Refused as error:
                raise CommandError(f"Imported, but not published: {error}", returncode=2) from error
            wait_for(edition)
            self.stdout.write(f"/{edition.address} appears on {in_brussels(edition.available_from)} (Brussels time).")


def get_actor() -> Actor:
    return Actor.command("import_note", "import")


def format_summary(report: Report, meeting: Meeting) -> str:
    language, named = READABLE[report.language].name, f"{meeting} ({meeting.pk})"
    standing, replaced = len(report.standing), len(report.replaced)
    there = ngettext("%d text says this already", "%d texts say this already", standing) % standing
    told = f" To look at: {len(report.findings)}." if report.findings else ""
    if not report.changes:
        return f"Nothing to change in {language} of {named}: {there}.{told}"
    count = len(report.placed) + replaced
    placed = ngettext("Placed %d text in %s as a draft", "Placed %d texts in %s as drafts", count) % (count, language)
    if replaced:
        placed += ngettext(", %d in the place of another", ", %d in the place of others", replaced) % replaced
    review = ngettext("It is to be reviewed.", "They are to be reviewed.", count)
    return f"{placed}; {there}: {named}. {review}{told}"

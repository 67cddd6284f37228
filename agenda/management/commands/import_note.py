import json
from pathlib import Path
from typing import Any

import msgspec
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError, ProgrammingError

from agenda.importing import import_reading, read_file
from agenda.notes.lines import NoteError
from agenda.publishing import Refused, in_brussels, publish, wait_for
from meetings.audit import Actor


class Command(BaseCommand):
    help = "Imports a note of the press office into the working copy."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--dry-run",
            action="store_true",
            help="only print, as JSON, the document, what is unplaced, and which rule read what",
        )
        parser.add_argument("--language", help="the note's language, where it is not to be detected")
        parser.add_argument(
            "--publish", action="store_true", help="publish it at once, without approval: somebody approves it later"
        )
        parser.add_argument("--reason", default="Imported and published at once.", help="why it is published so")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            reading = read_file(options["file"], options["language"])
            if options["dry_run"]:
                self.stdout.write(json.dumps(msgspec.to_builtins(reading), ensure_ascii=False, indent=1))
                return
            by = Actor.command("import_note")
            meeting = import_reading(reading, by=by)
        except NoteError as error:
            raise CommandError(f"{options['file']}: {error}", returncode=2) from error
        except (OperationalError, ProgrammingError) as error:
            raise CommandError("The database has no tables yet: run manage.py migrate first.", returncode=2) from error
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

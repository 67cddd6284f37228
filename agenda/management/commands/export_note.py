from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from agenda.building import build_meeting
from agenda.finding import meeting_named
from agenda.notes.text_export import note_text


class Command(BaseCommand):
    help = "Prints a meeting's working copy as a note."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("meeting", help="as jha/2017/09/14, or an id")
        parser.add_argument("--format", choices=("txt",), default="txt")

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(note_text(build_meeting(meeting_named(options["meeting"]))), ending="")

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from agenda.drafts import Subject
from agenda.finding import find_subject
from agenda.publishing import Refused
from agenda.suppressing import edition_numbered, erase
from meetings.audit import Actor

CONFIRMATION_WORD = "erase"
REMAINING_COPIES = """What this does not reach, look there yourself:
  the working copy, where somebody may have kept the text;
  revisions of the working copy that say nearly the same;
  backups, and pages of the database that are free but not yet overwritten (VACUUM);
  the public notes of editions, and whatever others have stored."""


class Command(BaseCommand):
    help = "Erases the stored text of a suppressed edition for good. Its digest stays, and so does the record of this."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("subject", help="a meeting as jha/2017/09/14, a topic as topics/migration-policy, or an id")
        parser.add_argument("number", type=int, help="of the edition, as readers see it")
        parser.add_argument("--reason", required=True, help="kept with the digest")
        parser.add_argument("--language", action="append", default=[], help="only this one (may be repeated)")
        parser.add_argument("--no-input", action="store_true", help="does not ask first")

    def handle(self, *args: Any, **options: Any) -> None:
        subject, number = find_subject(options["subject"]), options["number"]
        if not options["no_input"]:
            self.confirm(subject, number)
        try:
            edition = edition_numbered(subject, number)
            by, languages = Actor.command("erase"), options["language"]
            erased = erase(subject, edition, by=by, reason=options["reason"], languages=languages)
        except Refused as error:
            raise CommandError(str(error), returncode=2) from error
        for row in erased:
            self.stdout.write(f"Erased: edition {number}, {row.language}, SHA-256 {row.document_id}")
        self.stdout.write(REMAINING_COPIES)

    def confirm(self, subject: Subject, number: int) -> None:
        self.stdout.write(f"The text of edition {number} of “{subject}” will be gone for good.")
        try:
            answer = input(f"Type “{CONFIRMATION_WORD}” to go on: ")
        except EOFError:
            answer = ""
        if answer.strip() != CONFIRMATION_WORD:
            raise CommandError("Nothing was erased.", returncode=2)

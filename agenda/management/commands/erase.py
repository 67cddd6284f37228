from typing import Any

from django.core.management.base import CommandError, CommandParser

from agenda.management.base import SubjectCommand
from agenda.management.lookup import find_subject
from agenda.workflow.drafts import Subject
from agenda.workflow.suppression import erase, get_edition_by_number
from meetings.access.audit import Actor

CONFIRMATION_WORD = "erase"
REMAINING_COPIES = """This command does not erase copies elsewhere. Check these yourself:
  the working copy, which may still have the text;
  revisions of the working copy with nearly the same text;
  backups, and free database pages that are not overwritten yet (VACUUM);
  public change notes, and copies that other people have."""


class Command(SubjectCommand):
    help = "Permanently erases the stored text of a suppressed edition. Its digest and a record of the erasure stay."
    reason_help = "stored with the digest"

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("number", type=int, help="public number of the edition")
        parser.add_argument(
            "--language", action="append", default=[], help="erase only this language (can be repeated)"
        )
        parser.add_argument("--no-input", action="store_true", help="do not ask for confirmation")

    def handle(self, *args: Any, **options: Any) -> None:
        subject, number = find_subject(options["subject"]), options["number"]
        if not options["no_input"]:
            self.confirm(subject, number)
        edition = get_edition_by_number(subject, number)
        by, languages = Actor.for_command("erase"), options["language"]
        for row in erase(subject, edition, by=by, reason=options["reason"], languages=languages):
            self.stdout.write(f"Erased: edition {number}, {row.language}, SHA-256 {row.document_id}")
        self.stdout.write(REMAINING_COPIES)

    def confirm(self, subject: Subject, number: int) -> None:
        self.stdout.write(f"This permanently erases the text of edition {number} of “{subject}”.")
        try:
            answer = input(f"Type “{CONFIRMATION_WORD}” to continue: ")
        except EOFError:
            answer = ""
        if answer.strip() != CONFIRMATION_WORD:
            raise CommandError("Nothing was erased.", returncode=2)

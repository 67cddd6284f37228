from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.db import connection

from agenda.management.base import SubjectCommand
from agenda.management.lookup import find_subject
from agenda.workflow.drafts import Subject
from agenda.workflow.suppression import erase, get_edition_by_number
from meetings.access.audit import Actor
from meetings.models import Erasure

CONFIRMATION_WORD = "erase"
REMAINING_COPIES = """This command does not erase copies elsewhere. Check these yourself:
  the working copy, which may still have the text;
  revisions of the working copy with nearly the same text;
  meetings that name the topic, and their drafts, if it is a topic;
  the audit log, which has titles and reasons, and keeps them;
  backups, and free database pages that are not overwritten yet (VACUUM);
  public change notes, and copies that other people have."""

NOT_THE_OWNER = """Nothing was erased. Only the owner of the tables can erase a text: the editors' process cannot.
Run this command with the owner's DATABASE_URL. With docker compose:
  docker compose run --rm prepare python manage.py erase …"""


def can_erase() -> bool:
    """Return whether the database account may erase texts. SQLite has no accounts."""
    if connection.vendor != "postgresql":
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT has_table_privilege(%s, 'INSERT')", [Erasure._meta.db_table])
        [(is_allowed,)] = cursor.fetchall()
    return bool(is_allowed)


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
        if not can_erase():
            raise CommandError(NOT_THE_OWNER, returncode=2)
        subject, number = find_subject(options["subject"]), options["number"]
        if not options["no_input"]:
            self.confirm(subject, number)
        edition = get_edition_by_number(subject, number)
        by, languages = Actor.for_command("erase"), options["language"]
        for row in erase(subject, edition, by=by, reason=options["reason"], languages=languages):
            self.stdout.write(f"Erased: edition {number}, {row.language}, SHA-256 {row.document.digest}")
        self.stdout.write(REMAINING_COPIES)

    def confirm(self, subject: Subject, number: int) -> None:
        self.stdout.write(f"This permanently erases the text of edition {number} of “{subject}”.")
        try:
            answer = input(f"Type “{CONFIRMATION_WORD}” to continue: ")
        except EOFError:
            answer = ""
        if answer.strip() != CONFIRMATION_WORD:
            raise CommandError("Nothing was erased.", returncode=2)

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from agenda.management.lookup import find_subject
from agenda.workflow import WorkflowError, format_instant, rollback, wait_until_live
from meetings.access.audit import Actor


class Command(BaseCommand):
    help = "Restores the previous edition at once, in place of a correction or a withdrawal."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("subject", help="address (jha/2017/09/14 or topics/migration-policy) or id")
        parser.add_argument("--reason", required=True, help="public note on what changed")

    def handle(self, *args: Any, **options: Any) -> None:
        subject = find_subject(options["subject"])
        try:
            edition = rollback(subject, by=Actor.for_command("rollback"), reason=options["reason"])
        except WorkflowError as error:
            raise CommandError(str(error), returncode=2) from error
        self.stdout.write(
            f"/{edition.address} shows the previous edition from {format_instant(edition.available_from)} "
            "(Brussels time)."
        )
        wait_until_live(edition)

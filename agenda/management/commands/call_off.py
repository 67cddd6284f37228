from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from agenda.finding import find_subject
from agenda.publishing import WorkflowError, call_off_edition, format_instant
from meetings.audit import Actor


class Command(BaseCommand):
    help = "Cancels the scheduled edition of a meeting or topic: it is deleted and will not be published."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("subject", help="address (jha/2017/09/14 or topics/migration-policy) or id")
        parser.add_argument("--reason", required=True, help="for the audit log")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            instant = call_off_edition(
                find_subject(options["subject"]), by=Actor.for_command("call_off"), reason=options["reason"]
            )
        except WorkflowError as error:
            raise CommandError(str(error), returncode=2) from error
        self.stdout.write(f"Cancelled the edition that was scheduled for {format_instant(instant)} (Brussels time).")

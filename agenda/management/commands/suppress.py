from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from agenda.finding import find_subject
from agenda.publishing import Refused, in_brussels
from agenda.suppressing import edition_numbered, lift, same_text_elsewhere, suppress
from meetings.audit import Actor


class Command(BaseCommand):
    help = "Suppresses one past edition: its text is hidden at once; number, time, digest and reason stay public."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("subject", help="address (jha/2017/09/14 or topics/migration-policy) or id")
        parser.add_argument("number", type=int, help="public number of the edition")
        parser.add_argument("--reason", required=True, help="public reason (with --lift: for the audit log)")
        parser.add_argument("--lift", action="store_true", help="show a suppressed edition again")

    def handle(self, *args: Any, **options: Any) -> None:
        subject, number = find_subject(options["subject"]), options["number"]
        try:
            edition = edition_numbered(subject, number)
            step = lift if options["lift"] else suppress
            step(subject, edition, by=Actor.command("suppress"), reason=options["reason"])
        except Refused as error:
            raise CommandError(str(error), returncode=2) from error
        for row in [] if options["lift"] else same_text_elsewhere(edition):
            time = in_brussels(row.edition.available_from)
            self.stderr.write(f"Note: the edition of {time} has exactly the same text ({row.language}).")
        result = "is public again" if options["lift"] else "is suppressed: its text is hidden now"
        self.stdout.write(f"Edition {number} of “{subject}” {result} (/{edition.address}editions/{number}/).")

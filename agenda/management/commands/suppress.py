from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from agenda.finding import find_subject
from agenda.publishing import Refused, in_brussels
from agenda.suppressing import edition_numbered, lift, same_text_elsewhere, suppress
from meetings.audit import Actor


class Command(BaseCommand):
    help = "Takes out a single past edition: number, time, digest and reason stay, and its text is closed at once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("subject", help="a meeting as jha/2017/09/14, a topic as topics/migration-policy, or an id")
        parser.add_argument("number", type=int, help="of the edition, as readers see it")
        parser.add_argument("--reason", required=True, help="public reason; with --lift, for the audit log")
        parser.add_argument("--lift", action="store_true", help="opens again what was taken out by mistake")

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
            self.stderr.write(f"Note: word for word the same ({row.language}) is in the edition of {time}.")
        result = "can be read again" if options["lift"] else "is taken out: its text is closed now"
        self.stdout.write(f"Edition {number} of “{subject}” {result} (/{edition.address}editions/{number}/).")

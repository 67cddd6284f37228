from typing import Any

from django.core.management.base import CommandParser

from agenda.management.base import SubjectCommand
from agenda.management.lookup import find_subject
from agenda.workflow.suppression import find_same_text_elsewhere, get_edition_by_number, lift_suppression, suppress
from agenda.workflow.transactions import format_instant
from meetings.access.audit import Actor


class Command(SubjectCommand):
    help = "Suppresses one past edition: its text is hidden at once; number, time and reason stay public."
    reason_help = "public reason (with --lift: for the audit log)"

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("number", type=int, help="public number of the edition")
        parser.add_argument("--lift", action="store_true", help="show a suppressed edition again")

    def handle(self, *args: Any, **options: Any) -> None:
        subject, number = find_subject(options["subject"]), options["number"]
        edition = get_edition_by_number(subject, number)
        by, reason, name = Actor.for_command("suppress"), options["reason"], f"Edition {number} of “{subject}”"
        if options["lift"]:
            lift_suppression(subject, edition, by=by, reason=reason)
            self.stdout.write(f"{name} is public again (/{edition.address}editions/{number}/).")
            return
        releases = suppress(subject, edition, by=by, reason=reason)
        for row in find_same_text_elsewhere(edition):
            time = format_instant(row.edition.available_from)
            self.stderr.write(f"Note: the edition of {time} has exactly the same text ({row.language}).")
        self.stdout.write(f"{name} is suppressed: its text is hidden now (/{edition.address}editions/{number}/).")
        self.report_on_hold(releases)

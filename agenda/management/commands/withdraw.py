from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from agenda.management.base import SubjectCommand
from agenda.management.lookup import find_subject
from agenda.workflow.transactions import format_instant
from agenda.workflow.withdrawal import find_releases_to_hold, withdraw
from meetings.access.audit import Actor


class Command(SubjectCommand):
    help = "Withdraws a published meeting or topic: all texts are removed, and a notice with the reason stays."
    reason_help = "public reason"

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--meeting", choices=["takes-place", "cancelled"], help="what the notice says about the meeting itself"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        subject = find_subject(options["subject"])
        releases = find_releases_to_hold(subject, timezone.now())
        takes_place = {"takes-place": True, "cancelled": False}.get(options["meeting"])
        by = Actor.for_command("withdraw")
        edition = withdraw(subject, by=by, reason=options["reason"], takes_place=takes_place)
        instant = format_instant(edition.available_from)
        self.stdout.write(f"/{edition.address} is withdrawn from {instant} (Brussels time).")
        self.report_on_hold(releases)

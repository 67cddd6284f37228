from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from agenda.finding import find_subject
from agenda.publishing import WorkflowError, format_instant, withdraw
from agenda.publishing.withdrawing import find_releases_to_hold
from meetings.audit import Actor


class Command(BaseCommand):
    help = "Withdraws a published meeting or topic: all texts are removed, and a notice with the reason stays."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("subject", help="address (jha/2017/09/14 or topics/migration-policy) or id")
        parser.add_argument("--reason", required=True, help="public reason")

    def handle(self, *args: Any, **options: Any) -> None:
        subject = find_subject(options["subject"])
        releases = find_releases_to_hold(subject, timezone.now())
        try:
            edition = withdraw(subject, by=Actor.for_command("withdraw"), reason=options["reason"])
        except WorkflowError as error:
            raise CommandError(str(error), returncode=2) from error
        self.stdout.write(
            f"/{edition.address} is withdrawn from {format_instant(edition.available_from)} (Brussels time)."
        )
        for release in releases:
            self.stdout.write(
                f"Also on hold: publication {release.pk}, which was scheduled for {format_instant(release.at)}."
            )

"""Base classes of the commands that take a step of the workflow."""

from collections.abc import Iterable
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from agenda.models import Release
from agenda.workflow.errors import WorkflowError
from agenda.workflow.transactions import format_instant
from meetings.clock import InvalidTimeError


class WorkflowCommand(BaseCommand):
    """A command that takes a step of the workflow. If the step is refused, it ends with the reason and exit code 2."""

    def execute(self, *args: Any, **options: Any) -> str | None:
        try:
            return super().execute(*args, **options)
        except (WorkflowError, InvalidTimeError) as error:
            raise CommandError(str(error), returncode=2) from error


class SubjectCommand(WorkflowCommand):
    """A command about one meeting or topic, which `find_subject` finds. The subclass says what `reason` is for."""

    reason_help: str

    def execute(self, *args: Any, **options: Any) -> str | None:
        if not (options["reason"] or "").strip():
            raise CommandError("Give the reason: --reason “…”.", returncode=2)
        return super().execute(*args, **options)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("subject", help="address (jha/2017/09/14 or topics/migration-policy) or id")
        parser.add_argument("--reason", required=True, help=self.reason_help)

    def report_on_hold(self, releases: Iterable[Release]) -> None:
        """Say which releases the step put on hold."""
        for release in releases:
            instant = format_instant(release.at)
            self.stdout.write(f"Also on hold: publication {release.pk}, which was scheduled for {instant}.")

from typing import Any

from agenda.management.base import SubjectCommand
from agenda.management.lookup import find_subject
from agenda.workflow.planned_releases import schedule_ready_releases
from agenda.workflow.scheduled_releases import call_off_edition
from agenda.workflow.transactions import format_instant
from meetings.access.audit import Actor


class Command(SubjectCommand):
    help = "Cancels the scheduled edition of a meeting or topic: it is deleted and will not be published."
    reason_help = "for the audit log"

    def handle(self, *args: Any, **options: Any) -> None:
        by, subject = Actor.for_command("call_off"), find_subject(options["subject"])
        instant = call_off_edition(subject, by=by, reason=options["reason"])
        schedule_ready_releases()
        self.stdout.write(f"Cancelled the edition that was scheduled for {format_instant(instant)} (Brussels time).")

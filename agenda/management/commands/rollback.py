from typing import Any

from agenda.management.base import SubjectCommand
from agenda.management.lookup import find_subject
from agenda.workflow.transactions import format_instant, wait_until_live
from agenda.workflow.withdrawal import rollback
from meetings.access.audit import Actor


class Command(SubjectCommand):
    help = "Restores the previous edition at once, in place of a correction or a withdrawal."
    reason_help = "public note on what changed"

    def handle(self, *args: Any, **options: Any) -> None:
        subject = find_subject(options["subject"])
        edition = rollback(subject, by=Actor.for_command("rollback"), reason=options["reason"])
        instant = format_instant(edition.available_from)
        self.stdout.write(f"/{edition.address} shows the previous edition from {instant} (Brussels time).")
        wait_until_live(edition)

from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from agenda.documents.checks import CheckLevel
from agenda.management.base import WorkflowCommand
from agenda.management.lookup import find_subject
from agenda.models import BackgroundTopic
from agenda.workflow.document_checks import find_all_checks, find_unpublished_topics
from agenda.workflow.drafts import get_source_document
from agenda.workflow.errors import PendingEditionError
from agenda.workflow.planned_releases import schedule_ready_releases
from agenda.workflow.publication import publish
from agenda.workflow.reviews import find_approved_review
from agenda.workflow.transactions import format_instant, wait_until_live
from meetings.access.audit import Actor
from meetings.clock import parse_instant
from meetings.models import Edition, Meeting


class Command(WorkflowCommand):
    help = "Publishes the approved text of a meeting or topic now, or schedules it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("subject", help="address (jha/2017/09/14 or topics/migration-policy) or id")
        parser.add_argument("--at", metavar="TIME", help='Brussels time, for example "2017-09-14 18:00" (default: now)')
        parser.add_argument("--note", default="", help="public note on what changed")
        parser.add_argument(
            "--editorial", action="store_true", help="minor correction (spelling or wording), without a public note"
        )
        parser.add_argument(
            "--as-approved", action="store_true", help="ignore changes that were saved after the approval"
        )
        parser.add_argument(
            "--force",
            metavar="REASON",
            default="",
            help="publish the working copy without approval; a colleague must approve it afterwards",
        )
        parser.add_argument(
            "--pending",
            choices=("ask", "keep", "replace"),
            default="ask",
            help="what to do with an edition that is already scheduled (default: ask, which refuses to publish)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        subject = find_subject(options["subject"])
        at = None if options["at"] is None else parse_instant(options["at"])  # an empty value never means now
        by = Actor.for_command("publish")
        try:
            [edition] = publish(
                subject,
                by=by,
                at=at,
                note=options["note"],
                editorial=options["editorial"],
                pending=options["pending"],
                force=options["force"],
                shown=get_approved_text_digests(subject) if options["as_approved"] else None,
            )
        except PendingEditionError as error:
            raise CommandError(f"{error} (Use --pending replace or --pending keep.)", returncode=2) from error
        schedule_ready_releases()
        for warning in list_warnings(subject, edition):
            self.stderr.write(f"Note: {warning}")
        instant = format_instant(edition.available_from)
        self.stdout.write(f"/{edition.address} will be published on {instant} (Brussels time).")
        if at is None:
            wait_until_live(edition)


def get_approved_text_digests(subject: Meeting | BackgroundTopic) -> list[str]:
    review = find_approved_review(subject)
    return review.get_approved_texts()[1] if review else []


def list_warnings(subject: Meeting | BackgroundTopic, edition: Edition) -> list[str]:
    """Return what looks odd in the text that was published, and which topics it could not mention."""
    now = timezone.now()
    checks = [check for check in find_all_checks(get_source_document(edition), now) if check.level == CheckLevel.ODD]
    checks += find_unpublished_topics(subject, now) if isinstance(subject, Meeting) else []
    return [check.message for check in checks]

import datetime as dt
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from agenda.workflow.unused_images import GRACE, MIN_GRACE, find_unused_images, remove_unused_images
from meetings.access.audit import Actor


class Command(BaseCommand):
    help = (
        "Deletes pictures that no text names: no draft, unsaved text, revision or edition. Run it once a week. "
        "Pictures of texts that were erased are deleted too."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--days",
            type=int,
            default=GRACE.days,
            help="only pictures that were last uploaded so many days ago or earlier (default: %(default)s; 0: an hour)",
        )
        parser.add_argument("--dry-run", action="store_true", help="only list them")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["days"] < 0:
            raise CommandError("--days must not be negative.", returncode=2)
        before = timezone.now() - max(dt.timedelta(days=options["days"]), MIN_GRACE)
        if options["dry_run"]:
            for digest, image in find_unused_images(before).items():
                facts = f"{image.width} × {image.height}, {image.uploaded_at:%Y-%m-%d}" if image else "a failed upload"
                self.stdout.write(f"{digest}, {facts}")
            return
        count = remove_unused_images(before, by=Actor.for_command("remove_unused_images"))
        self.stdout.write(f"{count} picture{'' if count == 1 else 's'} deleted.")

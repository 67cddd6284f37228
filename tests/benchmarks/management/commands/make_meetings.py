import time
from io import StringIO
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from agenda.workflow.errors import WorkflowError
from tests.benchmarks.generated_meetings.generator import list_slots
from tests.benchmarks.generated_meetings.writer import (
    BATCH_SIZE,
    GeneratedMeetingWriter,
    WritingProgress,
    wait_until,
)

MAX_SEED = 999_999_999
PROGRESS_STEP = 20 * BATCH_SIZE  # meetings between two lines of progress, if the output is not a terminal


class Command(BaseCommand):
    help = (
        "Generates any number of meetings with drafts and published editions, for benchmarks. The same seed gives the "
        "same meetings."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--count", type=int, required=True, help="number of meetings of this seed in all")
        parser.add_argument(
            "--seed", type=int, default=1, help="number that decides which meetings are generated (default: 1)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        count, seed = options["count"], options["seed"]
        check_options(count, seed)
        call_command("load_reference", stdout=StringIO())
        started = time.monotonic()
        writer = GeneratedMeetingWriter(seed)
        try:
            for progress in writer.write(count):
                self.report_progress(progress, count)
        except WorkflowError as error:
            raise CommandError(
                "The database is too slow: editions would be public before they are written. The meetings generated so "
                "far stay. Run the same command again to continue."
            ) from error
        self.report_result(writer.progress, time.monotonic() - started)

    def report_progress(self, progress: WritingProgress, count: int) -> None:
        done = progress.meetings + progress.existing
        if self.stderr.isatty():
            self.stderr.write(f"\r{done} of {count}", ending="" if done < count else "\n")
        elif done % PROGRESS_STEP == 0 and progress.meetings:
            self.stderr.write(f"{done} of {count}")

    def report_result(self, progress: WritingProgress, seconds: float) -> None:
        if progress.existing:
            self.stdout.write(f"{progress.existing} meetings of this seed already exist and have not been changed.")
        if not progress.meetings or not progress.last_instant:
            self.stdout.write("There was nothing to generate.")
        else:
            self.stdout.write("Waiting until the last edition is public.")
            self.stdout.flush()
            wait_until(progress.last_instant)
            self.stdout.write(
                f"Generated {progress.meetings} meetings with {progress.editions} editions ({progress.rows} rows) "
                f"in {seconds:.1f} s: {progress.meetings / seconds:.0f} meetings per second."
            )


def check_options(count: int, seed: int) -> None:
    if settings.SERVES_ELSEWHERE:
        raise CommandError(
            "Nothing was generated: ALLOWED_HOSTS is set, so this is a real site, and published meetings cannot be "
            "deleted. Run the command where ALLOWED_HOSTS is not set.",
            returncode=2,
        )
    max_count = len(list_slots())
    if not 1 <= count <= max_count:
        raise CommandError(f"--count is {count}. Use a number from 1 to {max_count}.", returncode=2)
    if not 0 <= seed <= MAX_SEED:
        raise CommandError(f"--seed is {seed}. Use a number from 0 to {MAX_SEED}.", returncode=2)

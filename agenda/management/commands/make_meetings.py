import time
from io import StringIO
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from agenda.made.inventing import list_slots
from agenda.made.writing import BATCH_SIZE, BulkWriter, WritingProgress, wait_until

MAX_SEED = 999_999_999
PROGRESS_STEP = 20 * BATCH_SIZE  # meetings between two lines of progress, where there is no screen


class Command(BaseCommand):
    help = "Makes any number of meetings up, the same for the same seed, working copy and editions: to measure with."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--count", type=int, required=True, help="how many there shall be of this seed in all")
        parser.add_argument("--seed", type=int, default=1, help="which ones (default: 1)")

    def handle(self, *args: Any, **options: Any) -> None:
        count, seed = options["count"], options["seed"]
        check_options(count, seed)
        call_command("load_reference", stdout=StringIO())
        begun = time.monotonic()
        writer = BulkWriter(seed)
        try:
            for tally in writer.write(count):
                self.report_progress(tally, count)
        except TimeoutError as error:
            raise CommandError(
                "The database is so slow that editions would appear before they are written. What was made stays; run "
                "the same command again to go on."
            ) from error
        self.report_result(writer.progress, time.monotonic() - begun)

    def report_progress(self, tally: WritingProgress, count: int) -> None:
        done = tally.meetings + tally.existing
        if self.stderr.isatty():
            self.stderr.write(f"\r{done} of {count}", ending="" if done < count else "\n")
        elif done % PROGRESS_STEP == 0 and tally.meetings:
            self.stderr.write(f"{done} of {count}")

    def report_result(self, tally: WritingProgress, seconds: float) -> None:
        if tally.existing:
            self.stdout.write(f"{tally.existing} meetings of this seed were there already and stay as they are.")
        if not tally.meetings or not tally.last_instant:
            self.stdout.write("Nothing was missing.")
        else:
            self.stdout.write("Waiting until the last of them has appeared.")
            self.stdout.flush()
            wait_until(tally.last_instant)
            self.stdout.write(
                f"Made {tally.meetings} meetings with {tally.editions} editions, {tally.rows} rows in all, "
                f"in {seconds:.1f} s: {tally.meetings / seconds:.0f} meetings a second."
            )


def check_options(count: int, seed: int) -> None:
    if settings.SERVES_ELSEWHERE:
        raise CommandError(
            "This site is configured to serve others (ALLOWED_HOSTS), and what is published cannot be deleted: nothing "
            "was made. Run it where ALLOWED_HOSTS is not set.",
            returncode=2,
        )
    most = len(list_slots())
    if not 1 <= count <= most:
        raise CommandError(f"--count is {count}: from 1 to {most} meetings can be made of one seed.", returncode=2)
    if not 0 <= seed <= MAX_SEED:
        raise CommandError(f"--seed is {seed}: a number from 0 to {MAX_SEED} is needed.", returncode=2)

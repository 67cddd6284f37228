import time
from io import StringIO
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from agenda.made.inventing import slots
from agenda.made.writing import BATCH, Tally, Writer, wait_until

HIGHEST_SEED = 999_999_999
EVERY = 20 * BATCH  # meetings between two lines of progress, where there is no screen


class Command(BaseCommand):
    help = "Makes any number of meetings up, the same for the same seed, working copy and editions: to measure with."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--count", type=int, required=True, help="how many there shall be of this seed in all")
        parser.add_argument("--seed", type=int, default=1, help="which ones (default: 1)")

    def handle(self, *args: Any, **options: Any) -> None:
        count, seed = options["count"], options["seed"]
        refuse_nonsense(count, seed)
        call_command("load_reference", stdout=StringIO())
        begun = time.monotonic()
        writer = Writer(seed)
        try:
            for tally in writer.write(count):
                self.tell_progress(tally, count)
        except TimeoutError as error:
            raise CommandError(
                "The database is so slow that editions would appear before they are written. What was made stays; run "
                "the same command again to go on."
            ) from error
        self.finish(writer.tally, time.monotonic() - begun)

    def tell_progress(self, tally: Tally, count: int) -> None:
        done = tally.meetings + tally.there_before
        if self.stderr.isatty():
            self.stderr.write(f"\r{done} of {count}", ending="" if done < count else "\n")
        elif done % EVERY == 0 and tally.meetings:
            self.stderr.write(f"{done} of {count}")

    def finish(self, tally: Tally, seconds: float) -> None:
        if tally.there_before:
            self.stdout.write(f"{tally.there_before} meetings of this seed were there already and stay as they are.")
        if not tally.meetings or not tally.last:
            self.stdout.write("Nothing was missing.")
        else:
            self.stdout.write("Waiting until the last of them has appeared.")
            self.stdout.flush()
            wait_until(tally.last)
            self.stdout.write(
                f"Made {tally.meetings} meetings with {tally.editions} editions, {tally.rows} rows in all, "
                f"in {seconds:.1f} s: {tally.meetings / seconds:.0f} meetings a second."
            )


def refuse_nonsense(count: int, seed: int) -> None:
    if settings.SERVES_ELSEWHERE:
        raise CommandError(
            "This site is configured to serve others (ALLOWED_HOSTS), and what is published cannot be deleted: nothing "
            "was made. Run it where ALLOWED_HOSTS is not set.",
            returncode=2,
        )
    most = len(slots())
    if not 1 <= count <= most:
        raise CommandError(f"--count is {count}: from 1 to {most} meetings can be made of one seed.", returncode=2)
    if not 0 <= seed <= HIGHEST_SEED:
        raise CommandError(f"--seed is {seed}: a number from 0 to {HIGHEST_SEED} is needed.", returncode=2)

import os
import signal
import threading
import time
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, close_old_connections
from django.utils import timezone

from council.management.commands.dump_public import add_base_url_argument, parse_base_url
from council.public_dump.kept_file import find_current_dump, update_dump
from council.startup_checks import refuse_privileged_database_role

ALARM_EXIT_CODE = 3
IDLE_SHARE = 3  # a process that keeps running rests three times as long as it has worked


class Command(BaseCommand):
    help = (
        "Write the file at /api/v1/dump/, everything that is public as JSON lines, again if something has changed. "
        "Until then the file that was there before is sent, unless something in it was withdrawn."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        add_base_url_argument(parser)
        mode = parser.add_mutually_exclusive_group()
        mode.add_argument("--every", metavar="SECONDS", type=int, help="keep running, and look every so many seconds")
        mode.add_argument("--check", action="store_true", help="write nothing; only say whether the file is up to date")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["every"] is not None and options["every"] < 1:
            raise CommandError("--every needs a number of seconds, 1 or more.", returncode=2)
        if options["check"]:
            if find_current_dump(timezone.now()) is None:
                raise CommandError("The dump is not up to date.", returncode=ALARM_EXIT_CODE)
            return
        base = parse_base_url(options["base_url"])
        try:
            refuse_privileged_database_role()
        except ImproperlyConfigured as error:
            raise CommandError(str(error), returncode=2) from error
        if options["every"]:
            self.keep_updating(base, options["every"])
        else:
            try:
                self.update(base)
            except (OSError, DatabaseError) as error:
                raise CommandError(f"The dump could not be written: {error}", returncode=2) from error

    def update(self, base: str) -> None:
        try:
            written = update_dump(base, timezone.now())
        except BlockingIOError:
            self.stdout.write("Another process is writing the dump.")
            return
        if written:
            self.stdout.write(f"{written.lines} lines, {written.size} bytes, as of {written.as_of:%Y-%m-%dT%H:%M:%SZ}.")
            self.stdout.flush()

    def keep_updating(self, base: str, seconds: int) -> None:
        """Update until the process is told to stop. It leaves the processor to others, and rests after work."""
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_details: stop.set())
        os.nice(10)
        while not stop.is_set():
            close_old_connections()
            begun = time.monotonic()
            try:
                self.update(base)
            except (OSError, DatabaseError) as error:
                self.stderr.write(f"The dump could not be written: {error}")
            stop.wait(max(seconds, IDLE_SHARE * (time.monotonic() - begun)))

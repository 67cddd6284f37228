import signal
import threading
from collections.abc import Callable
from functools import partial
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, close_old_connections, connections
from django.utils import timezone

from agenda.mail.sending import SendReport, find_delays, prepare_mails, send_due_notices, send_mails
from meetings.sign_in.password_links import can_send_mail

ALARM_EXIT_CODE = 3


class Command(BaseCommand):
    help = (
        "Sends by email what the press office is to be told: texts that wait for approval, were sent back, or are due "
        f"and not approved. The exit code is {ALARM_EXIT_CODE} if a mail could not be sent; it is tried again."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        mode = parser.add_mutually_exclusive_group()
        mode.add_argument("--every", metavar="SECONDS", type=int, help="keep running, and send every so many seconds")
        mode.add_argument("--check", action="store_true", help="send nothing; only say whether mails are delayed")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["every"] is not None and options["every"] < 1:
            raise CommandError("--every needs a number of seconds, 1 or more.", returncode=2)
        if not can_send_mail():
            self.stderr.write("This site has no mail server, so it sends nothing. Set EMAIL_HOST (docs/operations.md).")
        if options["check"]:
            self.finish(find_delays(timezone.now()))
        elif options["every"]:
            self.keep_sending(options["every"])
        else:
            report = send_due_notices()
            self.write_report(report)
            self.finish(report.failures)

    def keep_sending(self, seconds: int) -> None:
        """Send until the process is told to stop. A signal never interrupts a mail.

        A thread sends the mails, because a mail server that is slow must not delay what is planned.
        """
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_details: stop.set())
        sender = None
        while not stop.is_set():
            close_old_connections()
            self.run_step(prepare_mails)
            if sender is None or not sender.is_alive():
                sender = threading.Thread(target=self.send_in_thread, args=(stop,))
                sender.start()
            stop.wait(seconds)

    def send_in_thread(self, stop: threading.Event) -> None:
        self.run_step(partial(send_mails, should_stop=stop.is_set))
        connections.close_all()

    def run_step(self, step: Callable[[SendReport], None]) -> None:
        report = SendReport()
        try:
            step(report)
        except DatabaseError as error:
            self.stderr.write(f"The database does not respond: {error}")
        self.write_report(report)
        for failure in report.failures:
            self.stderr.write(failure)
        self.stdout.flush()

    def write_report(self, report: SendReport) -> None:
        if report.sent:
            self.stdout.write(f"Mails sent: {report.sent}.")
        if report.expired:
            reason = "the mail server refused them" if settings.EMAIL_HOST else "there is no mail server"
            self.stderr.write(f"Notices deleted after a day, because {reason}: {report.expired}.")

    def finish(self, failures: list[str]) -> None:
        for failure in failures:
            self.stderr.write(failure)
        if failures:
            raise SystemExit(ALARM_EXIT_CODE)

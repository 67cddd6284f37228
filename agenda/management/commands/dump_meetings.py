from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, ProgrammingError

from agenda.bulk.dump import count_subjects, dump_subjects
from agenda.bulk.progress import Progress
from agenda.management.database_errors import build_command_error
from meetings.documents.encoding import InvalidDocument


class Command(BaseCommand):
    help = (
        "Prints the working copy of all topics and meetings, published or not, as JSON lines for load_meetings: one "
        "line for each document and language. To dump only public data, use dump_public."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        left_out = 0
        try:
            progress = Progress(self.stderr, count_subjects(), "meetings and topics")  # type: ignore[arg-type]
            for number, (subject, lines) in enumerate(dump_subjects(), 1):
                if isinstance(lines, InvalidDocument):
                    left_out += 1
                    self.stderr.write(f"Skipped {subject} ({subject.pk}): it makes no valid document: {lines}")
                else:
                    for line in lines:
                        self.stdout.write(line)
                progress.show(number)
        except (OperationalError, ProgrammingError) as error:
            raise build_command_error(error, "The dump is incomplete. Run the command again.") from error
        if left_out:
            raise CommandError(f"The dump is incomplete: {left_out} skipped. Correct them, then run the command again.")

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, ProgrammingError

from agenda.bulk.dumping import count_subjects, dump_subjects
from agenda.bulk.progress import Progress
from meetings.documents.text import InvalidDocument


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
            raise CommandError("The database has no tables yet. Run manage.py migrate first.", returncode=2) from error
        if left_out:
            raise CommandError(f"The dump is incomplete: {left_out} skipped. Correct them, then run the command again.")

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, ProgrammingError

from agenda.bulk.dumping import count, dumped
from agenda.bulk.progress import Progress
from meetings.documents.text import InvalidDocument


class Command(BaseCommand):
    help = (
        "Prints the working copy, published or not, as JSON lines for load_meetings: all topics and meetings, a "
        "document a line and language. For what is public, there is dump_public."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        left_out = 0
        try:
            progress = Progress(self.stderr, count(), "meetings and topics")  # type: ignore[arg-type]
            for number, (subject, lines) in enumerate(dumped(), 1):
                if isinstance(lines, InvalidDocument):
                    left_out += 1
                    self.stderr.write(f"Left out: {subject} ({subject.pk}) makes no document: {lines}")
                else:
                    for line in lines:
                        self.stdout.write(line)
                progress.show(number)
        except (OperationalError, ProgrammingError) as error:
            raise CommandError("The database has no tables yet: run manage.py migrate first.", returncode=2) from error
        if left_out:
            raise CommandError(f"Not all is in the file: {left_out} left out. Mend them, and dump again.")

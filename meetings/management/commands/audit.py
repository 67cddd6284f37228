import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from meetings.access.audit import serialize_entries, serialize_new_entries
from meetings.clock import InvalidTimeError, parse_instant
from meetings.models import Act, AuditEntry


class Command(BaseCommand):
    help = "Write the audit log as lines of JSON, the oldest entry first."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--since", metavar="TIME", help='Brussels time, for example "2017-09-14 18:00"')
        parser.add_argument("--until", metavar="TIME", help="only entries before this time")
        parser.add_argument(
            "--continue",
            action="store_true",
            dest="is_continued",
            help="read the last lines of an earlier output from standard input, and write only what they lack",
        )
        parser.add_argument("--act", choices=Act.values, help="only entries of this kind")

    def handle(self, *args: Any, **options: Any) -> None:
        found = AuditEntry.objects.all()
        try:
            if options["since"]:
                found = found.filter(at__gte=parse_instant(options["since"]))
            if options["until"]:
                found = found.filter(at__lt=parse_instant(options["until"]))
        except InvalidTimeError as error:
            raise CommandError(str(error), returncode=2) from error
        if options["act"]:
            found = found.filter(act=options["act"])
        lines = serialize_entries(found)
        if options["is_continued"]:
            lines = serialize_new_entries(found, list(sys.stdin.buffer))
        for line in lines:
            self.stdout.write(line.decode(), ending="")

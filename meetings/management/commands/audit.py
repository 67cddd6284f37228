from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from meetings.audit import serialize_entries
from meetings.clock import InvalidTimeError, parse_instant
from meetings.models import Act, AuditEntry


class Command(BaseCommand):
    help = "Write the audit log as lines of JSON, the oldest entry first."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--since", metavar="TIME", help='Brussels time, for example "2017-09-14 18:00"')
        parser.add_argument("--until", metavar="TIME", help="only entries before this time")
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
        for line in serialize_entries(found):
            self.stdout.write(line.decode(), ending="")

from typing import Any
from urllib.parse import quote

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from agenda.link_check.checking import check_links
from agenda.link_check.fetching import Fetcher
from agenda.models import LinkCheck
from agenda.workflow.transactions import format_instant


class Command(BaseCommand):
    help = (
        "Checks the web addresses of live editions and drafts that are due, and lists those that fail. Run it every "
        "hour: an address that works is checked once a day, one that fails soon again. It never requests an address "
        "in a private network."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--all", action="store_true", help="check all addresses now, also those that are not due")
        parser.add_argument(
            "--user-agent",
            default="council-agenda-link-check/1.0",
            help="name to give to the servers; add an address with information or for contact",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        fetch = Fetcher(options["user_agent"]).fetch
        checked = check_links(fetch, timezone.now(), everything=options["all"])
        failing = LinkCheck.objects.failing()
        self.stdout.write(f"{len(checked)} checked, {len(failing)} failing.")
        for check in failing:
            status = f" ({check.status})" if check.status else ""
            since = format_instant(check.failing_since) if check.failing_since else "?"
            shown = "".join(sign if sign.isprintable() else quote(sign) for sign in check.url)
            self.stdout.write(f"{shown}: {check.get_problem_display()}{status}, since {since} (Brussels time)")

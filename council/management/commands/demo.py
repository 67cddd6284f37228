import multiprocessing
import socket
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, connection, connections
from django.urls import reverse
from django.utils import timezone
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from agenda.workflow.note_import import import_parsed_note, read_note_file
from council.demo.accounts import create_demo_accounts, has_other_accounts
from council.demo.approvals import get_demo_actor
from council.demo.dump import start_updating_dump
from council.demo.fill import fill_demo, is_demo_complete
from council.demo.mails import start_showing_mails
from council.demo.remove import has_demo, is_local_database, remove_demo
from council.demo.sample_meetings import (
    CORRECTED_MEETING_ID,
    EMBARGOED_MEETING_ID,
    MOVED_MEETING_ID,
    TODAY_MEETING_ID,
    WITHDRAWN_MEETING_ID,
)
from meetings.models import Edition, Meeting

SEED_NOTE = Path(settings.BASE_DIR) / "agenda" / "notes" / "samples" / "jha-2017-09-14.txt"


class Command(BaseCommand):
    help = (
        "Fills the database with reference data, a real note, sample meetings and accounts. Then starts the web server."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--no-serve", action="store_true", help="only fill the database")
        parser.add_argument("--port", type=int, default=8000, help="port on the loopback address (default: 8000)")
        parser.add_argument("--fresh", action="store_true", help="first remove the demo and everything added to it")

    def handle(self, *args: Any, **options: Any) -> None:
        port = options["port"]
        refuse_public_site()
        if not options["no_serve"]:
            refuse_port_in_use(port)
        if options["fresh"]:
            self.stdout.write(remove_demo())
        refuse_other_site()
        try:
            call_command("migrate", verbosity=0)
        except DatabaseError as error:
            raise CommandError(
                "The tables could not be created. Another demo may be using this database: wait until it has finished, "
                "then try again.",
                returncode=2,
            ) from error
        call_command("load_reference", stdout=self.stdout)
        accounts = create_demo_accounts()  # the accounts approve and publish what follows
        self.prepare()
        call_command("collectstatic", interactive=False, verbosity=0)
        for name, path in list_demo_addresses().items():
            self.stdout.write(f"{name:<31} http://127.0.0.1:{port}{path}")
        for name, password in accounts.items():
            self.stdout.write(f"  sign in as   {name}  {password}")
        if not options["no_serve"]:
            self.stdout.write("\nMails to these accounts are shown here, within three minutes. Stop with Ctrl-C.")
            self.stdout.flush()
            serve(port)

    def prepare(self) -> None:
        if is_demo_complete():
            self.stdout.write("The sample meetings already exist. They were not changed.\n\n")
            return
        reading = read_note_file(SEED_NOTE)
        document = reading.document
        seed = Meeting.objects.filter(
            configuration__slug=document.configuration.slug, start_date=document.start_date
        ).first() or import_parsed_note(reading, by=get_demo_actor())
        fill_demo(seed)
        self.stdout.write(f"Imported and published: {seed}, and {Meeting.objects.count() - 1} sample meetings.\n\n")


def list_demo_addresses() -> dict[str, str]:
    """Return the path of each page that is worth a look, by title.

    An editor may have moved or withdrawn a meeting since the demo was filled, so we look up where it is now.
    """
    editions = Edition.objects.order_by("-available_from")

    def find_page_path(meeting: Any) -> str:
        edition = editions.filter(subject_id=meeting).first()
        return f"/en/{edition.address}" if edition else reverse("admin:meetings_meeting_change", args=[meeting])

    moved = editions.filter(subject_id=MOVED_MEETING_ID).last()
    return {
        "A real meeting:": "/en/meetings/jha/2017/09/14/",
        "The same meeting in French:": "/fr/meetings/jha/2017/09/14/",
        name_main_meeting(): find_page_path(TODAY_MEETING_ID),
        "All meetings:": reverse("meetings"),
        "Old address, meeting moved:": f"/en/{moved.address}" if moved else find_page_path(MOVED_MEETING_ID),
        "Changes to a meeting:": f"{find_page_path(CORRECTED_MEETING_ID)}editions/1..2/",
        "A withdrawn meeting:": find_page_path(WITHDRAWN_MEETING_ID),
        "Open data (JSON):": "/api/v1/meetings/",
        "Everything at once (in 10 s):": reverse("api-dump"),
        "For editors:": reverse("admin:index"),
        "For translators:": reverse("languages"),
        "Embargoed until tomorrow:": reverse("admin:meetings_meeting_change", args=[EMBARGOED_MEETING_ID]),
    }


def name_main_meeting() -> str:
    """Return the title of the first sample meeting: at weekends and holidays it is on the next working day."""
    edition = Edition.objects.filter(subject_id=TODAY_MEETING_ID).order_by("-available_from").first()
    start, today = edition.start_date if edition else None, timezone.localdate()
    if start is None or start == today:
        return "Today's meeting:"
    return "The next meeting:" if start > today else "A recent meeting:"


def refuse_public_site() -> None:
    if settings.SERVES_ELSEWHERE:
        raise CommandError(
            "Nothing was changed: the demo publishes invented meetings and prints passwords, and this site is "
            "configured for other visitors (ALLOWED_HOSTS). Run the demo without ALLOWED_HOSTS.",
            returncode=2,
        )


def refuse_other_site() -> None:
    """Raise CommandError if the database is of another site: it has accounts, but neither the demo nor only its own."""
    name = str(connection.settings_dict["NAME"])
    if is_local_database(name) or has_demo() or not has_other_accounts():
        return
    raise CommandError(
        f"Nothing was changed: the demo publishes invented meetings and sets passwords, and {name} has accounts of "
        "another site. Unset DATABASE_URL to use the local file, or choose an empty database.",
        returncode=2,
    )


def refuse_port_in_use(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except (OSError, OverflowError) as error:
            raise CommandError(
                f'Port {port} is not available. Choose another port (make demo ARGS="--port 8001").', returncode=2
            ) from error


def serve(port: int) -> None:
    """Start the web server that production uses, on the loopback address. Show mails and write the dump beside it.

    The server's process starts afresh: it must share neither a database connection nor a thread with this one.
    """
    connections.close_all()
    multiprocessing.set_start_method("spawn", force=True)
    start_showing_mails(f"http://127.0.0.1:{port}")
    start_updating_dump(f"http://127.0.0.1:{port}/")
    server: Any = Granian(
        "council.wsgi:application",
        address="127.0.0.1",
        port=port,
        interface=Interfaces.WSGI,
        blocking_threads=4,
        log_level=LogLevels.warning,
    )
    server.serve()

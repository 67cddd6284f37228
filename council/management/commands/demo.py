import os
import secrets
import socket
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from agenda.drafts import Subject
from agenda.importing import import_reading, read_file
from agenda.models import BackgroundTopic
from agenda.publishing import publish, wait_for
from meetings.models import Edition, Meeting, User

SEED = Path(settings.BASE_DIR) / "agenda" / "notes" / "samples" / "jha-2017-09-14.txt"
TOPICS = (
    (
        "migration-policy",
        "Migration policy",
        "<p>How the Union answers irregular migration: <strong>saving lives</strong> first.</p>",
    ),
    (
        "fight-against-terrorism",
        "Fight against terrorism",
        "<p>What member states do together against terrorism, from preventing <strong>radicalisation</strong> on.</p>",
    ),
)
EDITORIAL = {
    "meetings": "meeting session chair contact footnote alert programmepoint",
    "agenda": "agendaitem result medialink backgroundtopic",
}


class Command(BaseCommand):
    help = "Prepares the database with reference data, the first note, published, and accounts; then serves the site."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--no-serve", action="store_true", help="only prepare")
        parser.add_argument("--port", type=int, default=8000, help="on the loopback address (default: 8000)")

    def handle(self, *args: Any, **options: Any) -> None:
        port = options["port"]
        if not options["no_serve"]:
            refuse_taken_port(port)
        call_command("migrate", verbosity=0)
        call_command("load_reference", stdout=self.stdout)
        self.publish_seed()
        accounts = demo_accounts()
        call_command("collectstatic", interactive=False, verbosity=0)
        self.stdout.write(f"\nThe note:      http://127.0.0.1:{port}/en/meetings/jha/2017/09/14/")
        self.stdout.write(f"as JSON:       http://127.0.0.1:{port}/api/v1/meetings/")
        self.stdout.write(f"for editors:   http://127.0.0.1:{port}/admin/")
        for name, password in accounts.items():
            self.stdout.write(f"  sign in as   {name}  {password}")
        if not options["no_serve"]:
            self.stdout.write("\nStop with Ctrl-C.")
            self.stdout.flush()
            serve(port)

    def publish_seed(self) -> None:
        reading = read_file(SEED)
        document = reading.document
        meeting = Meeting.objects.filter(
            configuration__slug=document.configuration.slug, start_date=document.start_date
        ).first() or import_reading(reading)
        topics = [sample_topic(meeting, *topic) for topic in TOPICS]
        subjects: list[Subject] = [*topics, meeting]
        subjects = [subject for subject in subjects if not Edition.objects.filter(subject_id=subject.pk).exists()]
        if subjects:
            wait_for(publish(*subjects)[0])
            self.stdout.write(f"Imported and published: {meeting}.")


def sample_topic(meeting: Meeting, slug: str, title: str, lead: str) -> BackgroundTopic:
    topic, new = BackgroundTopic.objects.get_or_create(slug=slug, defaults={"title": title, "lead": lead})
    for item in meeting.agenda.filter(title=title) if new else ():
        item.topics.add(topic)
    return topic


def refuse_taken_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except (OSError, OverflowError) as error:
            raise CommandError(
                f'Port {port} cannot be used: name another (make demo ARGS="--port 8001").', returncode=2
            ) from error


def demo_accounts() -> dict[str, str]:
    """The sample accounts with their passwords, which are made at random once and kept beside the database."""
    store = settings.VAR_DIR / "demo-accounts"
    kept = dict(line.split() for line in store.read_text().splitlines()) if store.exists() else {}
    passwords = {name: kept.get(name) or secrets.token_urlsafe(9) for name in ("editor", "publisher")}
    store.parent.mkdir(parents=True, exist_ok=True)
    store.touch(mode=0o600)
    store.write_text("".join(f"{name} {password}\n" for name, password in passwords.items()))
    editors, _new = Group.objects.get_or_create(name="Editors")
    editors.permissions.set(editorial_permissions())
    for name, password in passwords.items():
        user, new = User.objects.get_or_create(username=name, defaults={"is_staff": True})
        if new or not user.check_password(password):
            user.set_password(password)
            user.is_superuser = name == "publisher"
            user.save()
        user.groups.add(editors)
    return passwords


def editorial_permissions() -> list[Permission]:
    """Viewing, adding and changing all that makes up a note, without publishing it."""
    wanted = [
        f"{action}_{model}"
        for models in EDITORIAL.values()
        for model in models.split()
        for action in ("view", "add", "change", "delete")
    ]
    return list(Permission.objects.filter(content_type__app_label__in=EDITORIAL, codename__in=wanted))


def serve(port: int) -> None:
    """Becomes the web server that production uses, on the loopback address."""
    options = ["--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port), "--blocking-threads", "4"]
    command = [sys.executable, "-m", "granian", *options, "--log-level", "warning", "council.wsgi:application"]
    os.execv(sys.executable, command)  # noqa: S606 (no shell is wanted)

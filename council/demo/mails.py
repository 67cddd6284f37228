"""Show the mails to the press office on the console while the demo runs, so that nobody must start a second process."""

import threading

from django.conf import settings
from django.db import DatabaseError, close_old_connections

from agenda.mail.sending import send_due_notices

PAUSE = 60  # seconds
CONSOLE = "django.core.mail.backends.console.EmailBackend"  # also with EMAIL_HOST: nobody has the sample addresses


def start_showing_mails(site_url: str) -> None:
    """Show the mails that are due every minute, in a thread that ends with the process. They link to `site_url`."""
    settings.SITE_URL = site_url
    threading.Thread(target=keep_showing_mails, args=(threading.Event(),), daemon=True).start()


def keep_showing_mails(stop: threading.Event, pause: float = PAUSE) -> None:
    """Show mails until `stop` is set. If the database is busy, they are shown the next time."""
    while not stop.wait(pause):
        try:
            send_due_notices(stop.is_set, CONSOLE)
        except DatabaseError:
            continue
        finally:
            close_old_connections()

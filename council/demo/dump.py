"""Write the dump while the demo runs, so that nobody must start a second process."""

import threading

from django.db import DatabaseError, close_old_connections
from django.utils import timezone

from council.public_dump.kept_file import update_dump

PAUSE = 5  # seconds


def start_updating_dump(base: str) -> None:
    """Write the dump whenever something has changed, in a thread that ends with the process."""
    threading.Thread(target=keep_updating, args=(base, threading.Event()), daemon=True).start()


def keep_updating(base: str, stop: threading.Event, pause: float = PAUSE) -> None:
    """Write the dump until `stop` is set. If the database is busy, it is written the next time."""
    while not stop.wait(pause):
        try:
            update_dump(base, timezone.now())
        except (DatabaseError, OSError):
            continue
        finally:
            close_old_connections()

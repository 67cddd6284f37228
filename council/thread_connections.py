"""Close the database connection of a thread when the thread ends.

granian ends threads that were idle for half a minute, and starts others later. Django keeps the connection of a thread
in objects that refer to each other, so that it would stay open until Python looks for garbage. After some quiet
minutes, the process would have more connections than threads, and the database would refuse new ones.
"""

import os
import threading
from typing import Any
from weakref import WeakKeyDictionary

of_thread = threading.local()


class ClosingConnection:
    """Close a connection of psycopg2 when nothing refers to this object any more, but not in a copy of the process."""

    def __init__(self, connection: Any) -> None:
        self.connection, self.process = connection, os.getpid()
        self.get_process = os.getpid  # the module is gone when Python ends

    def __del__(self) -> None:
        if self.get_process() == self.process:
            self.connection.close()


def close_with_thread(connection: Any, **_more: Any) -> None:
    """Receive the signal that this thread has a new connection."""
    if connection.vendor == "postgresql":
        closing = of_thread.__dict__.setdefault("closing", WeakKeyDictionary())
        closing[connection] = ClosingConnection(connection.connection)

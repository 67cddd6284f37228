"""Django's PostgreSQL backend for the public process.

It checks connections less often: none within a second of the last check. With `conn_health_checks` each request first
checks its connection, which takes as long as the query itself. If the database restarts within that second, each
connection fails once, and the reader gets a 503 that says to try again.

In each second, the process first asks which of readers' schemas is right and the fastest now
(`meetings.database.reader_tables`), and sets the search path of each connection. All threads read the same, so that
none shows what is older than the published version that another one has read.
"""

import time
from contextlib import suppress
from dataclasses import dataclass
from threading import Lock

from django.db import ProgrammingError
from django.db.backends.postgresql import base

HEALTH_CHECK_INTERVAL = 1.0  # seconds
COMPLETE_SCHEMA = "readers_complete"  # is right at any moment


@dataclass(frozen=True)
class Choice:
    """The schema that the process reads from the beginning of a second (Unix time) until it chooses again."""

    second: int
    schema: str


choice = Choice(0, COMPLETE_SCHEMA)
choosing = Lock()


class DatabaseWrapper(base.DatabaseWrapper):
    last_checked = 0.0
    schema = ""

    def close_if_health_check_failed(self) -> None:
        if self.connection is not None and time.monotonic() - self.last_checked < HEALTH_CHECK_INTERVAL:
            self.health_check_done = True
            return
        super().close_if_health_check_failed()
        self.last_checked = time.monotonic()

    def get_new_connection(self, conn_params: object) -> object:
        self.schema = ""
        return super().get_new_connection(conn_params)

    def create_cursor(self, name: str | None = None) -> object:
        if not self.in_atomic_block and self.get_autocommit():
            if int(time.time()) != choice.second:  # also after a clock was set back
                with choosing:
                    self.choose_schema(int(time.time()))
            if self.schema != (schema := choice.schema):
                with self.wrap_database_errors, self.connection.cursor() as cursor:
                    cursor.execute(f"SET search_path = {schema}, readers, public")
                self.schema = schema
        return super().create_cursor(name)

    def choose_schema(self, second: int) -> None:
        """Choose for the rest of the second. Whatever appears does so at the beginning of a second.

        A role that may not ask, which the check of roles reports, keeps to what is always right.
        """
        global choice  # noqa: PLW0603 (one of the process)
        if second == choice.second:  # another thread has chosen
            return
        schema = COMPLETE_SCHEMA
        with suppress(ProgrammingError), self.wrap_database_errors, self.connection.cursor() as cursor:
            cursor.execute("SELECT public.council_choose_schema()")
            [(schema,)] = cursor.fetchall()
        choice = Choice(second, schema)

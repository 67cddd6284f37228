"""Django's PostgreSQL backend for the public process.

It checks connections less often: none within a second of the last check. With `conn_health_checks` each request first
checks its connection, which takes as long as the query itself. If the database restarts within that second, each
connection fails once, and the reader gets a 503 that says to try again.

In each second, each connection first asks which of readers' schemas is right and the fastest now
(`meetings.database.reader_tables`).
"""

import time
from contextlib import suppress

from django.db import ProgrammingError
from django.db.backends.postgresql import base

HEALTH_CHECK_INTERVAL = 1.0  # seconds
COMPLETE_SCHEMA = "readers_complete"


class DatabaseWrapper(base.DatabaseWrapper):
    last_checked = 0.0
    chosen_second = 0
    schema = COMPLETE_SCHEMA

    def close_if_health_check_failed(self) -> None:
        if self.connection is not None and time.monotonic() - self.last_checked < HEALTH_CHECK_INTERVAL:
            self.health_check_done = True
            return
        super().close_if_health_check_failed()
        self.last_checked = time.monotonic()

    def init_connection_state(self) -> None:
        super().init_connection_state()
        self.chosen_second, self.schema = 0, COMPLETE_SCHEMA

    def create_cursor(self, name: str | None = None) -> object:
        second = int(time.time())
        if second != self.chosen_second and not self.in_atomic_block and self.get_autocommit():
            self.choose_schema(second)
        return super().create_cursor(name)

    def choose_schema(self, second: int) -> None:
        """Choose for the rest of the second. Whatever appears does so at the beginning of a second.

        A role that may not ask, which the check of roles reports, keeps to what is always right.
        """
        with suppress(ProgrammingError), self.wrap_database_errors, self.connection.cursor() as cursor:
            cursor.execute("SELECT public.council_choose_schema()")
            [(schema,)] = cursor.fetchall()
            if schema != self.schema:
                cursor.execute(f"SET search_path = {schema}, readers, public")
                self.schema = schema
        self.chosen_second = second

"""Django's PostgreSQL backend with fewer health checks: none within a second of the last one.

Only the public process uses it. With `conn_health_checks` each request first checks its connection, which takes as
long as the query itself. If the database restarts within that second, each connection fails once, and the reader gets
a 503 that says to try again.
"""

import time

from django.db.backends.postgresql import base

HEALTH_CHECK_INTERVAL = 1.0  # seconds


class DatabaseWrapper(base.DatabaseWrapper):
    last_checked = 0.0

    def close_if_health_check_failed(self) -> None:
        if self.connection is not None and time.monotonic() - self.last_checked < HEALTH_CHECK_INTERVAL:
            self.health_check_done = True
            return
        super().close_if_health_check_failed()
        self.last_checked = time.monotonic()

"""Django's PostgreSQL, but that a connection which answered a second ago is not asked whether it still does.

For readers' processes only, which lose nothing by being asked to come again. With `conn_health_checks` each request
asks first, which takes as long as the answer itself. Within that second a database that was restarted costs each
connection one answer, a 503 that says to ask again.
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

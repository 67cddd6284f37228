"""Django's PostgreSQL, but that a connection which answered a second ago is not asked whether it still does.

For readers' processes only, which lose nothing by being asked to come again. With `conn_health_checks` each request
asks first, which takes as long as the answer itself. Within that second a database that was restarted costs each
connection one answer, a 503 that says to ask again.
"""

import time

from django.db.backends.postgresql import base

TRUSTED = 1.0  # seconds


class DatabaseWrapper(base.DatabaseWrapper):
    answered = 0.0

    def close_if_health_check_failed(self) -> None:
        if self.connection is not None and time.monotonic() - self.answered < TRUSTED:
            self.health_check_done = True
            return
        super().close_if_health_check_failed()
        self.answered = time.monotonic()

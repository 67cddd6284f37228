import gc
from typing import Any

from django.apps import AppConfig
from django.core import checks
from django.core.exceptions import ImproperlyConfigured
from django.db.backends.signals import connection_created
from django.utils.translation import gettext_lazy as _

from council.startup_checks import refuse_privileged_database_role
from council.thread_connections import close_with_thread


class CouncilConfig(AppConfig):
    name = "council"
    verbose_name = _("The site")

    def ready(self) -> None:
        checks.register(check_database_role)
        connection_created.connect(close_with_thread)
        # What is loaded by now stays. Looking for garbage in it again and again would take a tenth of the start.
        gc.freeze()
        gc.enable()


def check_database_role(**options: Any) -> list[checks.CheckMessage]:
    """Report an error if the database role of the process has more rights than it may have."""
    try:
        is_checked = refuse_privileged_database_role()
    except ImproperlyConfigured as error:
        return [checks.Error(str(error), id="council.E001")]
    message = "The database cannot be reached, so its role was not checked. The process checks it before it is used."
    return [] if is_checked else [checks.Warning(message, id="council.W001")]

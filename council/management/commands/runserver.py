from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import CommandError
from django.core.management.commands import runserver

from council.startup_checks import refuse_unconfigured_host


class Command(runserver.Command):
    """Django's `runserver`, which refuses to answer other machines until the site is configured for that."""

    def inner_run(self, *args: Any, **options: Any) -> None:
        try:
            refuse_unconfigured_host(self.addr)  # type: ignore[attr-defined]
        except ImproperlyConfigured as error:
            raise CommandError(str(error), returncode=2) from error
        super().inner_run(*args, **options)

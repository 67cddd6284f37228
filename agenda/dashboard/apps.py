from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.contrib.admin import autodiscover
from django.contrib.admin.apps import SimpleAdminConfig
from django.contrib.admin.checks import check_admin_app, check_dependencies
from django.core.checks import CheckMessage, Tags, register


class DeskConfig(SimpleAdminConfig):
    """Django's admin with the press office's dashboard, warnings and refusals.

    Its screens are loaded with its URLs (`council.urls.admin`). Most commands need neither, and start in half the time.
    """

    default_site = "agenda.dashboard.site.PressOfficeAdminSite"

    def ready(self) -> None:
        register(check_dependencies, Tags.admin)
        register(check_screens, Tags.admin)


def check_screens(app_configs: Sequence[AppConfig] | None, **options: Any) -> Sequence[CheckMessage]:
    """Load the screens, and check them as Django's admin does."""
    autodiscover()
    return check_admin_app(app_configs, **options)

from importlib import import_module

from django.apps import AppConfig
from django.conf import settings
from django.utils.translation import gettext_lazy as _


class AgendaConfig(AppConfig):
    name = "agenda"
    verbose_name = _("Agenda")

    def ready(self) -> None:
        """Let the ends of approvals follow the editions. The public process writes none."""
        if settings.EDITING:
            import_module("agenda.workflow.verdicts")

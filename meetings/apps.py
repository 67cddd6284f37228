from importlib import import_module

from django.apps import AppConfig
from django.conf import settings
from django.utils.translation import gettext_lazy as _


class MeetingsConfig(AppConfig):
    name = "meetings"
    verbose_name = _("Meetings and users")

    def ready(self) -> None:
        """Prepare the decoding of documents, and let sessions begin when somebody signs in.

        Nobody signs in to the public process.
        """
        import_module("meetings.documents.encoding").prepare_decoding()
        if settings.EDITING:
            import_module("meetings.sign_in.sessions")

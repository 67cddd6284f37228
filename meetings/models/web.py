"""Web addresses in columns of the working copy."""

from django.core.validators import RegexValidator, URLValidator
from django.utils.translation import gettext_lazy as _

# The second holds what the document's shape asks for: URLValidator takes HTTPS:// too.
WEB_ADDRESS = [
    URLValidator(schemes=["http", "https"]),
    RegexValidator(r"^https?://\S+$", _("Write the address with http:// or https:// in small letters.")),
]

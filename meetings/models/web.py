"""Validate web addresses in columns of the working copy."""

import re

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext_lazy as _

SCHEME = re.compile(r"(?P<name>[a-z][a-z0-9+-]*):", re.IGNORECASE)  # with a dot it is a host with a port
DOCUMENT_ADDRESS = re.compile(r"https?://\S+")
validate_url = URLValidator(schemes=["http", "https"])


def validate_web_address(address: str) -> None:
    """Raise ValidationError if the document cannot contain `address`. The message says how to write it."""
    scheme = SCHEME.match(address)
    if not scheme:
        raise ValidationError(
            _("Enter the full address, starting with https://. For example, https://%(address)s"),
            params={"address": address.lstrip("/")[:80]},
        )
    if scheme["name"].lower() not in ("http", "https"):
        raise ValidationError(
            _("Links cannot start with “%(scheme)s:”. Enter an address that starts with https://."),
            params={"scheme": scheme["name"]},
        )
    if scheme["name"] not in ("http", "https"):
        raise ValidationError(_("Enter http:// or https:// in lower-case letters."))
    try:
        validate_url(address)
    except ValidationError:
        complete = False
    else:
        complete = DOCUMENT_ADDRESS.fullmatch(address) is not None
    if not complete:
        raise ValidationError(
            _("Enter a complete web address without spaces. For example, https://www.example.eu/page.")
        )

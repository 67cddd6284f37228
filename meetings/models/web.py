"""Web addresses in columns of the working copy."""

import re

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext_lazy as _

SCHEME = re.compile(r"(?P<name>[a-z][a-z0-9+-]*):", re.IGNORECASE)  # with a dot it is a host with a port
AS_THE_DOCUMENT_HOLDS = re.compile(r"https?://\S+")
well_formed = URLValidator(schemes=["http", "https"])


def validate_web_address(address: str) -> None:
    """Lets through what the document's shape can hold; else says how to write the address."""
    scheme = SCHEME.match(address)
    if not scheme:
        raise ValidationError(
            _("Write the whole address, with https:// in front: https://%(address)s"),
            params={"address": address.lstrip("/")[:80]},
        )
    if scheme["name"].lower() not in ("http", "https"):
        raise ValidationError(
            _("“%(scheme)s:” makes no link here. Write an address that begins with https://."),
            params={"scheme": scheme["name"]},
        )
    if scheme["name"] not in ("http", "https"):
        raise ValidationError(_("Write http:// or https:// in small letters."))
    try:
        well_formed(address)
    except ValidationError:
        complete = False
    else:
        complete = AS_THE_DOCUMENT_HOLDS.fullmatch(address) is not None
    if not complete:
        raise ValidationError(
            _("This is no complete web address. Write it as https://www.example.eu/page, without spaces.")
        )

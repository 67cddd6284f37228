"""Validate web addresses, telephone numbers and country codes in columns of the working copy."""

import re
from collections.abc import Iterable
from contextlib import suppress

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext_lazy as _

from meetings.fields.line import validate_line
from meetings.reference.delegations import CODES_BY_ISO_CODE, DELEGATIONS_BY_CODE, get_country_name

SCHEME = re.compile(r"(?P<name>[a-z][a-z0-9+-]*):", re.IGNORECASE)  # with a dot it is a host with a port
DOCUMENT_ADDRESS = re.compile(r"https?://\S+")
validate_url = URLValidator(schemes=["http", "https"])
# The numbers that importers find in notes, with an optional extension.
TELEPHONE = re.compile(r"\+?[\d(][\d\s()./-]{3,30}\d(\s*(ext\.?|x)\s*\d{1,6})?")


def validate_web_address(address: str) -> None:
    """Raise ValidationError if the document cannot contain `address`. The message says how to write it."""
    scheme = SCHEME.match(address)
    if not scheme:
        message = _("Enter the full address, starting with https://. For example, https://%(address)s")
        raise ValidationError(message, params={"address": address.lstrip("/")[:80]})
    if scheme["name"].lower() not in ("http", "https"):
        message = _("Links cannot start with “%(scheme)s:”. Enter an address that starts with https://.")
        raise ValidationError(message, params={"scheme": scheme["name"]})
    if scheme["name"] not in ("http", "https"):
        raise ValidationError(_("Enter http:// or https:// in lower-case letters."))
    with suppress(ValidationError):
        validate_url(address)
        validate_line(address)
        if DOCUMENT_ADDRESS.fullmatch(address):
            return
    raise ValidationError(_("Enter a complete web address without spaces. For example, https://www.example.eu/page."))


def validate_telephones(numbers: Iterable[str]) -> None:
    for number in numbers:
        if not TELEPHONE.fullmatch(number):
            raise ValidationError(
                _("“%(number)s” is not a telephone number. Enter one number per line. For example, +32 2 555 00 00."),
                params={"number": number[:40]},
            )


def validate_country(code: str) -> None:
    """Raise ValidationError if `code` is not that of a delegation.

    For codes of ISO 3166 and codes in lower case, the message says what to write.
    """
    if code in DELEGATIONS_BY_CODE:
        return
    suggestion = CODES_BY_ISO_CODE.get(code.upper(), code.upper())
    if suggestion in DELEGATIONS_BY_CODE:
        raise ValidationError(
            _("“%(code)s” is not a valid country code. For %(country)s, enter %(suggestion)s."),
            params={"code": code, "country": get_country_name(suggestion), "suggestion": suggestion},
        )
    raise ValidationError(_("“%(code)s” is not a valid country code."), params={"code": code})

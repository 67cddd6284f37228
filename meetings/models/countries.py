"""Validate country codes in columns of the working copy."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from meetings.reference.delegations import DELEGATIONS_BY_CODE, get_country_name

CODES_BY_ISO_CODE = {"GR": "EL", "GB": "UK"}


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

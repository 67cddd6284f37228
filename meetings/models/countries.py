"""Countries in columns of the working copy."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from meetings.reference.delegations import BY_CODE, country_name

OF_OTHER_LISTS = {"GR": "EL", "GB": "UK"}


def validate_country(code: str) -> None:
    """Lets codes of the delegations through; for those of ISO 3166 and in small letters it says what to write."""
    if code in BY_CODE:
        return
    meant = OF_OTHER_LISTS.get(code.upper(), code.upper())
    if meant in BY_CODE:
        raise ValidationError(
            _("“%(code)s”: for %(country)s write %(meant)s."),
            params={"code": code, "country": country_name(meant), "meant": meant},
        )
    raise ValidationError(_("“%(code)s” is no country of the list."), params={"code": code})

"""Validate telephone numbers in columns of the working copy."""

import re
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

# The numbers that importers find in notes, with an optional extension.
TELEPHONE = re.compile(r"\+?[\d(][\d\s()./-]{3,30}\d(\s*(ext\.?|x)\s*\d{1,6})?")


def validate_telephones(numbers: Iterable[str]) -> None:
    for number in numbers:
        if not TELEPHONE.fullmatch(number):
            raise ValidationError(
                _("“%(number)s” is not a telephone number. Enter one number per line. For example, +32 2 555 00 00."),
                params={"number": number[:40]},
            )

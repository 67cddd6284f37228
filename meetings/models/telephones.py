"""Telephone numbers in columns of the working copy."""

import re
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

# As importers read them out of notes, and an extension.
TELEPHONE = re.compile(r"\+?[\d(][\d\s()./-]{3,30}\d(\s*(ext\.?|x)\s*\d{1,6})?")


def validate_telephones(numbers: Iterable[str]) -> None:
    for number in numbers:
        if not TELEPHONE.fullmatch(number):
            raise ValidationError(
                _("“%(number)s” is no telephone number. Write it as +32 2 555 00 00, each on a line of its own."),
                params={"number": number[:40]},
            )

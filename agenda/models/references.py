"""Validate document numbers and interinstitutional codes in the working copy."""

import re
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from meetings.documents.document_numbers import MAX_REFERENCE_LENGTH, normalize_reference, parse_procedure_code


def validate_procedures(codes: Iterable[str]) -> None:
    """Raise ValidationError for anything but interinstitutional codes, with the correct form of a similar code."""
    for code in codes:
        parsed = parse_procedure_code(code)
        if not parsed or str(parsed) != code:
            raise ValidationError(
                _("“%(code)s” is not a procedure number. Enter it as %(example)s, one per line."),
                params={"code": code[:40], "example": str(parsed) if parsed and parsed.kind else "2016/0142 (COD)"},
            )


def validate_documents(numbers: Iterable[str]) -> None:
    """Raise ValidationError for implausible document numbers. Institutions number in many ways, so we check little."""
    for number in numbers:
        if not re.search(r"\d", number):
            message = _("“%(number)s” is not a document number. Enter numbers such as 14996/1/22 REV 1, one per line.")
            raise ValidationError(message, params={"number": number[:40]})
        if len(normalize_reference(number)) > MAX_REFERENCE_LENGTH:
            message = _("“%(number)s…” is too long for a document number. Enter one number per line.")
            raise ValidationError(message, params={"number": number[:40]})

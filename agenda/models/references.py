"""Validate document numbers and interinstitutional codes in the working copy."""

import re
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

MAX_DOCUMENT_NUMBER_LENGTH = 60  # the length of the column in the index rows
PROCEDURE_CODE = re.compile(r"(?:19|20)\d{2}/\d{4}[A-Z]?(?:/[A-Z])? \([A-Z]{3}\)", re.ASCII)
SIMILAR_CODE = re.compile(
    r"(?P<year>(?:19|20)\d{2})\s*/\s*0*(?P<number>\d{1,4})\s*(?P<letter>[A-Z]?)\s*\(?\s*(?P<kind>[A-Z]{3})\s*\)?",
    re.ASCII | re.IGNORECASE,
)


def validate_procedures(codes: Iterable[str]) -> None:
    """Raise ValidationError for anything but interinstitutional codes, with the correct form of a similar code."""
    for code in codes:
        if not PROCEDURE_CODE.fullmatch(code):
            raise ValidationError(
                _("“%(code)s” is not a procedure number. Enter it as %(example)s, one per line."),
                params={"code": code[:40], "example": suggest_procedure_code(code)},
            )


def suggest_procedure_code(code: str) -> str:
    """Return the correct form of a code that is nearly right, or an example."""
    nearly = SIMILAR_CODE.fullmatch(code.strip())
    if not nearly:
        return "2016/0142 (COD)"
    number, letter, kind = nearly["number"].zfill(4), nearly["letter"].upper(), nearly["kind"].upper()
    return f"{nearly['year']}/{number}{letter} ({kind})"


def validate_documents(numbers: Iterable[str]) -> None:
    """Raise ValidationError for implausible document numbers. Institutions number in many ways, so we check little."""
    for number in numbers:
        if not re.search(r"\d", number):
            raise ValidationError(
                _("“%(number)s” is not a document number. Enter numbers such as 14996/1/22 REV 1, one per line."),
                params={"number": number[:40]},
            )
        if len("".join(number.split())) > MAX_DOCUMENT_NUMBER_LENGTH:
            raise ValidationError(
                _("“%(number)s…” is too long for a document number. Enter one number per line."),
                params={"number": number[:40]},
            )

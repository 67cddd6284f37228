"""Form fields for interinstitutional codes and document numbers as people write them.

Index rows store them as editors wrote them, without white space (`squeezed`), and a filter only compares for equality.
So a value is parsed into the conditions for all index rows that may have it, in any spelling.
"""

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy

from meetings.api.form_fields import StrictField
from meetings.documents.document_numbers import DOCUMENT_NUMBER, get_base_number, normalize_reference
from meetings.models import IndexedReference

MAX_REFERENCE_LENGTH = 60  # that of the column in the index
PROCEDURE_LETTERS = "ACC ACI APP AVC BUD CNB CNC CNS COD DEC NLE PRT SYN".split()
"""The usual letters, for a code without any. Other letters are found if they are written out."""
PROCEDURE_CODE = re.compile(
    r"(?<!\d)(?P<year>(?:19|20)\d\d)[/-](?P<number>\d{1,4})(?!\d)(?P<part>[A-Z]?(?:/[A-Z])?)"
    r"(?:[/-]?\(?(?P<letters>[A-Z]{3})\)?)?(?![A-Z])",
    re.ASCII,
)
HYPHEN_BESIDE_LETTERS = re.compile(r"-(?=[A-Z])|(?<=[A-Z])-")  # the register's addresses have ST-14996-2022-REV-1
REVISION_SUFFIX = re.compile(r"REV(\d{1,2})(?!\d)", re.ASCII)


class ProcedureField(StrictField):
    """An interinstitutional code: 2016/0133 (COD). Without letters, it matches any of the usual letters."""

    schema = StrictField.schema | {"examples": ["2016/0133 (COD)", "2016/0133"]}
    default_error_messages = {
        "no_code": gettext_lazy(
            "“%(value)s” is not the code of an interinstitutional file. Write it like this: 2016/0133 (COD)."
        )
    }

    def to_python(self, text: Any) -> dict[str, Any]:
        squeezed_text = normalize_reference(text)
        code = PROCEDURE_CODE.fullmatch(squeezed_text)
        if not code:
            similar = PROCEDURE_CODE.search(squeezed_text)
            nearest = f"{format_procedure_number(similar)} ({similar['letters'] or 'COD'})" if similar else ""
            raise ValidationError(self.error_messages["no_code"], "no_code", {"nearest": nearest})
        letters = [code["letters"]] if code["letters"] else PROCEDURE_LETTERS
        spellings = [f"{format_procedure_number(code)}({each})" for each in letters]
        return {"kind": IndexedReference.ReferenceKind.PROCEDURE, "reference__in": spellings}


def format_procedure_number(code: re.Match[str]) -> str:
    return f"{code['year']}/{code['number'].zfill(4)}{code['part']}"


class DocumentField(StrictField):
    """The number of a document: 14996/1/22 REV 1.

    “ST” and “INIT” may be left out. Numbers of other institutions are compared as written.
    """

    schema = StrictField.schema | {"examples": ["14996/1/22 REV 1", "ST 14996/22"]}
    default_error_messages = {
        "no_number": gettext_lazy("“%(value)s” has no number. Write a document like this: 14996/1/22 REV 1."),
        "no_year": gettext_lazy("“%(value)s” has no year. Write a document like this: 14996/22."),
    }

    def to_python(self, text: Any) -> dict[str, Any]:
        squeezed_text = normalize_reference(text)
        if not re.search(r"\d", squeezed_text, re.ASCII):
            raise ValidationError(self.error_messages["no_number"], "no_number")
        if re.fullmatch(r"(ST)?\d{1,5}", squeezed_text, re.ASCII):
            raise ValidationError(self.error_messages["no_year"], "no_year")
        spellings = {squeezed_text, *list_document_spellings(squeezed_text)}
        references = sorted({each[:MAX_REFERENCE_LENGTH] for each in spellings})
        return {"kind": IndexedReference.ReferenceKind.DOCUMENT, "reference__in": references}


class AnyRevisionField(DocumentField):
    """The number of a document. Without a revision, it matches all revisions."""

    def to_python(self, text: Any) -> dict[str, Any]:
        conditions = super().to_python(text)
        number = DOCUMENT_NUMBER.fullmatch(normalize_reference(text))
        if number and not number["revision"] and not number["more"]:
            base_number = get_base_number(normalize_reference(text))
            return {"kind": IndexedReference.ReferenceKind.WHOLE_NUMBER, "reference": base_number}
        return conditions


def list_document_spellings(squeezed_text: str) -> set[str]:
    """Return the spellings that stand for the same number; empty for what is not a Council document number.

    The printed form is 14996/1/22REV1; the revision before the year may be missing.
    """
    number = DOCUMENT_NUMBER.fullmatch(squeezed_text)
    if not number:
        return set()
    more = HYPHEN_BESIDE_LETTERS.sub("", number["more"]).removeprefix("INIT")
    printed_revision, suffix = number["revision"] or "", REVISION_SUFFIX.match(more)
    revisions = {printed_revision, f"/{suffix[1]}"} if suffix and not printed_revision else {printed_revision}
    ends = (more,) if more else ("", "INIT")
    return {
        f"{start}{number['number']}{revision}/{number['year']}{end}"
        for start in ("", "ST")
        for revision in revisions
        for end in ends
    }

"""Form fields for interinstitutional codes and document numbers as people write them.

Index rows store them as editors wrote them, without white space (`squeezed`), and a filter only compares for equality.
So a value is parsed into the conditions for all index rows that may have it, in any spelling.
"""

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy

from meetings.api.form_fields import StrictField
from meetings.documents.document_numbers import (
    PROCEDURE_KINDS,
    build_indexed_reference,
    get_base_number,
    normalize_reference,
    parse_document_number,
    parse_procedure_code,
)
from meetings.models import IndexedReference


class ProcedureField(StrictField):
    """An interinstitutional code: 2016/0133 (COD). Without letters, it matches any of the usual letters."""

    schema = StrictField.schema | {"examples": ["2016/0133 (COD)", "2016/0133"]}
    default_error_messages = {
        "no_code": gettext_lazy(
            "“%(value)s” is not the code of an interinstitutional file. Write it like this: 2016/0133 (COD)."
        )
    }

    def to_python(self, text: Any) -> dict[str, Any]:
        code = parse_procedure_code(text)
        if not code:
            nearest = str(parse_procedure_code(text, partly=True) or "")
            raise ValidationError(self.error_messages["no_code"], "no_code", {"nearest": nearest})
        kinds = [code.kind] if code.kind else PROCEDURE_KINDS
        spellings = [normalize_reference(str(code._replace(kind=kind))) for kind in kinds]
        return {"kind": IndexedReference.ReferenceKind.PROCEDURE, "reference__in": spellings}


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
        number = parse_document_number(squeezed_text)
        spellings = {squeezed_text} | (number.list_spellings() if number else set())
        references = sorted(map(build_indexed_reference, spellings))
        return {"kind": IndexedReference.ReferenceKind.DOCUMENT, "reference__in": references}


class AnyRevisionField(DocumentField):
    """The number of a document. Without a revision, it matches all revisions."""

    def to_python(self, text: Any) -> dict[str, Any]:
        conditions = super().to_python(text)
        number, base_number = parse_document_number(text), get_base_number(text)
        if base_number and number and not number.revision and not number.suffix:
            return {"kind": IndexedReference.ReferenceKind.WHOLE_NUMBER, "reference": base_number}
        return conditions

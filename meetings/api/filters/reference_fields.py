"""Parse interinstitutional codes and document numbers as people write them.

Index rows store them as editors wrote them, without white space (`squeezed`), and a filter only compares for equality.
So a value is parsed into all spellings that an index row may have of it.
"""

import re
from typing import Any

from django.utils.translation import gettext as _

from meetings.api.filters.fields import FilterValueError, ParameterField, format_suggestion
from meetings.documents.document_numbers import (
    MAX_REFERENCE_LENGTH,
    PROCEDURE_KINDS,
    get_base_number,
    normalize_reference,
    parse_document_number,
    parse_procedure_code,
)
from meetings.models import IndexedReference


class ProcedureParameterField(ParameterField):
    """An interinstitutional code: 2016/0133 (COD). Without letters, it matches any of the usual letters."""

    schema = ParameterField.schema | {"examples": ["2016/0133 (COD)", "2016/0133"]}

    def parse(self, text: str) -> set[str]:
        text = super().parse(text)
        code = parse_procedure_code(text)
        if not code:
            suggestion = str(parse_procedure_code(text, partly=True) or "")
            instruction = (
                _("“%s” is not the code of an interinstitutional file. Write it like this: 2016/0133 (COD).")
                % text[:60]
            )
            raise FilterValueError(
                f"{instruction} {format_suggestion(suggestion)}".strip(),
                **({"nearest": suggestion} if suggestion else {}),
            )
        kinds = [code.kind] if code.kind else PROCEDURE_KINDS
        return {normalize_reference(str(code._replace(kind=kind))) for kind in kinds}


class DocumentParameterField(ParameterField):
    """The number of a document: 14996/1/22 REV 1.

    “ST” and “INIT” may be left out. Numbers of other institutions are compared as written.
    """

    schema = ParameterField.schema | {"examples": ["14996/1/22 REV 1", "ST 14996/22"]}

    def parse(self, text: str) -> set[str]:
        squeezed_text = normalize_reference(super().parse(text))
        if not re.search(r"\d", squeezed_text, re.ASCII):
            raise FilterValueError(_("“%s” has no number. Write a document like this: 14996/1/22 REV 1.") % text[:60])
        if re.fullmatch(r"(ST)?\d{1,5}", squeezed_text, re.ASCII):
            raise FilterValueError(_("“%s” has no year. Write a document like this: 14996/22.") % text[:60])
        number = parse_document_number(squeezed_text)
        spellings = {squeezed_text} | (number.list_spellings() if number else set())
        return {spelling[:MAX_REFERENCE_LENGTH] for spelling in spellings}


class AnyRevisionParameterField(DocumentParameterField):
    """The number of a document, parsed into look-ups on index rows. Without a revision, it matches all revisions."""

    def parse(self, text: str) -> dict[str, Any]:  # type: ignore[override]
        spellings = super().parse(text)
        number, base = parse_document_number(text), get_base_number(text)
        if base and number and not number.revision and not number.suffix:
            return {"kind": IndexedReference.ReferenceKind.WHOLE_NUMBER, "reference": base}
        return {"kind": IndexedReference.ReferenceKind.DOCUMENT, "reference__in": sorted(spellings)}

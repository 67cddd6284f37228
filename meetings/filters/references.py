"""Parse interinstitutional codes and document numbers as people write them.

Index rows store them as editors wrote them, without white space (`squeezed`), and a filter only compares for equality.
So a value is parsed into all spellings that an index row may have of it.
"""

import re
from typing import Any

from django.utils.translation import gettext as _

from meetings.document_numbers import DOCUMENT_NUMBER, get_base_number
from meetings.filters.values import FilterValueError, ParameterField, format_suggestion
from meetings.indexing import normalize_reference
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


class ProcedureParameterField(ParameterField):
    """An interinstitutional code: 2016/0133 (COD). Without letters, it matches any of the usual letters."""

    schema = ParameterField.schema | {"examples": ["2016/0133 (COD)", "2016/0133"]}

    def parse(self, text: str) -> set[str]:
        squeezed_text = normalize_reference(super().parse(text))
        code = PROCEDURE_CODE.fullmatch(squeezed_text)
        if not code:
            similar = PROCEDURE_CODE.search(squeezed_text)
            suggestion = f"{format_procedure_number(similar)} ({similar['letters'] or 'COD'})" if similar else ""
            instruction = (
                _("“%s” is not the code of an interinstitutional file. Write it like this: 2016/0133 (COD).")
                % text[:60]
            )
            raise FilterValueError(
                f"{instruction} {format_suggestion(suggestion)}".strip(),
                **({"nearest": suggestion} if suggestion else {}),
            )
        letters = [code["letters"]] if code["letters"] else PROCEDURE_LETTERS
        return {f"{format_procedure_number(code)}({each})" for each in letters}


def format_procedure_number(code: re.Match[str]) -> str:
    return f"{code['year']}/{code['number'].zfill(4)}{code['part']}"


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
        return {
            spelling[:MAX_REFERENCE_LENGTH] for spelling in {squeezed_text, *list_document_spellings(squeezed_text)}
        }


class AnyRevisionParameterField(DocumentParameterField):
    """The number of a document, parsed into look-ups on index rows. Without a revision, it matches all revisions."""

    def parse(self, text: str) -> dict[str, Any]:  # type: ignore[override]
        spellings = super().parse(text)
        number = DOCUMENT_NUMBER.fullmatch(normalize_reference(text))
        if number and not number["revision"] and not number["more"]:
            return {
                "kind": IndexedReference.ReferenceKind.WHOLE_NUMBER,
                "reference": get_base_number(normalize_reference(text)),
            }
        return {"kind": IndexedReference.ReferenceKind.DOCUMENT, "reference__in": sorted(spellings)}


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

"""Interinstitutional codes and document numbers as people write them.

Index rows hold them `squeezed`, as editors wrote them, and a filter compares for equality only. So a value is read as
all spellings that an index row may have of it.
"""

import re
from typing import Any

from django.utils.translation import gettext as _

from meetings.document_numbers import NUMBER, whole_number
from meetings.filters.values import Refusal, Value, meant_hint
from meetings.indexing import squeezed
from meetings.models import IndexedReference

LONGEST = 60  # of an index row
LETTERS = "ACC ACI APP AVC BUD CNB CNC CNS COD DEC NLE PRT SYN".split()
"""The usual ones, for a code without. Any others are found where they are written."""
CODE = re.compile(
    r"(?<!\d)(?P<year>(?:19|20)\d\d)[/-](?P<number>\d{1,4})(?!\d)(?P<part>[A-Z]?(?:/[A-Z])?)"
    r"(?:[/-]?\(?(?P<letters>[A-Z]{3})\)?)?(?![A-Z])",
    re.ASCII,
)
BESIDE_LETTERS = re.compile(r"-(?=[A-Z])|(?<=[A-Z])-")  # the register's addresses have ST-14996-2022-REV-1
REVISED = re.compile(r"REV(\d{1,2})(?!\d)", re.ASCII)


class ProcedureValue(Value):
    """An interinstitutional code: 2016/0133 (COD). Without its letters, whichever there are of that number."""

    schema = Value.schema | {"examples": ["2016/0133 (COD)", "2016/0133"]}

    def read(self, text: str) -> set[str]:
        asked = squeezed(super().read(text))
        code = CODE.fullmatch(asked)
        if not code:
            like = CODE.search(asked)
            meant = f"{year_and_number(like)} ({like['letters'] or 'COD'})" if like else ""
            how = _("“%s” is no code of an interinstitutional file: write it as 2016/0133 (COD).") % text[:60]
            raise Refusal(f"{how} {meant_hint(meant)}".strip(), **({"nearest": meant} if meant else {}))
        letters = [code["letters"]] if code["letters"] else LETTERS
        return {f"{year_and_number(code)}({each})" for each in letters}


def year_and_number(code: re.Match[str]) -> str:
    return f"{code['year']}/{code['number'].zfill(4)}{code['part']}"


class DocumentValue(Value):
    """A document's number: 14996/1/22 REV 1. “ST” and “INIT” are no part of it; others' numbers are as written."""

    schema = Value.schema | {"examples": ["14996/1/22 REV 1", "ST 14996/22"]}

    def read(self, text: str) -> set[str]:
        asked = squeezed(super().read(text))
        if not re.search(r"\d", asked, re.ASCII):
            raise Refusal(_("“%s” has no number: write a document as 14996/1/22 REV 1.") % text[:60])
        if re.fullmatch(r"(ST)?\d{1,5}", asked, re.ASCII):
            raise Refusal(_("“%s” lacks the year: write a document as 14996/22.") % text[:60])
        return {spelling[:LONGEST] for spelling in {asked, *document_spellings(asked)}}


class DocumentsValue(DocumentValue):
    """A document's number, as what index rows are asked for; without a revision, it is that of all revisions."""

    def read(self, text: str) -> dict[str, Any]:  # type: ignore[override]
        spellings = super().read(text)
        number = NUMBER.fullmatch(squeezed(text))
        if number and not number["revision"] and not number["more"]:
            return {"kind": IndexedReference.Kind.WHOLE_NUMBER, "reference": whole_number(squeezed(text))}
        return {"kind": IndexedReference.Kind.DOCUMENT, "reference__in": sorted(spellings)}


def document_spellings(asked: str) -> set[str]:
    """As printed: 14996/1/22REV1, also where no revision is said before the year."""
    number = NUMBER.fullmatch(asked)
    if not number:
        return set()
    more = BESIDE_LETTERS.sub("", number["more"]).removeprefix("INIT")
    said, revised = number["revision"] or "", REVISED.match(more)
    revisions = {said, f"/{revised[1]}"} if revised and not said else {said}
    ends = (more,) if more else ("", "INIT")
    return {
        f"{start}{number['number']}{revision}/{number['year']}{end}"
        for start in ("", "ST")
        for revision in revisions
        for end in ends
    }

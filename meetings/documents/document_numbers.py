"""Parse numbers of Council documents as people write them: 14996/1/22 REV 1."""

import re

DOCUMENT_NUMBER = re.compile(
    r"(?:ST[-/]?)?(?P<number>\d{3,5})(?P<revision>/\d{1,2})?[-/](?:19|20)?(?P<year>\d\d)(?P<more>(?!\d).*)", re.ASCII
)


def get_base_number(reference: str) -> str:
    """Return the number that all revisions, addenda and corrigenda of a document share, such as 14996/22.

    `reference` must have been normalised by `normalize_reference`. Return an empty text for documents of other
    institutions.
    """
    found = DOCUMENT_NUMBER.fullmatch(reference)
    return f"{found['number']}/{found['year']}" if found and not found["more"].startswith("/") else ""


def normalize_reference(reference: str) -> str:
    """Return a document number or interinstitutional code without white space and in capitals, for comparisons."""
    return "".join(reference.split()).upper()

"""Numbers of the Council's documents, as people write them: 14996/1/22 REV 1."""

import re

NUMBER = re.compile(
    r"(?:ST[-/]?)?(?P<number>\d{3,5})(?P<revision>/\d{1,2})?[-/](?:19|20)?(?P<year>\d\d)(?P<more>(?!\d).*)", re.ASCII
)


def whole_number(reference: str) -> str:
    """What all revisions, addenda and corrigenda of a document share: 14996/22. `reference` is squeezed.

    Nothing of other institutions' documents.
    """
    found = NUMBER.fullmatch(reference)
    return f"{found['number']}/{found['year']}" if found and not found["more"].startswith("/") else ""

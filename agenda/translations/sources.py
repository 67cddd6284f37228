"""What a source text said when it was translated: found in the revisions, by its digest."""

import datetime as dt
from bisect import bisect_right
from collections.abc import Mapping

from agenda.drafts import Subject, SubjectDocument, type_of
from agenda.models import RevisionDocument
from agenda.translating import texts_of_source
from meetings.documents.text import read
from meetings.models import StoredDocument

AROUND = 3
"""So many documents up to the time of a translation are looked at: a form may have been open for a while."""
LAST = 10
"""So many of the last ones, for translations of which nobody knows when they were made."""
MOST = 40


def source_texts_then(subject: Subject, wanted: Mapping[str, dt.datetime | None]) -> dict[str, str]:
    """The texts that have the digests, where the revisions still hold them, in two queries.

    `wanted`: when the translation was saved that was made from the text, if that is known.
    """
    if not wanted:
        return {}
    held = RevisionDocument.objects.filter(
        revision__subject_type=type_of(subject), revision__subject_id=subject.pk, language=subject.source_language
    )
    history = list(held.order_by("revision_id").values_list("revision__at", "document"))
    documents = StoredDocument.objects.filter(digest__in=likely(history, wanted)).exclude(text="")
    found: dict[str, str] = {}
    for text in documents.values_list("text", flat=True):
        document = read(text)
        if isinstance(document, SubjectDocument):
            found |= {one.digest: one.segment.text for one in texts_of_source(document) if one.digest in wanted}
    return found


def likely(history: list[tuple[dt.datetime, str]], wanted: Mapping[str, dt.datetime | None]) -> list[str]:
    """The digests of documents in which the texts stood, if they stand anywhere."""
    runs = [one for place, one in enumerate(history) if place == 0 or one[1] != history[place - 1][1]]
    times = [at for at, _digest in runs]
    chosen: dict[str, None] = {}
    for at in {*wanted.values()}:
        end, number = (len(runs), LAST) if at is None else (bisect_right(times, at), AROUND)
        chosen |= dict.fromkeys(digest for _at, digest in reversed(runs[max(0, end - number) : end]))
    return list(chosen)[:MOST]

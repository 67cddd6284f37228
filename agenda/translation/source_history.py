"""Find the source text as it was when it was translated, in the revisions, by its digest."""

import datetime as dt
from bisect import bisect_right
from collections.abc import Mapping

from agenda.documents.translations.status import list_source_texts
from agenda.models import RevisionDocument
from agenda.workflow.drafts import Subject, SubjectDocument, get_subject_type
from meetings.documents.encoding import decode_document
from meetings.editions.freezing import find_suppressed_digests
from meetings.models import StoredDocument

NEARBY_DOCUMENTS = 3
"""The number of documents read back from the time of a translation, since a form may have been open for a while."""
LATEST_DOCUMENTS = 10
"""The number of newest documents read for translations without a time."""
MAX_DOCUMENTS = 40


def find_past_source_texts(subject: Subject, wanted: Mapping[str, dt.datetime | None]) -> dict[str, str]:
    """Return the texts with these digests, as far as the revisions still have them. This takes three queries.

    Texts that were removed from what readers see are left out, whoever asks.

    `wanted` maps a digest to the time when its translation was saved, or None if that is not known.
    """
    if not wanted:
        return {}
    rows = RevisionDocument.objects.filter(
        revision__subject_type=get_subject_type(subject),
        revision__subject_id=subject.pk,
        language=subject.source_language,
    )
    history = list(rows.order_by("revision__at", "revision_id").values_list("revision__at", "document__digest"))
    likely = {*select_likely_documents(history, wanted)}
    documents = StoredDocument.objects.filter(digest__in=likely - find_suppressed_digests(likely)).exclude(text="")
    found: dict[str, str] = {}
    for text in documents.values_list("text", flat=True):
        document = decode_document(text)
        if isinstance(document, SubjectDocument):
            found |= {
                source_text.digest: source_text.segment.text
                for source_text in list_source_texts(document)
                if source_text.digest in wanted
            }
    return found


def select_likely_documents(
    history: list[tuple[dt.datetime, str]], wanted: Mapping[str, dt.datetime | None]
) -> list[str]:
    """Return the digests of the documents that most probably have the texts."""
    runs = [entry for index, entry in enumerate(history) if index == 0 or entry[1] != history[index - 1][1]]
    times = [at for at, _digest in runs]
    chosen: dict[str, None] = {}
    for at in {*wanted.values()}:
        end, number = (len(runs), LATEST_DOCUMENTS) if at is None else (bisect_right(times, at), NEARBY_DOCUMENTS)
        chosen |= dict.fromkeys(digest for _at, digest in reversed(runs[max(0, end - number) : end]))
    return list(chosen)[:MAX_DOCUMENTS]

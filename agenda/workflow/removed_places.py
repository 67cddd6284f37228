"""Earlier places of meetings and programme points that only removed or withdrawn editions had: they are left out.

A document names the places for which it was published before it was moved. Nobody types these, so nobody could take out
a place because of which an edition was removed.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Sequence, Set
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Exists, F, Q, QuerySet
from msgspec.structs import replace

from meetings.database.prepared_query import fetch_rows
from meetings.documents.encoding import decode_document
from meetings.documents.schema import EarlierDate, EarlierTime, MeetingDocument, Point
from meetings.models import Edition, EditionDocument, SubjectType
from meetings.models.edition import get_active_suppression, get_later_notices

Earlier = TypeVar("Earlier", EarlierDate, EarlierTime)
WORDS = ("city", "venue", "place", "time_text")
"""The members of an earlier date or time that somebody wrote."""
DATES = ("start_date", "end_date", "date", "time")
"""Its other members, as a meeting or point has them, too."""


def find_removed_words(source: MeetingDocument, now: dt.datetime, *, brings_back: bool = False) -> set[str]:
    """Find the words of earlier places and times that removed or withdrawn editions had, and that no other one has.

    If an edition was erased, they are all words that no other edition has. Words of withdrawn editions stay if a note
    was brought back with them, or `brings_back` (“Restore the previous edition”). Without earlier places, there is no
    query.
    """
    earlier = collect_earlier_words(source)
    if not earlier:
        return set()
    texts = defaultdict[bool, list[str]](list)
    for text, is_removed in fetch_rows(select_hidden_texts, source.id, now):
        texts[is_removed].append(text)
    if not texts:
        return set()
    readable = [text for (text,) in fetch_rows(select_readable_texts, source.id, now)]
    removed = earlier if "" in texts[True] else earlier.intersection(collect_words(texts[True]))
    withdrawn = set() if brings_back else earlier.intersection(collect_words(texts[False]))
    for text in readable:
        withdrawn -= collect_earlier_words(decode_meeting(text))
    return (removed | withdrawn).difference(collect_words(readable))


def collect_earlier_words(document: MeetingDocument) -> set[str]:
    entries = (*document.previous, *(entry for point in document.programme for entry in point.previous))
    return {getattr(entry, name, "") for entry in entries for name in WORDS} - {""}


def find_editions_with_earlier_words(edition: Edition, now: dt.datetime) -> list[tuple[Edition, list[str]]]:
    """Find the other editions that readers can read, or will, with earlier places that `edition` alone has.

    If that is removed, these still show the words, which come with each edition.
    """
    if edition.subject_type != SubjectType.MEETING:
        return []
    documents = select_source_documents(edition.subject_id)
    rows = documents.exclude(is_hidden(now)).exclude(edition=edition).select_related("edition", "document")
    texts = {row.edition: row.document.text for row in rows.order_by("edition__available_from")}
    texts_of_edition = documents.filter(edition=edition).exclude(document__text="")
    own = set(collect_words([*texts_of_edition.values_list("document__text", flat=True)]))
    own -= set(collect_words([text for other, text in texts.items() if other.available_from <= now]))
    found = [(other, sorted(own & collect_earlier_words(decode_meeting(text)))) for other, text in texts.items()]
    return [(other, words) for other, words in found if words]


def collect_words(texts: Sequence[str]) -> Iterator[str]:
    """Yield the words of the places and times for which these texts of editions say that something takes place."""
    for text in texts:
        document = decode_meeting(text)
        for part in (document.place, *document.programme):
            yield from (getattr(part, name, "") for name in WORDS)


def decode_meeting(text: str) -> MeetingDocument:
    document = decode_document(text)
    assert isinstance(document, MeetingDocument), "the text is not of a meeting"
    return document


def select_hidden_texts(meeting: UUID, now: dt.datetime) -> QuerySet[EditionDocument, Any]:
    """Select the texts of past editions that were removed or withdrawn, and whether each was removed.

    Those of erased ones are empty.
    """
    is_removed = Exists(get_active_suppression("edition"))
    return select_published(meeting, now).filter(is_hidden(now)).values_list("document__text", is_removed)


def select_readable_texts(meeting: UUID, now: dt.datetime) -> QuerySet[EditionDocument, Any]:
    return select_published(meeting, now).exclude(is_hidden(now)).values_list("document__text")


def is_hidden(now: dt.datetime) -> Q:
    withdrawn = get_later_notices("edition__").filter(available_from__lte=now)
    return Q(Exists(get_active_suppression("edition"))) | Q(Exists(withdrawn))


def select_published(meeting: UUID, now: dt.datetime) -> QuerySet[EditionDocument]:
    return select_source_documents(meeting).filter(edition__available_from__lte=now)


def select_source_documents(meeting: UUID) -> QuerySet[EditionDocument]:
    about = {"edition__subject_type": SubjectType.MEETING, "edition__subject_id": meeting}
    editions = EditionDocument.objects.filter(**about, edition__is_tombstone=False)
    return editions.filter(language=F("edition__source_language"))


def remove_words(document: MeetingDocument, source: MeetingDocument, removed: Set[str]) -> MeetingDocument:
    """Return the document without the earlier places and times whose words are removed from `source`, its original.

    What is left of an earlier date or time stays, unless it is the same in what follows it.
    """
    if not removed:
        return document
    programme = [
        replace(point, previous=remove_from_earlier(point.previous, original.previous, removed, point))
        for point, original in zip(document.programme, source.programme, strict=True)
    ]
    previous = remove_from_earlier(document.previous, source.previous, removed, document)
    return replace(document, previous=previous, programme=programme)


def remove_from_earlier(
    earlier: Sequence[Earlier], originals: Sequence[Earlier], removed: Set[str], part: MeetingDocument | Point
) -> list[Earlier]:
    """Return the earlier dates or times of `part` without the words that are removed from those of its original."""
    kept: list[Earlier] = []
    following: MeetingDocument | Point | Earlier = part
    for entry, original in zip(reversed(earlier), reversed(originals), strict=True):
        lost = [name for name in WORDS if getattr(original, name, "") in removed]
        left = replace(entry, **dict.fromkeys(lost, ""))
        values = {name: value for name in (*DATES, *WORDS) if (value := getattr(left, name, None))}
        if not lost or any(value != get_value(following, name) for name, value in values.items()):
            kept.insert(0, left)
            following = left
    return kept


def get_value(part: MeetingDocument | Point | EarlierDate | EarlierTime, name: str) -> object:
    return getattr(part.place if isinstance(part, MeetingDocument) and name in {"city", "venue"} else part, name)

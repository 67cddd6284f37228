"""Earlier places of meetings and programme points that only removed or withdrawn editions had: they are left out.

A document names the places for which it was published before it was moved. Nobody types these, so nobody could take out
a place because of which an edition was removed.
"""

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence, Set
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Exists, F, Q, QuerySet
from msgspec.structs import replace

from agenda.documents.translations.segments import list_segments_with_owner
from meetings.database.prepared_query import fetch_rows
from meetings.documents.encoding import decode_document
from meetings.documents.plain_text import html_to_line, squeeze
from meetings.documents.schema import EarlierDate, EarlierTime, MeetingDocument, Point
from meetings.documents.traversal import get_part_kind
from meetings.models import Edition, EditionDocument, SubjectType
from meetings.models.edition import get_active_suppression, get_later_notices

Earlier = TypeVar("Earlier", EarlierDate, EarlierTime)
WORDS = ("city", "venue", "place", "time_text")
"""The members of an earlier date or time that somebody wrote."""
DATES = ("start_date", "end_date", "date", "time")
"""Its other members, as a meeting or point has them, too."""
CONTEXT = 100
"""How many characters of a text are shown on each side of the words to take out."""


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
    own = collect_own_words(edition, [text for other, text in texts.items() if other.available_from <= now])
    found = [(other, sorted(own & collect_earlier_words(decode_meeting(text)))) for other, text in texts.items()]
    return [(other, words) for other, words in found if words]


def find_own_words(edition: Edition, now: dt.datetime) -> set[str]:
    """Return the places and printed times that this edition alone has, of those that readers can read."""
    others = select_readable_texts(edition.subject_id, now).exclude(edition=edition)
    return collect_own_words(edition, [text for (text,) in others])


def collect_own_words(edition: Edition, others: Sequence[str]) -> set[str]:
    """Return the places and printed times of an edition that none of these texts of other editions has."""
    documents = select_source_documents(edition.subject_id).filter(edition=edition).exclude(document__text="")
    own = {*collect_words([text for (text,) in documents.values_list("document__text")])} - {""}
    return own.difference(collect_words(others))


def find_texts_with(document: MeetingDocument, words: Collection[str]) -> list[str]:
    """Return the texts of a document that name one of these places, which somebody must take out; long ones in part.

    Same-day changes write such texts themselves: “Press conference: main entrance instead of” an earlier place. Earlier
    dates and times do not count, since `remove_words` takes these out.
    """
    if not words:
        return []
    pattern = re.compile("|".join(re.escape(squeeze(word)) for word in words), re.IGNORECASE)
    segments = [
        segment
        for segment, owner in list_segments_with_owner(document)
        if not isinstance(owner, (EarlierDate, EarlierTime))
    ]
    lines = (html_to_line(segment.text) if segment.rich else segment.text for segment in segments)
    found = ((line, match) for line in map(squeeze, lines) if (match := pattern.search(line)))
    return [line[max(match.start() - CONTEXT, 0) : match.end() + CONTEXT] for line, match in found]


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
    kept = {"previous": find_kept_entries(source.previous, removed, source)}
    kept |= {get_previous_path(point): find_kept_entries(point.previous, removed, point) for point in source.programme}
    programme = [
        replace(point, previous=select_kept_entries(point.previous, kept[get_previous_path(point)]))
        for point in document.programme
    ]
    previous = select_kept_entries(document.previous, kept["previous"])
    fallbacks = sorted(filter(None, (rename_fallback(path, kept) for path in document.fallbacks)))
    return replace(document, previous=previous, programme=programme, fallbacks=fallbacks)


KeptEntries = Mapping[int, Collection[str]]
"""The numbers of the earlier dates or times that stay, in their order, each with its members that become empty."""


def find_kept_entries(
    earlier: Sequence[EarlierDate | EarlierTime], removed: Set[str], part: MeetingDocument | Point
) -> KeptEntries:
    """Return which of the earlier dates or times of an original, or of one of its points, stay."""
    kept: dict[int, Collection[str]] = {}
    following: MeetingDocument | Point | EarlierDate | EarlierTime = part
    for number, entry in reversed([*enumerate(earlier)]):
        lost = [name for name in WORDS if getattr(entry, name, "") in removed]
        left = replace(entry, **dict.fromkeys(lost, ""))
        values = {name: value for name in (*DATES, *WORDS) if (value := getattr(left, name, None))}
        if not lost or any(value != get_value(following, name) for name, value in values.items()):
            kept = {number: lost, **kept}
            following = left
    return kept


def select_kept_entries(earlier: Sequence[Earlier], kept: KeptEntries) -> list[Earlier]:
    return [replace(earlier[number], **dict.fromkeys(lost, "")) for number, lost in kept.items()]


def get_previous_path(point: Point) -> str:
    """Return the place of the earlier times of a point in the document, as in `fallbacks`."""
    return f"{get_part_kind(point)}.{point.id}.previous"


def rename_fallback(path: str, kept: Mapping[str, KeptEntries]) -> str:
    """Return where a text that is not translated is without the entries that do not stay; empty if it does not."""
    place, _dot, rest = path.rpartition("previous.")
    number, _dot, name = rest.partition(".")
    entries = kept.get(f"{place}previous")
    if entries is None or not number.isdigit():
        return path
    if int(number) not in entries or name in entries[int(number)]:
        return ""
    return f"{place}previous.{[*entries].index(int(number))}.{name}"


def get_value(part: MeetingDocument | Point | EarlierDate | EarlierTime, name: str) -> object:
    return getattr(part.place if isinstance(part, MeetingDocument) and name in {"city", "venue"} else part, name)

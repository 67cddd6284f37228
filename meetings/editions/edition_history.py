"""The past editions of a live subject, and the changes in each edition that appeared, for change feed and Atom feeds.

An edition's number is its position among those of its subject that have appeared. A withdrawal closes all earlier
editions for good: they keep their numbers but are not shown. The public process cannot see them, so numbers are counted
backwards from that of the live edition.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any
from uuid import UUID

import msgspec
from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Subquery, TextChoices, When, Window
from django.db.models.functions import RowNumber
from django.utils.translation import gettext_lazy as _

from meetings.database.prepared_query import fetch_objects, fetch_rows, pad_keys
from meetings.documents.choices import Language
from meetings.documents.decoding import can_decode_document
from meetings.documents.encoding import decode_document
from meetings.models import (
    Appearance,
    ChangeEffect,
    Edition,
    EditionDocument,
    EditionReason,
    IndexedEarlierDays,
    IndexedEffect,
    StoredDocument,
)
from meetings.models.edition import EditionQuerySet, build_number, get_active_suppression, get_superseding_editions

MAX_EDITIONS_SEARCHED = 100
CALLED_OFF_EFFECTS = (ChangeEffect.CANCELLED, ChangeEffect.POSTPONED)  # which the status of the edition itself says
COMMIT_MARGIN = dt.timedelta(seconds=1)  # decision 36: clients that read in order must not see younger editions
DocumentsByEdition = Mapping[UUID, Mapping[str, UUID]]
"""The keys of documents by edition and language."""


@dataclass(frozen=True)
class PastEdition:
    """A past edition. `language` and `document` (its key) are those of the document that the reader would see.

    A suppressed edition has no document, and only what `mask_suppressed_edition` leaves of it.
    """

    number: int
    edition: Edition
    language: str
    document: UUID | None
    suppressed_at: dt.datetime | None
    suppressed_because: str

    @property
    def is_readable(self) -> bool:
        return not (self.edition.is_tombstone or self.suppressed_at)


@dataclass(frozen=True)
class LastChange:
    """The newest edition that changed the text in the reader's language, and the one before it that can be read."""

    changed: PastEdition
    previous: PastEdition

    @property
    def range(self) -> str:
        """The range as in the address of the comparison, such as `1..2`."""
        return f"{self.previous.number}..{self.changed.number}"


def find_last_change(live: EditionDocument) -> LastChange | None:
    """Return the last change of a live document.

    Return None if it is as first published, or if the text before the change cannot be read. This takes one query, and
    none for a document that never changed.
    """
    if live.history.modified_at == live.history.published_at:
        return None
    newest = EditionHistory(live, live.language).list_newest()
    readable = [past for past in newest if past.is_readable]
    changes = (LastChange(past, before) for past, before in pairwise(readable) if past.document != before.document)
    last = next(changes, None)
    return last if last and last.changed.language == last.previous.language else None


def load_document_keys(editions: Iterable[Edition]) -> DocumentsByEdition:
    """Return the keys of the editions' documents. Equal texts have the same key. This takes one query."""
    documents: dict[UUID, dict[str, UUID]] = defaultdict(dict)
    for edition, language, key in fetch_rows(find_document_keys, *pad_keys({edition.pk for edition in editions})):
        documents[edition][language] = key
    return documents


def find_document_keys(*editions: Any) -> QuerySet[Any, Any]:
    rows = EditionDocument.objects.filter(edition__in=editions).order_by("language")
    return rows.values_list("edition", "language", "document")


def load_effects(
    editions: Iterable[Edition], after_suppressed: Collection[UUID] = ()
) -> dict[UUID, list[ChangeEffect]]:
    """Return the effects of the editions in the order of their importance. This takes one query.

    Of the editions after a suppressed one, `after_suppressed`, return only the effects that they say themselves.
    """
    kinds = fetch_rows(find_effects, *pad_keys({edition.pk for edition in editions}))
    effects: dict[UUID, list[ChangeEffect]] = defaultdict(list)
    for edition, kind, is_said in sorted(kinds, key=lambda row: ChangeEffect.values.index(row[1])):
        if is_said or edition not in after_suppressed:
            effects[edition].append(ChangeEffect(kind))
    return effects


def find_effects(*editions: Any) -> QuerySet[Any, Any]:
    effects = IndexedEffect.objects.filter(edition__in=editions)
    is_said = Case(When(build_said_condition(), then=True), default=False)
    return effects.values_list("edition", "kind", is_said)


def build_said_condition() -> Q:
    """Return a condition for effects that the edition says itself, so that they tell nothing of the one before it.

    Its status calls the meeting off, or it names earlier days, and no text that can be read had its days before.
    """
    earlier_days = IndexedEarlierDays.objects.filter(edition=OuterRef("edition"), point_id=None)
    same_days = Edition.objects.filter(
        ~Exists(get_active_suppression()),
        available_from__lt=OuterRef("edition__available_from"),
        **{name: OuterRef(f"edition__{name}") for name in ("subject_type", "subject_id", "start_date", "end_date")},
    )
    says_move = Q(Exists(earlier_days), ~Exists(same_days), kind=ChangeEffect.MOVED)
    return Q(kind__in=CALLED_OFF_EFFECTS) | says_move


def find_editions(*keys: Any) -> QuerySet[Any]:
    return Edition.objects.filter(pk__in=keys).annotate(is_suppressed=Exists(get_active_suppression())).order_by()


def find_live_editions(at: Any, *subjects: Any) -> QuerySet[Any]:
    """Return the live editions of subjects, but no suppressed one, which only somebody who travels in time can meet."""
    live = Edition.objects.live(at).filter(subject_id__in=subjects)
    return live.filter(~Exists(get_active_suppression())).order_by()


def find_texts(*keys: Any) -> QuerySet[Any, Any]:
    return StoredDocument.objects.filter(pk__in=keys).values_list("pk", "text")


def mask_suppressed_edition(edition: Edition, live: Edition | None) -> Edition:
    """Return what readers may know of a suppressed edition: that it appeared, when and why.

    Everything else repeats words of its text, its web address as well. The address and the languages are therefore
    those of the `live` edition of its subject; without one, the address is that of the list.
    """
    kept = ("pk", "subject_type", "subject_id", "available_from", "reason")
    shown = ("address", "source_language", "languages", "configuration")
    live = live or Edition(address=f"{edition.subject_type}s/", source_language=Language.EN)
    return Edition(**{name: getattr(edition, name) for name in kept}, **{name: getattr(live, name) for name in shown})


class EditionHistory:
    """The past editions of a subject.

    `live` is a document of the live edition, with its history. Each method takes one query.
    """

    def __init__(self, live: EditionDocument, language: str) -> None:
        self.live, self.language = live, language

    def get_by_number(self, *numbers: int) -> dict[int, PastEdition]:
        """Return the editions with these numbers that no later withdrawal has closed."""
        return {
            past.number: past
            for past in self.build_past_editions(self.get_rows().filter(back__in=map(self.count_back, numbers)))
        }

    def list_below(self, number: int, limit: int) -> list[PastEdition]:
        """Return the newest editions below a number, newest first, after the last withdrawal."""
        return list(self.build_past_editions(self.get_rows().filter(back__gt=self.count_back(number))[:limit]))

    def list_newest(self) -> list[PastEdition]:
        """Return the newest editions, the live one first."""
        return list(self.build_past_editions(fetch_objects(find_newest_editions, *self.parameters)))

    def find_withdrawal(self, number: int) -> Edition | None:
        """Return the withdrawal that closed the edition with this number, or that has this number itself."""
        edition = self.live.edition
        subject = {"subject_type": edition.subject_type, "subject_id": edition.subject_id}
        appeared = Appearance.objects.filter(**subject).order_by("available_from").values("available_from")
        tombstones = Edition.objects.filter(**subject, is_tombstone=True).order_by("available_from")
        return tombstones.filter(available_from__gte=Subquery(appeared[number - 1 : number])).first()

    def count_back(self, number: int) -> int:
        """Convert a number into its distance from the live one (1 is the live edition), or such a distance back."""
        return self.live.history.number + 1 - number

    def get_rows(self) -> QuerySet[Any]:
        return find_past_editions(*self.parameters)

    @property
    def parameters(self) -> tuple[Any, ...]:
        """The arguments of `find_past_editions`."""
        edition, since = self.live.edition, self.live.history.hidden_until
        return edition.subject_type, edition.subject_id, since, edition.available_from, self.language

    def build_past_editions(self, rows: Iterable[Any]) -> Iterable[PastEdition]:
        return (
            PastEdition(
                number=self.count_back(row.back),
                edition=mask_suppressed_edition(row.edition, self.live.edition) if row.suppressed_at else row.edition,
                language=self.live.language if row.suppressed_at else row.language,
                document=None if row.suppressed_at else row.document_id,
                suppressed_at=row.suppressed_at,
                suppressed_because=row.suppressed_because or "",
            )
            for row in rows
        )


def find_past_editions(subject_type: Any, subject_id: Any, since: Any, until: Any, language: Any) -> QuerySet[Any]:
    """Return a subject's editions between two instants, the newest first, counted from 1 as `back`."""
    documents = EditionDocument.objects.filter(
        edition__subject_type=subject_type,
        edition__subject_id=subject_id,
        edition__available_from__gte=since,
        edition__available_from__lte=until,
    ).in_language(language)  # one row per edition, because the rows are counted
    suppression = get_active_suppression("edition")
    return (
        documents.select_related("edition")
        .annotate(
            back=Window(RowNumber(), order_by=F("edition__available_from").desc()),
            suppressed_at=Subquery(suppression.values("at")),
            suppressed_because=Subquery(suppression.values("reason")),
        )
        .order_by("-edition__available_from")
    )


def find_newest_editions(*values: Any) -> QuerySet[Any]:
    return find_past_editions(*values)[:MAX_EDITIONS_SEARCHED]


class DocumentHead(msgspec.Struct):
    """The members of a stored document that are decoded for every change."""

    title: str
    reason: str = ""
    takes_place: bool | None = None
    lead: str = ""
    fallbacks: Sequence[str] = ()


@dataclass(frozen=True)
class EditionChange:
    """The changes of an edition.

    `previous` is the edition that it superseded; None for the first edition, also after a withdrawal. Texts are in
    `language`. `documents` and `previous_documents` are keys by language, and `digests` those of the documents, if the
    editions came `with_digests`. A suppressed edition has neither texts nor documents, and is what
    `mask_suppressed_edition` leaves of it. An edition that cannot be decoded has documents, but no texts.
    """

    edition: Edition
    number: int
    previous: Edition | None
    is_suppressed: bool
    can_be_decoded: bool
    suppressed_at: dt.datetime | None
    suppressed_because: str
    language: str
    head: DocumentHead
    documents: Mapping[str, UUID]
    previous_documents: Mapping[str, UUID]
    digests: Mapping[str, str]
    changed_members: Sequence[str]
    effects: Sequence[ChangeEffect]

    @cached_property
    def languages(self) -> list[str]:
        """The languages in which readers see another document than before, including languages that were removed."""
        names = sorted({*self.documents, *self.previous_documents})
        return [name for name in names if self.documents.get(name) != self.previous_documents.get(name)]


def get_appeared_editions(at: dt.datetime, now: dt.datetime) -> EditionQuerySet:
    """Return the editions of all subjects that appeared up to `at`, except those that a withdrawal up to `now` closed.

    The withdrawals themselves are included. Annotations give the number, the edition before, and the suppression.
    """
    is_withdrawn = Exists(get_superseding_editions(now).filter(is_tombstone=True))
    earlier = Edition.objects.filter(
        subject_type=OuterRef("subject_type"),
        subject_id=OuterRef("subject_id"),
        available_from__lt=OuterRef("available_from"),
    )
    return (
        Edition.objects.visible(at)
        .filter(Q(is_tombstone=True) | ~is_withdrawn)
        .annotate(
            number=build_number(),
            before_id=Subquery(earlier.order_by("-available_from").values("pk")[:1]),
            suppressed_at=Subquery(get_active_suppression().values("at")),
            suppressed_because=Subquery(get_active_suppression().values("reason")),
        )
    )


class ReaderKind(TextChoices):
    """What pages call changes, where their word is not that of the reasons for editions. Pages and API accept both."""

    PUBLISHED = "published", _("published")
    CORRECTED = "corrected", _("corrected")
    TRANSLATED = "translated", _("translated")
    RESTORED = "restored", _("restored")
    WITHDRAWN = "withdrawn", _("withdrawn")


READER_KINDS = {
    EditionReason.PUBLICATION: ReaderKind.PUBLISHED,
    EditionReason.AGAIN: ReaderKind.PUBLISHED,
    EditionReason.CORRECTION: ReaderKind.CORRECTED,
    EditionReason.EDITORIAL: ReaderKind.CORRECTED,
    EditionReason.TRANSLATION: ReaderKind.TRANSLATED,
    EditionReason.RESTORATION: ReaderKind.RESTORED,
    EditionReason.WITHDRAWAL: ReaderKind.WITHDRAWN,
}


def list_kinds(reason: EditionReason, effects: Sequence[ChangeEffect]) -> list[str]:
    """Return each word with which `build_kind_condition` finds a change."""
    word = READER_KINDS.get(reason)
    only_results = ChangeEffect.RESULTS in effects and ChangeEffect.OTHER not in effects
    changes_date = not {ChangeEffect.MOVED, *CALLED_OFF_EFFECTS}.isdisjoint(effects)
    if word is None or (word == ReaderKind.CORRECTED and (only_results or changes_date)):
        return [reason, *effects]
    return [reason, *effects, word]


def build_kind_condition(kinds: Sequence[str]) -> Q:
    """Return a condition for editions with one of these reasons, effects or words of readers (`list_kinds`)."""
    reasons = {reason for reason, word in READER_KINDS.items() if word in kinds and word != ReaderKind.CORRECTED}
    found = build_reason_condition([*kinds, *reasons])
    return found | build_correction_condition() if ReaderKind.CORRECTED in kinds else found


def build_reason_condition(kinds: Sequence[str]) -> Q:
    """Return a condition for editions with one of these reasons or effects (`load_effects`)."""
    effects = IndexedEffect.objects.readable().filter(edition=OuterRef("pk"), kind__in=kinds)
    is_said = Exists(effects.filter(build_said_condition()))
    is_compared = Exists(effects) & ~Exists(get_active_suppression("before_id"))
    return Q(reason__in=set(kinds) & {*EditionReason}) | Q(is_said) | Q(is_compared)


def build_correction_condition() -> Q:
    """Return a condition for editions that are called corrected: not those that only have results, or a new date."""
    has_results = build_reason_condition([ChangeEffect.RESULTS]) & ~build_reason_condition([ChangeEffect.OTHER])
    changes_date = build_reason_condition([ChangeEffect.MOVED, *CALLED_OFF_EFFECTS])
    return Q(reason__in=(EditionReason.CORRECTION, EditionReason.EDITORIAL)) & ~has_results & ~changes_date


def build_changes(editions: Iterable[Any], language: str, at: dt.datetime) -> list[EditionChange]:
    """Return the changes of editions from `get_appeared_editions`, as seen at the instant `at`.

    The number of queries does not grow with theirs.
    """
    builder = ChangeBuilder(list(editions), language, at)
    return [builder.build_change(edition) for edition in builder.editions]


class ChangeBuilder:
    """Read everything at once that the changes of some editions need: editions before them, documents and texts."""

    def __init__(self, editions: Sequence[Any], language: str, at: dt.datetime) -> None:
        self.editions, self.language, self.at = editions, language, at

    @cached_property
    def previous(self) -> Mapping[UUID, Any]:
        """The edition before each edition, by the key of the later one. For a withdrawal it is not shown."""
        keys = {edition.before_id for edition in self.editions if not edition.is_tombstone}
        earlier = {edition.pk: edition for edition in fetch_objects(find_editions, *pad_keys(keys - {None}))}
        pairs = ((edition.pk, earlier.get(edition.before_id)) for edition in self.editions)
        return {key: previous for key, previous in pairs if previous and not previous.is_tombstone}

    @cached_property
    def documents(self) -> DocumentsByEdition:
        return load_document_keys([*self.editions, *self.previous.values()])

    @cached_property
    def effects(self) -> Mapping[UUID, Sequence[ChangeEffect]]:
        """The effects of the editions, but none that follows from a text before that is suppressed."""
        suppressed = {key for key, previous in self.previous.items() if previous.is_suppressed}
        return load_effects(self.editions, suppressed)

    @cached_property
    def live(self) -> Mapping[UUID, Edition]:
        """The live editions of the subjects, by subject. Only suppressed editions need them."""
        subjects = pad_keys({edition.subject_id for edition in self.editions})
        return {edition.subject_id: edition for edition in fetch_objects(find_live_editions, self.at, *subjects)}

    @cached_property
    def texts(self) -> Mapping[UUID | None, str | None]:
        """The texts of the documents that are shown or compared, by key; None if a text cannot be decoded."""
        wanted: set[UUID | None] = set()
        for edition in self.editions:
            if not edition.suppressed_at:
                wanted |= {
                    self.documents[edition.pk].get(self.get_language(edition)),
                    *self.get_compared_documents(edition),
                }
        pairs = fetch_rows(find_texts, *pad_keys(wanted - {None}))
        return {key: text if can_decode_document(text, key) else None for key, text in pairs if text}

    def get_language(self, edition: Any) -> str:
        return self.language if self.language in edition.languages else edition.source_language

    def get_compared_documents(self, edition: Any) -> tuple[UUID | None, ...]:
        """Return the keys of the previous and the present source document, if they differ and both can be read.

        The previous one is None if the edition before had no document in this language.
        """
        previous = self.previous.get(edition.pk)
        if previous is None or previous.is_suppressed:
            return ()
        pair = tuple(self.documents[each.pk].get(edition.source_language) for each in (previous, edition))
        return pair if pair[0] != pair[1] else ()

    def build_change(self, edition: Any) -> EditionChange:
        previous, documents = self.previous.get(edition.pk), self.documents[edition.pk]
        text = "" if edition.suppressed_at else self.texts.get(documents.get(self.get_language(edition)), "")
        is_shown = text != ""  # the text is empty if it was erased, perhaps since this response began
        has_documents = is_shown and not edition.is_tombstone
        shown = edition if is_shown else mask_suppressed_edition(edition, self.live.get(edition.subject_id))
        return EditionChange(
            edition=shown,
            number=edition.number,
            previous=previous,
            is_suppressed=not is_shown,
            can_be_decoded=text is not None,
            suppressed_at=edition.suppressed_at,
            suppressed_because=edition.suppressed_because or "",
            language=self.get_language(shown),
            head=msgspec.json.decode(text, type=DocumentHead) if text else DocumentHead(title=""),
            documents=documents if has_documents else {},
            previous_documents=self.documents[previous.pk] if previous and is_shown else {},
            digests=getattr(edition, "digests", {}) if has_documents else {},
            changed_members=self.list_changed_members(edition) if is_shown else [],
            effects=self.effects.get(edition.pk, []) if is_shown else [],
        )

    def list_changed_members(self, edition: Any) -> list[str]:
        """Return the top-level members of the source document that have changed, in the order of the shape."""
        texts = [text for text in map(self.texts.get, self.get_compared_documents(edition)) if text]
        if len(texts) < 2:
            return []
        old, new = map(decode_document, texts)
        return [name for name in new.__struct_fields__ if getattr(old, name, None) != getattr(new, name)]

"""Index rows: the parts of an edition as plain columns without text, for lists and filters; and as words, for search.

They are written and sealed with the edition, and have no keys into the working copy: the ids of items, points, links
and topics are those in the document.
"""

import datetime as dt
import hashlib
import uuid
from typing import Any, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from meetings.documents.choices import PartKind
from meetings.models.edition import Edition, EditionPartQuerySet

TEXT_BREAK = "¶"


class IndexRow(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    edition = models.ForeignKey(Edition, on_delete=models.DO_NOTHING, related_name="+")

    objects = EditionPartQuerySet.as_manager()

    class Meta:
        abstract = True


class IndexedItem(IndexRow):
    """An agenda item of an edition. `position` numbers all items of the agenda, including nested ones.

    Most items are ordinary ones without an outcome, which are found along the list: the partial indexes contain only
    the others.
    """

    item_id = models.UUIDField()
    position = models.PositiveSmallIntegerField()
    parent_id = models.UUIDField(null=True)
    session_id = models.UUIDField(null=True)
    date = models.DateField(null=True)
    kind = models.CharField(max_length=20)
    state = models.CharField(max_length=16)
    procedure_type = models.CharField(max_length=16)
    public = models.CharField(max_length=16)
    outcome = models.CharField(max_length=24)

    class Meta:
        indexes = [
            models.Index(fields=("item_id",), name="item_by_id"),
            models.Index(fields=("date", "public"), name="item_by_date"),
            models.Index(fields=("edition", "public"), name="item_of_edition_by_public"),
            models.Index(fields=("edition", "outcome"), name="item_of_edition_by_outcome"),
            models.Index(fields=("state",), name="item_by_state", condition=Q(state__gt="")),
            models.Index(fields=("outcome",), name="item_by_outcome", condition=Q(outcome__gt="")),
            models.Index(fields=("kind",), name="item_by_kind", condition=~Q(kind="item")),
        ]


class IndexedReference(IndexRow):
    """A document number or an interinstitutional code of an item, without white space (`build_indexed_reference`).

    For each document number there is a second row with the number that all its revisions share, so that a filter needs
    only one spelling.
    """

    class ReferenceKind(models.TextChoices):
        DOCUMENT = "document"
        PROCEDURE = "procedure"
        WHOLE_NUMBER = "whole_number"

    item_id = models.UUIDField()
    kind = models.CharField(max_length=16, choices=ReferenceKind.choices)
    reference = models.CharField(max_length=60)

    class Meta:
        indexes = [
            models.Index(fields=("kind", "reference"), name="item_by_reference"),
        ]


class IndexedFile(IndexRow):
    """An interinstitutional file of an item, under its name in addresses. `date` and `state` are those of the item."""

    item_id = models.UUIDField()
    position = models.PositiveSmallIntegerField()
    slug = models.CharField(max_length=20)
    year = models.PositiveSmallIntegerField()
    number = models.PositiveSmallIntegerField()
    date = models.DateField(null=True)
    state = models.CharField(max_length=16)

    class Meta:
        indexes = [
            models.Index(fields=("slug",), name="file_by_slug"),
            models.Index(fields=("-year", "-number", "slug"), name="file_by_number"),
            models.Index(fields=("date",), name="file_by_date"),
        ]


class IndexedDelegation(IndexRow):
    """What a delegation does in an edition: it asks for an item, supports one, or chairs the meeting."""

    class Role(models.TextChoices):
        REQUEST = "request"
        SUPPORT = "support"
        CHAIR = "chair"

    code = models.CharField(max_length=2)
    role = models.CharField(max_length=8, choices=Role.choices)
    item_id = models.UUIDField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=("code", "role"), name="delegation_by_code"),
        ]


class IndexedPoint(IndexRow):
    """A programme point of an edition.

    `sorted_at` is its place in the programme of all meetings (`meetings.documents.schedule.list_sort_instants`),
    `is_timed` says whether it has a day and a time, precise or not. `takes_place` is false if it is called off, also
    with its meeting. `configuration` is that of the edition: here, an index can have it beside `sorted_at`.
    """

    point_id = models.UUIDField()
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=20)
    date = models.DateField(null=True)
    time = models.TimeField(null=True)
    live = models.BooleanField()
    state = models.CharField(max_length=16)
    sorted_at = models.DateTimeField()
    is_timed = models.BooleanField()
    takes_place = models.BooleanField()
    configuration = models.CharField(max_length=16)

    class Meta:
        indexes = [
            models.Index(fields=("date", "kind"), name="point_by_date"),
            models.Index(fields=("point_id",), name="point_by_id"),
            models.Index(fields=("sorted_at",), name="point_by_time"),
            models.Index(fields=("configuration", "sorted_at"), name="point_by_configuration"),
            models.Index(fields=("sorted_at",), name="point_called_off", condition=Q(takes_place=False)),
        ]


class IndexedEarlierDays(IndexRow):
    """Earlier days of the meeting, as in each entry of `previous`; null if there was no date.

    If `point_id` is set, an earlier day of that programme point.
    """

    point_id = models.UUIDField(null=True)
    start_date = models.DateField(null=True)
    end_date = models.DateField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=("start_date", "end_date"), name="earlier_days_by_date"),
        ]


class IndexedLink(IndexRow):
    """A link of an edition. `owner_id` is the id of the meeting, topic, item, point or result to which it belongs."""

    link_id = models.UUIDField()
    position = models.PositiveSmallIntegerField()
    owner_type = models.CharField(max_length=8)
    owner_id = models.UUIDField()
    kind = models.CharField(max_length=16)
    has_address = models.BooleanField()

    class Meta:
        indexes = [
            models.Index(fields=("link_id",), name="link_by_id"),
            models.Index(fields=("kind",), name="link_by_kind"),
            models.Index(fields=("owner_id",), name="link_by_owner"),
        ]


def compute_image_key(digest: str) -> str:
    """Return the key under which a picture with this digest is indexed, from which nobody can tell the digest.

    The front server hands a file to any process that knows the digest, also while it is under embargo, and PostgreSQL
    tells the public role what an index has (decision 136).
    """
    return hashlib.sha256(digest.encode()).hexdigest()


class IndexedImageQuerySet(EditionPartQuerySet["IndexedImage"]):
    def of_picture(self, digest: str) -> Self:
        return self.filter(key=compute_image_key(digest))

    def visible(self, at: dt.datetime, now: dt.datetime | None = None) -> Self:
        """Return the images of all editions that can be read at `at`: the live ones, and earlier ones in the history.

        Those that were withdrawn up to `now`, or suppressed, are left out.
        """
        withdrawals = Edition.objects.filter(
            subject_type=OuterRef("edition__subject_type"),
            subject_id=OuterRef("edition__subject_id"),
            is_tombstone=True,
            available_from__gt=OuterRef("edition__available_from"),
            available_from__lte=now or at,
        )
        return self.filter(~Exists(withdrawals), edition__available_from__lte=at).readable()


class IndexedImage(IndexRow):
    """A picture that a link of the edition shows. It is public as long as one of its editions is."""

    key = models.CharField(max_length=64)
    width = models.PositiveIntegerField()

    objects = IndexedImageQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        indexes = [
            models.Index(fields=("key",), name="image_by_key"),
        ]


class IndexedTopic(IndexRow):
    """An item of the edition that is about a topic."""

    topic_id = models.UUIDField()
    item_id = models.UUIDField()

    class Meta:
        indexes = [
            models.Index(fields=("topic_id",), name="item_by_topic"),
        ]


class ChangeEffect(models.TextChoices):
    """What an edition changed for readers, beside the reason for it. The most important comes first."""

    CANCELLED = "cancelled", _("cancelled")
    POSTPONED = "postponed", _("postponed, no new date")
    MOVED = "moved", _("moved")
    RESULTS = "results", _("results")
    OTHER = "other", _("corrected")


class IndexedEffect(IndexRow):
    """An effect of the edition, compared with the edition before it (`meetings.editions.effects`)."""

    kind = models.CharField(max_length=16, choices=ChangeEffect.choices)

    class Meta:
        indexes = [
            models.Index(fields=("edition", "kind"), name="effect_of_edition"),
            models.Index(fields=("kind",), name="effect_by_kind"),
        ]


class StoredSearchResult(IndexRow):
    """What a search result shows of a part in one language, as JSON (`meetings.search.result_contents`).

    It is in a table of its own and not with the words of `SearchRow`, because readers may read it as they may read the
    documents. The id follows from the edition, the language and the part.
    """

    id = models.UUIDField(primary_key=True)
    language = models.CharField(max_length=2)
    content = models.TextField()


INDEX_MODELS: tuple[type[IndexRow], ...] = (
    IndexedItem,
    IndexedReference,
    IndexedFile,
    IndexedDelegation,
    IndexedPoint,
    IndexedEarlierDays,
    IndexedLink,
    IndexedImage,
    IndexedTopic,
    IndexedEffect,
    StoredSearchResult,
)


class SearchWords(models.TextField):
    """Words and breaks in their order, separated by spaces.

    SQLite stores them unchanged, and a trigger copies them to FTS5. PostgreSQL stores a `tsvector` that is built here,
    so that its own parser does not split the words differently.
    """

    def db_type(self, connection: Any) -> str:
        return "tsvector" if connection.vendor == "postgresql" else "text"

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        return format_tsvector(value) if connection.vendor == "postgresql" else value


def format_tsvector(words: str) -> str:
    """Return the text of a `tsvector`: `enmigrat:1 enpolici:2 enmigrat:7`.

    PostgreSQL joins the positions of the same word. It counts up to 16,383, and keeps 256 positions. Words have only
    letters, digits and the prefix of the context, so they need no quotation marks.
    """
    return " ".join([f"{word}:{place}" for place, word in enumerate(words.split(), 1) if word != TEXT_BREAK])


class SearchRow(IndexRow):
    """A searchable part of an edition in one language (decision 71).

    It stays when the edition is superseded, because the site can be viewed as of an earlier time, and is deleted only
    when the text is erased. PostgreSQL's public role cannot read this table; it calls a function that reads live rows
    only (`meetings.database.search_function`). `title_words` and `reference_words` contain the words that rank higher,
    `words` contains all. The ids are numbers because FTS5 needs them; readers never see them.
    """

    id = models.BigAutoField(primary_key=True)  # type: ignore[assignment]
    language = models.CharField(max_length=2)
    kind = models.CharField(max_length=8, choices=PartKind.choices)
    part_id = models.UUIDField()
    configuration = models.CharField(max_length=16)
    date = models.DateField()
    title_words = models.TextField()
    reference_words = models.TextField()
    words = SearchWords()

    class Meta:
        indexes = [models.Index(fields=("-date", "part_id"), name="searched_by_date")]

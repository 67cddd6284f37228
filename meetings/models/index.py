"""Index rows: what lists and filters need of the parts of an edition, as plain columns without text.

Filters compare them for equality and range only, since PostgreSQL uses no other index under row-level security. They
are written with the edition, sealed with it, and hold no key into the working copy: an item's, point's, link's or
topic's id is the one it has in the document.
"""

import uuid

from django.db import models
from django.db.models import Q

from meetings.models.edition import Edition, EditionPartQuerySet


class IndexRow(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    edition = models.ForeignKey(Edition, on_delete=models.DO_NOTHING, related_name="+")

    objects = EditionPartQuerySet.as_manager()

    class Meta:
        abstract = True


class IndexedItem(IndexRow):
    """`position` counts the items of the agenda through, nested ones included.

    What most items are (items proper, with no outcome) is found along the list: those indexes have the others only.
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
    """A document number or an interinstitutional code of an item, spelt without white space.

    Beside a document number stands the one that it shares with its revisions: a filter asks for one spelling only.
    """

    class Kind(models.TextChoices):
        DOCUMENT = "document"
        PROCEDURE = "procedure"
        WHOLE_NUMBER = "whole_number"

    item_id = models.UUIDField()
    kind = models.CharField(max_length=16, choices=Kind.choices)
    reference = models.CharField(max_length=60)

    class Meta:
        indexes = [models.Index(fields=("kind", "reference"), name="item_by_reference")]


class IndexedPoint(IndexRow):
    point_id = models.UUIDField()
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=20)
    date = models.DateField(null=True)
    time = models.TimeField(null=True)
    live = models.BooleanField()
    state = models.CharField(max_length=16)

    class Meta:
        indexes = [models.Index(fields=("date", "kind"), name="point_by_date")]


class IndexedEarlierDays(IndexRow):
    """Days on which the meeting was published to be before, as each entry of `previous` says: null for no date.

    With `point_id`, the day of a programme point of it.
    """

    point_id = models.UUIDField(null=True)
    start_date = models.DateField(null=True)
    end_date = models.DateField(null=True)

    class Meta:
        indexes = [models.Index(fields=("start_date", "end_date"), name="earlier_days_by_date")]


class IndexedLink(IndexRow):
    """`owner_id` is the meeting, topic, item, point or result that the link stands at."""

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


class IndexedTopic(IndexRow):
    """An item of the edition that takes up a topic."""

    topic_id = models.UUIDField()
    item_id = models.UUIDField()

    class Meta:
        indexes = [models.Index(fields=("topic_id",), name="item_by_topic")]


INDEX_MODELS: tuple[type[IndexRow], ...] = (
    IndexedItem,
    IndexedReference,
    IndexedPoint,
    IndexedEarlierDays,
    IndexedLink,
    IndexedTopic,
)

"""Editions that appeared, and the ids of their items, links and points, without any of their texts.

The public process reads these of withdrawn editions as well, of which it sees nothing else: editions are numbered on
after a withdrawal, old addresses lead to the notice, and calendars report that a point is cancelled. On PostgreSQL it
reads tables of its own (`meetings.database.reader_tables`); all others read the tables of editions. There, always
filter by `available_from`: a scheduled edition has not appeared.
"""

from django.conf import settings
from django.db import models

from meetings.models.public_tables import PAST_EDITION, PAST_ITEM, PAST_LINK, PAST_POINT, PAST_SUPPRESSION


def choose_table(own: str, table: str) -> str:
    return own if settings.READS_READER_TABLES else table


class Appearance(models.Model):
    id = models.UUIDField(primary_key=True)
    subject_type = models.CharField(max_length=8)
    subject_id = models.UUIDField()
    available_from = models.DateTimeField()
    is_tombstone = models.BooleanField()
    address = models.CharField(max_length=200)
    address_key = models.CharField(max_length=4)

    class Meta:
        managed = False
        db_table = choose_table(PAST_EDITION, "meetings_edition")
        default_permissions = ()


class AppearedPart(models.Model):
    id = models.UUIDField(primary_key=True)
    edition = models.ForeignKey(Appearance, on_delete=models.DO_NOTHING, related_name="+")

    class Meta:
        abstract = True
        managed = False
        default_permissions = ()


class AppearedItem(AppearedPart):
    item_id = models.UUIDField()

    class Meta(AppearedPart.Meta):
        db_table = choose_table(PAST_ITEM, "meetings_indexeditem")


class AppearedLink(AppearedPart):
    link_id = models.UUIDField()

    class Meta(AppearedPart.Meta):
        db_table = choose_table(PAST_LINK, "meetings_indexedlink")


class AppearedPoint(AppearedPart):
    """A programme point of an edition that appeared. `is_timed` says whether it had a day and a time."""

    point_id = models.UUIDField()
    is_timed = models.BooleanField()

    class Meta(AppearedPart.Meta):
        db_table = choose_table(PAST_POINT, "meetings_indexedpoint")


class AppearedSuppression(AppearedPart):
    """A suppression of an edition that appeared, without its reason. Readers' table has none that was lifted."""

    lifted_at = models.DateTimeField(null=True)

    class Meta(AppearedPart.Meta):
        db_table = choose_table(PAST_SUPPRESSION, "meetings_suppression")
